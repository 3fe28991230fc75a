package rest

import (
	"slices"
	"strings"

	"twilsim/simulator/events"
	"twilsim/simulator/links"
	"twilsim/simulator/lookup"
	"twilsim/simulator/messaging"
	"twilsim/simulator/verify"
)

// product is one of Twilio's APIs. Each has a host of its own. Its value is the label of the host
// before .twilio.com.
type product string

// The APIs that are simulated. Other hosts of Twilio's are products without routes.
const (
	coreAPI      product = "api"       // api.twilio.com/2010-04-01
	messagingAPI product = "messaging" // messaging.twilio.com/v1
	monitorAPI   product = "monitor"   // monitor.twilio.com/v1
	verifyAPI    product = "verify"    // verify.twilio.com/v2
	contentAPI   product = "content"   // content.twilio.com/v1 and v2
	lookupsAPI   product = "lookups"   // lookups.twilio.com/v1 and v2
	eventsAPI    product = "events"    // events.twilio.com/v1
)

// productPath is the beginning of the paths of an API.
type productPath struct {
	path    string
	product product
}

// productPaths says which API a path belongs to in a request that does not have one of Twilio's
// hosts: that of the first path that it begins with. No other API that is simulated has the same
// paths.
var productPaths = []productPath{
	{"/v1/Alerts", monitorAPI},
	{"/v2/Services", verifyAPI}, {"/v2/Attempts", verifyAPI}, {"/v2/Templates", verifyAPI},
	{"/v2/SafeList", verifyAPI}, {"/v2/Forms", verifyAPI},
	{"/v1/Content", contentAPI}, {"/v1/ContentAndApprovals", contentAPI},
	{"/v1/LegacyContent", contentAPI},
	{"/v2/Content", contentAPI}, {"/v2/ContentAndApprovals", contentAPI},
	{"/v1/PhoneNumbers", lookupsAPI}, {"/v2/PhoneNumbers", lookupsAPI},
	{"/v2/RateLimits", lookupsAPI}, {"/v2/batch", lookupsAPI},
	{"/v1/Sinks", eventsAPI}, {"/v1/Subscriptions", eventsAPI}, {"/v1/Types", eventsAPI},
	{"/v1/Schemas", eventsAPI},
	{"/v1", messagingAPI},
}

// productRoutes are the tables of the products other than the 2010 API, Messaging and Monitor,
// which are in [routes].
var productRoutes = []func() []route{
	verifyRoutes, lookupRoutes, contentRoutes, eventsRoutes, linkRoutes,
	deactivationRoutes,
}

// Products returns the products that keep a state in each account, for [messaging.Options].
//
// # How to add a product
//
// Verify is the example: package verify, and verify.go here.
//
//  1. Write a package with a narrow API that decides everything. Its state is a
//     [messaging.Product]; Of(account) returns it with [messaging.Account.Product]. It takes time
//     and SIDs from the account: Clock, At, NextSID, Rand, Quirks. [messaging.Account.Touch] has an
//     entry of the state stored, Restore puts it back after a restart. Package messaging does not
//     import it. Add its type to [Products].
//  2. What people want to see of it is a resource in the journal: add a kind and its fields to
//     journal/resource.go, and call [journal.Journal.Publish] at each change, and Show in Resume.
//     Exports, the event log, "expect KIND FIELD=VALUE" and the control API's await read it there.
//  3. Its host and, for clients with our base URL, its paths are in product.go. Its routes are in a
//     file of their own, a function in productRoutes: [compile] needs method, pattern and handler,
//     and the lists of parameters, which must be those of the digest. A route with json has a JSON
//     body, which its handler decodes; content.go shows how. [listOf] writes lists as v1 does.
//  4. Errors are [apierr.Error] values whose codes are in errcode, in a table of their own there;
//     then api=POST:Verifications respond=60203 works, too. 20404 gets the path from this package.
//  5. The digest in openapi/ is made from Twilio's Go SDK (openapi/sdk.go). A golden file in
//     testdata must have a successful answer of each route, and the tests in sdk_test call the
//     unmodified SDK; both are checked against the digest. go test -update writes table
//     and answers.
func Products() []messaging.ProductType {
	return []messaging.ProductType{verify.Type, lookup.Type, messaging.Templates, events.Product,
		links.Product}
}

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
	for _, p := range productPaths {
		if rest, ok := strings.CutPrefix(path, p.path); ok && (rest == "" || rest[0] == '/') {
			return p.product
		}
	}
	return coreAPI
}

// simulated reports whether the API is one of those above.
func (p product) simulated() bool {
	return p == coreAPI || slices.ContainsFunc(productPaths,
		func(of productPath) bool { return of.product == p })
}
