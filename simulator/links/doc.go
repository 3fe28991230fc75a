// Package links is Twilio's Link Shortening: the configuration of domains, the short links in
// messages of Messaging Services, and clicks on them.
//
// A message with ShortenUrls=true through a service that has a domain is sent with short links. A
// click, of a handset or of anything that asks the simulator for the link by its host, leads to the
// long link, is reported to the domain's CallbackUrl, and is an event of Event Streams. After 90
// days it leads to the domain's FallbackUrl.
//
// Domains are set up in Twilio's console, which the API does not show: here every domain exists,
// and all have the name that the switch link-domain has. A service that has no domain sends the
// long links. That shortening fails (F-804) is what a rule with then=failed:30103 says.
//
// Read state.go, then click.go.
package links
