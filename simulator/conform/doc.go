// Package conform asks a server that speaks Twilio's API the questions that the facts answer, and
// compares its answers with them.
//
// A probe is data: a request, and what the facts say about its answer. The probes are the files in
// probes; each names its facts. Their expectations come from the facts and never from what the
// simulator happens to answer. [Run] asks any server: the simulator, another fake, or Twilio.
//
// # Safety
//
// Nothing is sent but to the host of [Options.URL]. A probe that changes an ordinary account, which
// is every probe with a POST or DELETE under its credentials, runs against a loopback address only,
// unless [Options.Effects] is set. Probes with test credentials change nothing at Twilio (F-465)
// and always run. Nothing is sent to Twilio's other hosts except under a host name of twilio.com,
// where the paths of /v1 belong to messaging.twilio.com and monitor.twilio.com.
//
// # Language
//
// A file has probes and fixtures, one directive a line; # opens a comment. Words are separated by
// blanks, and single quotes hold a word together.
//
//	fixture NAME                      steps that several probes begin with
//	probe NAME                        begins a probe; names are unique
//	fact F-NNN...                     the facts that it rests on; every probe has one
//	use FIXTURE                       begins with the fixture's steps
//	as account|test|none|wrong        whose credentials the requests have; account unless given
//	setup METHOD PATH NAME=VALUE...   a request before; where it is refused, the probe is unknown
//	save VARIABLE FIELD               keeps a field of the last answer; after ask, for cleanup
//	await PATH FIELD REGEXP           repeats a GET until the field matches
//	ask METHOD PATH NAME=VALUE...     the request that the probe is about
//	cleanup METHOD PATH NAME=VALUE... a request afterwards, whatever happened
//
// A PATH without a leading slash is one under the account. What follows states the answer:
//
//	status N|N                        the HTTP status
//	code N|N                          the field code
//	message TEXT                      the field message; several lines are alternatives
//	header NAME REGEXP                a header
//	keys FIELD KEY...                 all keys of an object, in this order; . is the whole answer
//	has FIELD KEY...                  keys that an object has, in any order
//	absent FIELD                      a field that the answer must not have
//	value FIELD JSON                  a field's value
//	type FIELD KIND|KIND              string, integer, number, boolean, object, array or null
//	match FIELD REGEXP                a field's text
//	count FIELD N                     the length of an array
//	body REGEXP                       the answer as text
//
// FIELD is a path such as messages.0.sid. XML answers are read alike: elements are keys, attributes
// are keys that begin with @. A regular expression has to match all of the text.
//
// Variables: $AC is the account in use, $TOKEN its token, $OTHER an account that does not exist,
// $FROM a number of the account (+15005550006 for test credentials), $TO a recipient. ${a*1600} is
// a letter repeated, ${now+2h} a time in ISO 8601, ${today} and ${today-1} days in GMT.
//
// Read probe.go, parse.go, check.go, then run.go.
package conform
