package control

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"twilsim/simulator/lazy"
)

var (
	makeOpenAPI     sync.Once
	openAPIDocument []byte
	errOpenAPI      error
)

// openAPI serves the document. The first request makes it: most servers never need it.
func (s *api) openAPI(w http.ResponseWriter, _ *http.Request) error {
	makeOpenAPI.Do(func() { openAPIDocument, errOpenAPI = newOpenAPI() })
	if errOpenAPI != nil {
		return errOpenAPI
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openAPIDocument) // nothing to do when the client has gone
	return nil
}

// newOpenAPI makes openapi.json, OpenAPI 3.1, from the table of routes and the Go types in it.
func newOpenAPI() ([]byte, error) {
	types := &schemas{found: map[string]schema{}}
	doc := map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{
			"title": "twilsim control API", "version": "1",
			"summary": "Play the people around an app that uses Twilio messaging.",
			"description": "The simulator's own API: send texts as a handset, move the clock, set " +
				"rules, read what happened. It does not contain Twilio's API, which the simulator serves at " +
				"the same address. If there are several accounts, " + accountHeader + " in the header of an " +
				"answer has the SID and, percent-encoded, the name of the one that it is about.",
			"license": map[string]any{"name": "MIT", "identifier": "MIT"},
		},
		"servers":  []any{mainServer(), accountServer()},
		"security": []any{},
		"tags":     tags(),
		"paths":    types.paths(routes()),
	}
	types.of(Error{}, false)
	doc["components"] = map[string]any{"schemas": types.found, "responses": errorResponses()}
	return json.MarshalIndent(doc, "", " ")
}

// Every path exists twice: for the main account, and below the path of another account. A server
// with a variable says so without a second description of each path.
func mainServer() any {
	return map[string]any{
		"url": Prefix, "description": "The main account of the simulator, by default at " +
			"http://127.0.0.1:2010.",
	}
}

func accountServer() any {
	return map[string]any{
		"url": Prefix + accountPath, "description": "Another account.",
		"variables": map[string]any{"account": map[string]any{
			"default":     "AC00000000000000000000000000000001",
			"description": "Its SID, or its friendly name.",
		}},
	}
}

func tags() []any {
	return []any{
		tag("server", "The server and its accounts"),
		tag("messages", "Messages, and handsets that send texts"),
		tag("webhooks", "Calls to the app and from it, and their signatures"),
		tag("carrier", "What becomes of messages"),
		tag("account", "Handsets, numbers, services, keys and TwiML Bins"),
		tag("clock", "The account's time"),
		tag("scenarios", "A folder of scenarios, and their runs"),
		tag("journal", "What happened, and waiting for it"),
	}
}

func tag(name, text string) any { return map[string]any{"name": name, "description": text} }

// paths describes all routes, by path and method.
func (types *schemas) paths(routes []route) map[string]any {
	paths := map[string]any{}
	for _, r := range routes {
		path := r.path
		if path == "" {
			path = "/"
		}
		item, ok := paths[path].(map[string]any)
		if !ok {
			item = map[string]any{}
			paths[path] = item
		}
		if r.global {
			item["servers"] = []any{mainServer()}
		}
		item[strings.ToLower(r.method)] = types.operation(r)
	}
	return paths
}

func (types *schemas) operation(r route) map[string]any {
	op := map[string]any{
		"operationId": r.name, "tags": []string{r.tag}, "summary": r.summary,
		"responses": types.responses(r),
	}
	if r.description != "" {
		op["description"] = r.description
	}
	if params := r.parameters(); len(params) > 0 {
		op["parameters"] = params
	}
	if r.body != nil {
		op["requestBody"] = types.requestBody(r)
	}
	for _, v := range r.also {
		types.of(v, false)
	}
	return op
}

var freePart = lazy.Regexp(`\{(\w+)\}`)

func (r route) parameters() []any {
	var params []any
	for _, match := range freePart().FindAllStringSubmatch(r.path, -1) {
		p := pathParams[match[1]]
		params = append(params, map[string]any{
			"name": match[1], "in": "path", "required": true, "description": p.text,
			"schema": anyText, "example": p.example,
		})
	}
	for _, p := range r.query {
		schema := p.schema()
		shown := map[string]any{"name": p.name, "in": "query", "description": p.text,
			"schema": schema, "example": p.example}
		if p.header {
			shown["in"] = "header"
		}
		if p.required {
			shown["required"] = true
		}
		if schema["type"] == "array" {
			shown["explode"] = true
		}
		params = append(params, shown)
	}
	return params
}

func (types *schemas) requestBody(r route) map[string]any {
	if s, ok := r.body.(schema); ok { // not JSON: its first bytes say what it is
		return map[string]any{
			"required": true, "content": map[string]any{
				"application/octet-stream": map[string]any{"schema": s},
			},
		}
	}
	content := map[string]any{"schema": types.of(r.body, true)}
	if r.example != "" {
		content["example"] = json.RawMessage(r.example)
	}
	return map[string]any{"required": !r.optional,
		"content": map[string]any{"application/json": content}}
}

func (types *schemas) responses(r route) map[string]any {
	content := map[string]any{}
	for contentType, s := range r.produces {
		content[contentType] = map[string]any{"schema": s}
	}
	if r.result != nil {
		content["application/json"] = map[string]any{"schema": types.of(r.result, false)}
	}
	status := http.StatusOK
	if r.status != 0 {
		status = r.status
	}
	responses := map[string]any{
		strconv.Itoa(status): map[string]any{"description": r.summary + ".", "content": content},
	}
	expected := append([]int{http.StatusBadRequest, http.StatusForbidden}, r.errors...)
	if !r.global {
		expected = append(expected, http.StatusNotFound, http.StatusConflict) // of the account
	}
	if r.body != nil {
		expected = append(expected, http.StatusRequestEntityTooLarge)
	}
	for _, status := range expected {
		responses[strconv.Itoa(status)] = map[string]any{"$ref": "#/components/responses/" +
			errorNames[status]}
	}
	return responses
}

// errorNames are the names of error answers in openapi.json, by status.
var errorNames = map[int]string{
	http.StatusBadRequest: "Bad", http.StatusForbidden: "Refused", http.StatusNotFound: "Unknown",
	http.StatusRequestTimeout: "Missed", http.StatusConflict: "Conflict",
	http.StatusRequestEntityTooLarge: "TooLarge",
}

// errorResponses describes the error answers, by name.
func errorResponses() map[string]any {
	texts := map[int]string{
		http.StatusBadRequest: "The request is wrong.",
		http.StatusForbidden: "The request comes from a web page of another origin, or is for " +
			"another host.",
		http.StatusNotFound:       "What the path names does not exist.",
		http.StatusRequestTimeout: "It did not happen in time.",
		http.StatusConflict:       "The request is right, but not possible in the present state.",
		http.StatusRequestEntityTooLarge: "The body is too long: over 1 MiB, 16 MiB for a text, or 1 " +
			"GiB for an import.",
	}
	responses := map[string]any{}
	for status, name := range maps.All(errorNames) {
		responses[name] = map[string]any{
			"description": texts[status],
			"content":     map[string]any{"application/json": map[string]any{"schema": reference("Error")}},
		}
	}
	return responses
}
