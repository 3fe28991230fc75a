package control

import (
	"net/http"
	"slices"
)

// route is an endpoint. The mux and openapi.json are made from the table of routes.
type route struct {
	method, path         string
	name                 string // the operationId of openapi.json
	tag                  string // the section of openapi.json
	summary, description string // for a person
	global               bool   // about no account: not served below /accounts/{account}

	query []param // the query parameters that it knows
	body  any     // a value of the type that decode reads; nil for no body
	// openapi.json says so; decode accepts it from every endpoint
	optional bool   // an empty body is allowed
	example  string // of a body
	limit    int64  // bytes of a body; 0 is maxBody

	status   int               // of an answer that is not an error; 0 is 200
	result   any               // a value of the type that is answered as JSON
	produces map[string]schema // what stream writes, by content type
	also     []any             // values of types that stream writes and openapi.json explains
	errors   []int             // error statuses that other endpoints do not have

	// One of the two serves it. answer returns what is sent as JSON; stream writes its answer
	// itself, or returns an error before it has written anything. Neither may keep the api or the
	// request: the api is a copy that is about one account.
	answer func(*api, *http.Request) (any, error)
	stream func(*api, http.ResponseWriter, *http.Request) error
}

// routes returns the table. The rows are in the file of what they are about, in front of its types
// and of the methods that serve them. Their order has no meaning: the mux chooses the most specific
// path.
func routes() []route {
	return slices.Concat(
		serverRoutes(),
		accountRoutes(),
		textRoutes(),
		messageRoutes(),
		mediaRoutes(),
		scenarioRoutes(),
		libraryRoutes(),
		templateRoutes(),
		plannedRoutes(),
		segmentsRoutes(),
		awaitRoutes(),
		eventsRoutes(),
		exportRoutes(),
		importRoutes(),
		webhookRoutes(),
		curlRoutes(),
		signingRoutes(),
		diffRoutes(),
		signatureRoutes(),
		codeRoutes(),
		alertRoutes(),
		alertgroupRoutes(),
		ruleRoutes(),
		outcomeRoutes(),
		phoneRoutes(),
		threadRoutes(),
		clickRoutes(),
		lookupRoutes(),
		numberRoutes(),
		verificationRoutes(),
		sinkRoutes(),
		optoutRoutes(),
		serviceRoutes(),
		keyRoutes(),
		twimlRoutes(),
		binRoutes(),
		clockRoutes(),
	)
}

// listParams are the query parameters of a list.
func listParams() []param { return []param{qParam, limitParam, skipParam} }
