package rest

import "strings"

// product is one of Twilio's APIs. Each has a host of its own.
type product string

// The APIs that are simulated. Other hosts of Twilio's are products without routes.
const (
	coreAPI      product = "api"       // api.twilio.com/2010-04-01
	messagingAPI product = "messaging" // messaging.twilio.com/v1
	monitorAPI   product = "monitor"   // monitor.twilio.com/v1
)

// productOf returns the API that a request is for. The Host header decides if it is one of
// Twilio's. The path does not overrule it, because Conversations and Chat also have a
// /v1/Services. A client that was given our address as its base URL sends no such Host, so the
// path decides.
func productOf(host, path string) product {
	if IsTwilio(host) {
		label, _, _ := strings.Cut(strings.ToLower(host), ".")
		return product(label)
	}
	return productOfPath(path)
}

func productOfPath(path string) product {
	switch {
	case path == alertsPath || strings.HasPrefix(path, alertsPath+"/"):
		return monitorAPI
	case strings.HasPrefix(path, "/v1/"):
		return messagingAPI
	}
	return coreAPI
}
