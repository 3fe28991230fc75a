package rest

import "strings"

// product is one of Twilio's APIs, each of which has a host of its own.
type product string

// The APIs that are simulated. Any other host of Twilio's is a product too, and has no routes.
const (
	coreAPI      product = "api"       // api.twilio.com/2010-04-01
	messagingAPI product = "messaging" // messaging.twilio.com/v1
	monitorAPI   product = "monitor"   // monitor.twilio.com/v1
)

// productOf tells the API by the Host header, else by the path: a client that was given our address as its base URL says
// nothing else. Conversations and Chat have a /v1/Services too, so the host of another product is not overruled by a path.
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
