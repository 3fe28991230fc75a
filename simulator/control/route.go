package control

import (
	"net/http"

	"twilsim/simulator/carrier"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/lookup"
	"twilsim/simulator/messaging"
	"twilsim/simulator/trace"
)

// route is an endpoint. The mux and openapi.json are made from the table of routes.
type route struct {
	method, path         string
	name                 string // the operationId of openapi.json
	tag                  string // the section of openapi.json
	summary, description string // for a person
	global               bool   // about no account: not served below /accounts/{account}

	query    []param // the query parameters that it knows
	body     any     // a value of the type that decode reads; nil for no body
	optional bool    // an empty body is allowed
	example  string  // of a body
	limit    int64   // bytes of a body; 0 is maxBody

	status   int               // of an answer that is not an error; 0 is 200
	result   any               // a value of the type that is answered as JSON
	produces map[string]schema // what stream writes, by content type
	also     []any             // values of types that stream writes and openapi.json explains
	errors   []int             // error statuses that other endpoints do not have

	// One of the two serves it. answer returns what is sent as JSON; stream writes its answer
	// itself, or returns an error before it has written anything.
	answer func(*api, *http.Request) (any, error)
	stream func(*api, http.ResponseWriter, *http.Request) error
}

// routes returns the table.
func routes() []route {
	list := []param{qParam, limitParam, skipParam}
	return []route{
		{
			method: "GET", path: "", name: "server", tag: "server",
			summary: "What the server is, and the state of the account",
			result:  Server{},
			answer:  (*api).server,
		},
		{
			method: "GET", path: "/openapi.json", name: "openAPI", tag: "server",
			summary:  "This document",
			global:   true,
			produces: map[string]schema{"application/json": anyObject},
			stream:   (*api).openAPI,
		},
		{
			method: "GET", path: "/accounts", name: "accounts", tag: "server",
			summary: "The accounts of the server",
			global:  true,
			result:  Accounts{},
			answer:  (*api).listAccounts,
		},
		{
			method: "POST", path: "/accounts", name: "createAccount", tag: "server",
			summary: "Make a subaccount",
			global:  true, body: newAccountBody{}, optional: true,
			example: `{"friendly_name":"shop"}`,
			status:  http.StatusCreated, result: Account{},
			answer: (*api).createAccount,
		},
		{
			method: "GET", path: "/credentials", name: "credentials", tag: "server",
			summary: "The credentials that an app needs",
			result:  Credentials{},
			answer:  (*api).credentials,
		},
		{
			method: "POST", path: "/reset", name: "reset", tag: "server",
			summary:     "Forget everything but numbers and bins",
			description: "Accounts share one clock, so what is scheduled is dropped in all of them.",
			body:        nothing{}, optional: true,
			result: messaging.Removed{},
			answer: (*api).reset,
		},
		{
			method: "POST", path: "/texts", name: "text", tag: "messages", limit: maxTextBody,
			summary: "Send a text from a handset to one of the account's numbers",
			description: "Answers when all of the app's documents have been read, before any reply is " +
				"delivered.",
			body:    Text{},
			example: `{"from":"+12025550142","to":"+12025550100","body":"Where is my order?"}`,
			status:  http.StatusCreated, result: Receipt{},
			answer: (*api).text,
		},
		{
			method: "GET", path: "/messages", name: "messages", tag: "messages",
			summary: "The newest messages that a query selects",
			query:   list,
			result:  Messages{},
			answer:  (*api).messages,
		},
		{
			method: "GET", path: "/messages/{ref}", name: "message", tag: "messages",
			summary: "A message",
			result:  Message{}, errors: []int{404},
			answer: (*api).message,
		},
		{
			method: "GET", path: "/messages/{ref}/story", name: "story", tag: "messages",
			summary: "A message with everything that happened to it",
			result:  Story{}, errors: []int{404},
			answer: (*api).story,
		},
		{
			method: "GET", path: "/messages/{ref}/media/{file}", name: "media", tag: "messages",
			summary: "A file of a message",
			description: "The bytes. Types that a browser would run, such as HTML and SVG, come as " +
				"application/octet-stream.",
			errors:   []int{404},
			produces: map[string]schema{"application/octet-stream": anyFile, "image/*": anyFile},
			stream:   (*api).media,
		},
		{
			method: "GET", path: "/messages/{ref}/scenario", name: "scenario", tag: "messages",
			summary: "A scenario of the conversation that a message belongs to",
			description: "A file of the scenario language, which twilsim run runs. The answers that the " +
				"app gave can take the place of the app.",
			query:    []param{answersParam},
			errors:   []int{404, 409},
			produces: map[string]schema{"text/plain": anyText},
			stream:   (*api).scenario,
		},
		{
			method: "GET", path: "/scenario", name: "spanScenario", tag: "scenarios",
			summary: "A scenario of what began in a span of time",
			description: "With all handsets, and one number of the account. Without since and " +
				"until it has everything that is kept.",
			query:    []param{sinceParam, untilParam, answersParam},
			errors:   []int{409},
			produces: map[string]schema{"text/plain": anyText},
			stream:   (*api).spanScenario,
		},
		{
			method: "GET", path: "/scenarios", name: "scenarios", tag: "scenarios",
			summary: "The scenarios that the server may run: those of one folder",
			result:  Scenarios{}, errors: []int{409},
			answer: (*api).scenarios,
		},
		{
			method: "POST", path: "/scenarios", name: "saveScenario", tag: "scenarios",
			summary: "Write a scenario of what happened into the folder",
			description: "The server composes the text from its journal. A file that exists is only " +
				"replaced if the request says so.",
			body:    NewScenario{},
			example: `{"name":"order-status","message":"latest","answers":true}`,
			status:  http.StatusCreated, result: Saved{}, errors: []int{404, 409},
			answer: (*api).saveScenario,
		},
		{
			method: "GET", path: "/runs", name: "runs", tag: "scenarios",
			summary: "The newest runs of scenarios",
			description: "With after, the answer waits until something has changed since that version, at " +
				"most 20 s. Runs belong to the server, not to an account.",
			query:  []param{versionParam},
			result: Runs{}, errors: []int{409},
			answer: (*api).runs,
		},
		{
			method: "POST", path: "/runs", name: "startRun", tag: "scenarios",
			summary: "Run a scenario of the folder",
			body:    NewRun{},
			example: `{"scenario":"delivery/unreachable","pace":"500ms"}`,
			status:  http.StatusCreated, result: Run{}, errors: []int{404, 409},
			answer: (*api).startRun,
		},
		{
			method: "GET", path: "/runs/{run}", name: "oneRun", tag: "scenarios",
			summary: "A run",
			description: "Each run has a simulator of its own, whose API is below runs/{run}/sim. " +
				"It can be read while the scenario runs and afterwards.",
			result: Run{}, errors: []int{404, 409},
			answer: (*api).oneRun,
		},
		{
			method: "GET", path: "/runs/{run}/trace", name: "runTrace", tag: "scenarios",
			summary: "What happened in a run, line by line",
			result:  &trace.Trace{}, errors: []int{404, 409},
			answer: (*api).runTrace,
		},
		{
			method: "POST", path: "/runs/{run}/stop", name: "stopRun", tag: "scenarios",
			summary: "Stop a run",
			body:    nothing{}, optional: true,
			result: Run{}, errors: []int{404, 409},
			answer: (*api).stopRun,
		},
		{
			method: "POST", path: "/messages/{ref}/deliver", name: "deliver", tag: "messages",
			summary:     "Change the status of a message by hand",
			description: "Ends the message's script. Answers when the app has answered the callback.",
			body:        Delivery{},
			example:     `{"status":"failed","error_code":30007}`,
			result:      Message{}, errors: []int{404, 409},
			answer: (*api).deliver,
		},
		{
			method: "POST", path: "/messages/{ref}/tap", name: "tap", tag: "messages",
			summary: "Tap a button of a message, or choose from its list, on the phone",
			description: "Answers when all of the app's documents have been read, before any reply is " +
				"delivered.",
			body:    Tap{},
			example: `{"button":"Yes"}`,
			status:  http.StatusCreated, result: Receipt{}, errors: []int{404, 409},
			answer: (*api).tap,
		},
		{
			method: "GET", path: "/planned", name: "planned", tag: "messages",
			summary: "What will happen to messages: statuses, callbacks, webhooks that are held back",
			query:   []param{limitParam},
			result:  PlannedList{},
			answer:  (*api).planned,
		},
		{
			method: "POST", path: "/segments", name: "segments", tag: "messages",
			summary: "Count the segments of a text",
			body:    segmentsBody{},
			example: `{"body":"Where is my order?"}`,
			result:  Segments{},
			answer:  (*api).segments,
		},
		{
			method: "GET", path: "/await", name: "await", tag: "journal",
			summary: "Wait until something exists",
			query:   []param{kindParam, qParam, timeoutParam},
			result:  Found{}, errors: []int{408},
			answer: (*api).await,
		},
		{
			method: "GET", path: "/events", name: "events", tag: "journal",
			summary: "Events as they happen",
			description: "A stream of server-sent events: the ID, the type as event, and an Event as " +
				"data. With Accept: application/x-ndjson it is one Event a line. Where events " +
				"that the reader asked for are no longer kept, a Lost comes first.",
			query: []param{afterParam, lastEventParam, typeParam},
			also:  []any{journal.Event{}, lostLine{}},
			produces: map[string]schema{"text/event-stream": anyText,
				"application/x-ndjson": anyText},
			stream: (*api).events,
		},
		{
			method: "GET", path: "/export", name: "export", tag: "journal",
			summary: "The account's history",
			description: "Everything that the journal keeps, as lines of JSON, each an object with a " +
				"type: first twilsim, with the version; then message, each followed by its " +
				"media, webhook, request, alert and verification; then the events, under their own types. A " +
				"body that is not UTF-8 is in body_base64 or response_body_base64. As har: " +
				"webhooks and requests as an HTTP Archive 1.2, with the additions of twilsim in " +
				"_sim.",
			query: []param{asParam, aboutParam, secretsParam},
			produces: map[string]schema{"application/x-ndjson": anyText,
				"application/json": anyObject},
			stream: (*api).export,
		},
		{
			method: "POST", path: "/import", name: "import", tag: "journal",
			summary: "Give an empty account a history",
			description: "Takes what export wrote, or a HAR of another program, in which it finds " +
				"webhooks and requests to Twilio by their parameters and hosts. The account " +
				"must be empty, because all IDs are kept; if anything is wrong, nothing is " +
				"taken. It is history only: no status falls due, and rules, numbers, handsets, " +
				"opt-outs and services stay as they are.",
			body: anyFile, limit: maxImport,
			status: http.StatusCreated, result: Imported{}, errors: []int{409},
			answer: (*api).importHistory,
		},
		{
			method: "GET", path: "/webhooks", name: "webhooks", tag: "webhooks",
			summary: "The newest calls to the app that a query selects",
			query:   list,
			result:  Webhooks{},
			answer:  (*api).webhooks,
		},
		{
			method: "POST", path: "/webhooks", name: "makeWebhook", tag: "webhooks",
			summary: "Send a webhook with any content, signed",
			body:    NewWebhook{},
			example: `{"url":"http://localhost:3000/status","params":{"MessageSid":"SM1",` +
				`"MessageStatus":"delivered"}}`,
			status: http.StatusCreated, result: Replayed{}, errors: []int{409},
			answer: (*api).makeWebhook,
		},
		{
			method: "GET", path: "/webhooks/{ref}", name: "webhook", tag: "webhooks",
			summary: "A call to the app",
			result:  journal.Exchange{}, errors: []int{404},
			answer: (*api).webhook,
		},
		{
			method: "POST", path: "/webhooks/{ref}/replay", name: "replay", tag: "webhooks",
			summary: "Send a webhook again, with a new signature",
			body:    Replay{}, optional: true,
			example: `{"params":{"ErrorCode":"30007"},"times":2}`,
			status:  http.StatusCreated, result: Replayed{}, errors: []int{404, 409},
			answer: (*api).replay,
		},
		{
			method: "GET", path: "/webhooks/{ref}/curl", name: "curl", tag: "webhooks",
			summary:  "A shell command that sends the webhook again, byte for byte",
			query:    []param{secretsParam},
			errors:   []int{404, 409},
			produces: map[string]schema{"text/plain": anyText},
			stream:   (*api).curl,
		},
		{
			method: "GET", path: "/webhooks/{ref}/signature", name: "signing", tag: "webhooks",
			summary: "How the signature of a webhook is made, and what goes wrong with it",
			result:  Signing{}, errors: []int{404},
			answer: (*api).signing,
		},
		{
			method: "GET", path: "/webhooks/{ref}/diff/{other}", name: "diff", tag: "webhooks",
			summary: "The differences between two webhooks",
			result:  Diff{}, errors: []int{404},
			answer: (*api).diff,
		},
		{
			method: "POST", path: "/signatures/verify", name: "verify", tag: "webhooks",
			summary: "Check a signature, and list what may be wrong with it",
			body:    signed{},
			example: `{"url":"https://shop.example/sms","signature":"0/KCTR6DLpKmkAf8muzZqo1nDgQ=",` +
				`"params":{"Body":"hi"}}`,
			result: Verdict{},
			answer: (*api).verify,
		},
		{
			method: "POST", path: "/signatures/spoil", name: "spoil", tag: "webhooks",
			summary: "Make the signature of the next webhook wrong",
			body:    spoil{},
			example: `{"how":"bad"}`,
			result:  spoil{}, errors: []int{409},
			answer: (*api).spoil,
		},
		{
			method: "GET", path: "/requests", name: "requests", tag: "webhooks",
			summary: "The newest calls from the app that a query selects",
			query:   list,
			result:  Requests{},
			answer:  (*api).requests,
		},
		{
			method: "GET", path: "/requests/{ref}", name: "request", tag: "webhooks",
			summary: "A call from the app",
			result:  journal.Exchange{}, errors: []int{404},
			answer: (*api).request,
		},
		{
			method: "GET", path: "/requests/{ref}/curl", name: "curlRequest", tag: "webhooks",
			summary:  "A shell command that makes the call to the API again",
			query:    []param{secretsParam},
			errors:   []int{404, 409},
			produces: map[string]schema{"text/plain": anyText},
			stream:   (*api).curlRequest,
		},
		{
			method: "GET", path: "/requests/{ref}/code", name: "codeRequest", tag: "webhooks",
			summary: "A program for one of Twilio's SDKs that makes the call",
			description: "With the SDK's own method for messages, else with its general request. The " +
				"credentials come from the environment.",
			query:    []param{languageParam},
			errors:   []int{404, 409},
			produces: map[string]schema{"text/plain": anyText},
			stream:   (*api).codeRequest,
		},
		{
			method: "GET", path: "/alerts", name: "alerts", tag: "journal",
			summary: "The newest alerts that a query selects",
			query:   list,
			result:  Alerts{},
			answer:  (*api).alerts,
		},
		{
			method: "GET", path: "/alert-groups", name: "alertGroups", tag: "journal",
			summary: "The kinds of alerts that a query selects, with their numbers",
			query:   []param{qParam},
			result:  AlertGroups{},
			answer:  (*api).alertGroups,
		},
		{
			method: "GET", path: "/alerts/{ref}", name: "alert", tag: "journal",
			summary: "An alert",
			result:  &journal.Alert{}, errors: []int{404},
			answer: (*api).alert,
		},
		{
			method: "POST", path: "/acknowledge", name: "acknowledge", tag: "journal",
			summary:     "Mark alerts as read",
			description: "Marks all of them, or none if one does not exist.",
			body:        Acknowledge{},
			example:     `{"alerts":["A1","latest"]}`,
			result:      Acknowledged{}, errors: []int{404},
			answer: (*api).acknowledge,
		},
		{
			method: "GET", path: "/rules", name: "rules", tag: "carrier",
			summary: "The carrier's rules",
			result:  Rules{},
			answer:  (*api).rules,
		},
		{
			method: "POST", path: "/rules", name: "addRule", tag: "carrier",
			summary: "Add a rule after the others, or in front of them",
			query:   []param{firstParam},
			body:    newRule{},
			example: `{"words":["to=+12025550142","then=sent,undelivered:30003@2s","times=1"]}`,
			status:  http.StatusCreated, result: carrier.Rule{},
			answer: (*api).addRule,
		},
		{
			method: "PUT", path: "/rules", name: "replaceRules", tag: "carrier",
			summary: "Replace all rules, or none if one is wrong",
			body:    newRules{},
			example: `{"rules":[{"to":"+44*","then":"sent@1s>5s,delivered@4s","chance":"20%"}]}`,
			result:  Rules{},
			answer:  (*api).replaceRules,
		},
		{
			method: "POST", path: "/preview", name: "preview", tag: "carrier",
			summary: "What would happen to a message, without sending it",
			body:    previewBody{},
			example: `{"to":"+12025550142","body":"Your code is 123456"}`,
			result:  Previews{},
			answer:  (*api).preview,
		},
		{
			method: "PUT", path: "/rules/{id}", name: "changeRule", tag: "carrier",
			summary: "Change a rule, which keeps its place and its count",
			body:    newRule{},
			example: `{"words":["to=+12025550142","then=delivered"]}`,
			result:  carrier.Rule{}, errors: []int{404},
			answer: (*api).changeRule,
		},
		{
			method: "POST", path: "/rules/{id}/move", name: "moveRule", tag: "carrier",
			summary: "Move a rule up or down by one place; answers with all rules",
			body:    ruleMove{},
			example: `{"direction":"up"}`,
			result:  Rules{}, errors: []int{404},
			answer: (*api).moveRule,
		},
		{
			method: "DELETE", path: "/rules/{id}", name: "removeRule", tag: "carrier",
			summary: "Remove a rule; answers with the rules that are left",
			result:  Rules{}, errors: []int{404},
			answer: (*api).removeRule,
		},
		{
			method: "GET", path: "/outcomes", name: "outcomes", tag: "carrier",
			summary: "The delivery scripts that have names",
			result:  outcomes{},
			answer:  (*api).outcomes,
		},
		{
			method: "GET", path: "/magic", name: "magic", tag: "carrier",
			summary: "The recipients with a fixed outcome",
			result:  magicNumbers{},
			answer:  (*api).magic,
		},
		{
			method: "GET", path: "/phones", name: "phones", tag: "account",
			summary: "The handsets that have sent a text or were set",
			result:  Phones{},
			answer:  (*api).phones,
		},
		{
			method: "PUT", path: "/phones/{number}", name: "setPhone", tag: "account",
			summary: "Put a handset into a state, or name it",
			body:    Phone{},
			example: `{"state":"off","name":"Ana"}`,
			result:  directory.Handset{},
			answer:  (*api).setPhone,
		},
		{
			method: "POST", path: "/clicks", name: "click", tag: "messages",
			summary: "Click on a short link, or on the first one of a message",
			body:    Click{},
			example: `{"link":"https://twil.example/Ab3dE6gH9j"}`,
			result:  Clicked{},
			answer:  (*api).click,
		},
		{
			method: "GET", path: "/lookups", name: "lookups", tag: "account",
			summary: "What is set about numbers for Twilio's Lookup",
			result:  Lookups{},
			answer:  (*api).lookups,
		},
		{
			method: "PUT", path: "/lookups/{number}", name: "setLookup", tag: "account",
			summary: "Set what Twilio's Lookup says about a number",
			body:    LookupValues{},
			example: `{"values":{"type":"landline","carrier":"Old Telco"}}`,
			result:  lookup.Entry{},
			answer:  (*api).setLookup,
		},
		{
			method: "GET", path: "/numbers", name: "numbers", tag: "account",
			summary: "The account's phone numbers",
			result:  Numbers{},
			answer:  (*api).numbers,
		},
		{
			method: "GET", path: "/account", name: "account", tag: "account",
			summary: "The account of the request",
			result:  Account{},
			answer:  (*api).oneAccount,
		},
		{
			method: "PUT", path: "/account", name: "setAccount", tag: "account",
			summary: "Name, suspend or close an account",
			body:    AccountSettings{},
			example: `{"friendly_name":"shop"}`,
			result:  Account{}, errors: []int{409},
			answer: (*api).setAccount,
		},
		{
			method: "GET", path: "/verifications", name: "verifications", tag: "account",
			summary: "The newest codes of Verify that a query selects",
			query:   list,
			result:  Verifications{},
			answer:  (*api).verifications,
		},
		{
			method: "GET", path: "/sinks", name: "sinks", tag: "account",
			summary: "The sinks of Event Streams, and the types of events that there are",
			result:  Sinks{},
			answer:  (*api).sinks,
		},
		{
			method: "POST", path: "/sinks", name: "addSink", tag: "account",
			summary: "Make a sink of Event Streams, and subscribe it to events",
			body:    NewSink{},
			example: `{"destination":"http://localhost:3000/events",` +
				`"types":["com.twilio.messaging.message.delivered"]}`,
			status: http.StatusCreated, result: Sink{},
			answer: (*api).addSink,
		},
		{
			method: "PUT", path: "/sinks/{sid}", name: "setSink", tag: "account",
			summary: "Change the types of the events that a sink gets",
			body:    SinkTypes{},
			example: `{"types":["com.twilio.messaging.message.delivered"]}`,
			result:  Sink{}, errors: []int{404},
			answer: (*api).setSink,
		},
		{
			method: "DELETE", path: "/sinks/{sid}", name: "removeSink", tag: "account",
			summary: "Remove a sink and its subscription; answers with the sinks that are left",
			result:  Sinks{}, errors: []int{404},
			answer: (*api).removeSink,
		},
		{
			method: "POST", path: "/sinks/{sid}/test", name: "testSink", tag: "account",
			summary: "Send Twilio's test event to a sink",
			body:    nothing{}, optional: true,
			result: Sink{}, errors: []int{404},
			answer: (*api).testSink,
		},
		{
			method: "GET", path: "/sink-events", name: "sinkEvents", tag: "account",
			summary: "The newest events for sinks that a query selects",
			query:   list,
			result:  SinkEvents{},
			answer:  (*api).sinkEvents,
		},
		{
			method: "GET", path: "/optouts", name: "optOuts", tag: "account",
			summary: "Who gets nothing from whom",
			result:  OptOuts{},
			answer:  (*api).optOuts,
		},
		{
			method: "PUT", path: "/optouts/{recipient}/{sender}", name: "addOptOut", tag: "account",
			summary: "Opt a recipient out of messages from a number or a service",
			body:    nothing{}, optional: true,
			result: OptOuts{}, errors: []int{404},
			answer: (*api).addOptOut,
		},
		{
			method: "DELETE", path: "/optouts/{recipient}/{sender}", name: "removeOptOut", tag: "account",
			summary: "Opt a recipient in again",
			result:  OptOuts{}, errors: []int{404},
			answer: (*api).removeOptOut,
		},
		{
			method: "GET", path: "/numbers/{number}", name: "number", tag: "account",
			summary: "A phone number",
			result:  directory.Number{}, errors: []int{404},
			answer: (*api).number,
		},
		{
			method: "DELETE", path: "/numbers/{number}", name: "removeNumber", tag: "account",
			summary: "Release a number; answers with the numbers that are left",
			result:  Numbers{}, errors: []int{404},
			answer: (*api).removeNumber,
		},
		{
			method: "PUT", path: "/numbers/{number}", name: "setNumber", tag: "account",
			summary: "Add a number, or change its webhooks",
			body:    NumberWebhook{},
			example: `{"sms_url":"http://localhost:3000/sms",` +
				`"sms_fallback_url":"http://localhost:3000/fallback"}`,
			result: directory.Number{},
			answer: (*api).setNumber,
		},
		{
			method: "GET", path: "/services", name: "services", tag: "account",
			summary: "The account's Messaging Services",
			result:  Services{},
			answer:  (*api).services,
		},
		{
			method: "POST", path: "/services", name: "addService", tag: "account",
			summary: "Make a Messaging Service",
			body:    ServiceSettings{},
			example: `{"friendly_name":"shop","add_senders":["+12025550100"]}`,
			status:  http.StatusCreated, result: Service{}, errors: []int{404},
			answer: (*api).addService,
		},
		{
			method: "GET", path: "/services/{sid}", name: "service", tag: "account",
			summary: "A Messaging Service, by its SID or name",
			result:  Service{}, errors: []int{404, 409},
			answer: (*api).service,
		},
		{
			method: "DELETE", path: "/services/{sid}", name: "removeService", tag: "account",
			summary: "Remove a Messaging Service; answers with the services that are left",
			result:  Services{}, errors: []int{404, 409},
			answer: (*api).removeService,
		},
		{
			method: "PUT", path: "/services/{sid}", name: "setService", tag: "account",
			summary: "Change a Messaging Service and its pool",
			body:    ServiceSettings{},
			example: `{"advanced_opt_out":true}`,
			result:  Service{}, errors: []int{404, 409},
			answer: (*api).setService,
		},
		{
			method: "GET", path: "/keys", name: "keys", tag: "account",
			summary: "The account's API keys",
			result:  Keys{},
			answer:  (*api).keys,
		},
		{
			method: "POST", path: "/keys", name: "addKey", tag: "account",
			summary: "Make an API key",
			body:    newKeyBody{}, optional: true,
			example: `{"friendly_name":"ci"}`,
			status:  http.StatusCreated, result: Key{},
			answer: (*api).addKey,
		},
		{
			method: "DELETE", path: "/keys/{sid}", name: "removeKey", tag: "account",
			summary: "Remove an API key; answers with the keys that are left",
			result:  Keys{}, errors: []int{404},
			answer: (*api).removeKey,
		},
		{
			method: "POST", path: "/twiml", name: "checkTwiML", tag: "account",
			summary: "What Twilio's debugger would report about a document",
			body:    twimlBody{},
			example: `{"body":"<Response><Message>Hello</Message></Response>"}`,
			result:  TwiMLCheck{},
			answer:  (*api).checkTwiML,
		},
		{
			method: "GET", path: "/bins", name: "bins", tag: "account",
			summary: "The account's TwiML Bins",
			result:  Bins{},
			answer:  (*api).bins,
		},
		{
			method: "GET", path: "/bins/{name}", name: "bin", tag: "account",
			summary: "A TwiML Bin",
			result:  directory.Bin{}, errors: []int{404},
			answer: (*api).bin,
		},
		{
			method: "DELETE", path: "/bins/{name}", name: "removeBin", tag: "account",
			summary: "Remove a TwiML Bin; answers with the bins that are left",
			result:  Bins{}, errors: []int{404, 409},
			answer: (*api).removeBin,
		},
		{
			method: "PUT", path: "/bins/{name}", name: "setBin", tag: "account",
			summary: "Add a TwiML Bin, or change its document",
			body:    binBody{},
			example: `{"body":"<Response><Message>Hello {{From}}</Message></Response>"}`,
			result:  directory.Bin{},
			answer:  (*api).setBin,
		},
		{
			method: "GET", path: "/templates", name: "templates", tag: "account",
			summary: "The account's content templates",
			result:  Templates{},
			answer:  (*api).templates,
		},
		{
			method: "POST", path: "/templates", name: "addTemplate", tag: "account",
			summary: "Make a content template, as the Content API does",
			body:    NewTemplate{},
			example: `{"friendly_name":"hello","language":"en",` +
				`"types":{"twilio/text":{"body":"Hello {{1}}!"}}}`,
			status: http.StatusCreated, result: Template{},
			answer: (*api).addTemplate,
		},
		{
			method: "GET", path: "/templates/{ref}", name: "template", tag: "account",
			summary: "A content template, by its SID or friendly name",
			result:  Template{}, errors: []int{404, 409},
			answer: (*api).template,
		},
		{
			method: "DELETE", path: "/templates/{ref}", name: "removeTemplate", tag: "account",
			summary: "Remove a content template; answers with the templates that are left",
			result:  Templates{}, errors: []int{404, 409},
			answer: (*api).removeTemplate,
		},
		{
			method: "PUT", path: "/templates/{ref}/approval", name: "reviewTemplate", tag: "account",
			summary: "Decide about a content template as WhatsApp does",
			body:    Review{},
			example: `{"status":"paused"}`,
			result:  Template{}, errors: []int{404, 409},
			answer: (*api).review,
		},
		{
			method: "GET", path: "/clock", name: "clock", tag: "clock",
			summary: "The state of the account's clock",
			result:  Clock{},
			answer:  (*api).clock,
		},
		{
			method: "POST", path: "/clock/advance", name: "advance", tag: "clock",
			summary:     "Move a virtual clock",
			description: "Answers when everything that fell due is done, every webhook included.",
			body:        advance{},
			example:     `{"duration":"5s"}`,
			result:      Advanced{}, errors: []int{408, 409},
			answer: (*api).advance,
		},
		{
			method: "POST", path: "/clock/run", name: "run", tag: "clock",
			summary: "Move a virtual clock until nothing is scheduled",
			body:    nothing{}, optional: true,
			result: Advanced{}, errors: []int{408, 409},
			answer: (*api).run,
		},
		{
			method: "POST", path: "/clock/freeze", name: "freeze", tag: "clock",
			summary: "Make the clock virtual",
			body:    nothing{}, optional: true,
			result: Clock{},
			answer: (*api).freeze,
		},
		{
			method: "POST", path: "/clock/resume", name: "resume", tag: "clock",
			summary: "Let the clock run by itself",
			body:    resume{}, optional: true,
			example: `{"rate":1}`,
			result:  Clock{},
			answer:  (*api).resume,
		},
	}
}
