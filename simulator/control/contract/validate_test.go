package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"twilsim/simulator/control"
)

// check makes a call, and validates what is sent and what is answered.
func (c *contract) check(t *testing.T, call call) {
	t.Helper()
	call.path = c.names.Replace(call.path)
	// A context that has ended lets a stream send what there is, and no more; every other call is
	// quicker than a context.
	ctx, cancel := context.WithCancel(t.Context())
	if call.operation == "events" {
		cancel()
	}
	defer cancel()
	r := c.request(ctx, call)
	route, params, err := c.router.FindRoute(described(r))
	if err != nil {
		t.Fatal(err)
	}
	if route.Operation.OperationID != call.operation {
		t.Errorf("the document says that this is %s, want %s", route.Operation.OperationID,
			call.operation)
	}
	input := &openapi3filter.RequestValidationInput{Request: described(r), PathParams: params,
		Route: route, Options: options()}
	if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil {
		t.Errorf("the document does not allow the request: %v", err)
	}
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, c.request(ctx, call))
	if w.Code != call.status {
		t.Fatalf("got %d, want %d: %s", w.Code, call.status, w.Body)
	}
	c.checkAnswer(t, input, w)
}

// described is the request under its path in the document, which is relative to the server's.
func described(r *http.Request) *http.Request {
	short := r.Clone(r.Context())
	short.URL.Path = strings.TrimPrefix(r.URL.Path, control.Prefix)
	if short.URL.Path == "" {
		short.URL.Path = "/"
	}
	return short
}

func (c *contract) request(ctx context.Context, call call) *http.Request {
	r := httptest.NewRequestWithContext(ctx, call.method,
		"http://localhost"+control.Prefix+call.path, strings.NewReader(call.body))
	if call.body == "" {
		r = httptest.NewRequestWithContext(ctx, call.method,
			"http://localhost"+control.Prefix+call.path, nil)
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	if call.sends != "" {
		r.Header.Set("Content-Type", call.sends)
	}
	if call.accept != "" {
		r.Header.Set("Accept", call.accept)
	}
	return r
}

func options() *openapi3filter.Options {
	return &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}
}

func (c *contract) checkAnswer(t *testing.T, input *openapi3filter.RequestValidationInput,
	w *httptest.ResponseRecorder) {
	t.Helper()
	contentType := w.Header().Get("Content-Type")
	documented := input.Route.Operation.Responses.Value(strconv.Itoa(w.Code))
	if documented == nil || documented.Value.Content.Get(contentType) == nil {
		t.Fatalf("the document has no answer %d of %s here", w.Code, contentType)
	}
	switch contentType {
	case "text/event-stream":
		c.checkEvents(t, w.Body.Bytes())
	case "application/x-ndjson":
		if input.Route.Operation.OperationID == "events" { // an export's lines are of many kinds
			c.checkLines(t, w.Body.Bytes())
		}
	default:
		err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
			RequestValidationInput: input, Status: w.Code, Header: w.Header(), Options: options(),
			Body: io.NopCloser(bytes.NewReader(w.Body.Bytes())),
		})
		if err != nil {
			t.Errorf("not as documented: %v\n%s", err, w.Body)
		}
	}
}

// checkEvents validates the data of server-sent events.
func (c *contract) checkEvents(t *testing.T, stream []byte) {
	t.Helper()
	n := 0
	for line := range bytes.Lines(stream) {
		if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok {
			n++
			if err := c.validate("Event", data); err != nil {
				t.Errorf("%v\n%s", err, data)
			}
		}
	}
	if n == 0 {
		t.Error("the stream has no events")
	}
}

func (c *contract) checkLines(t *testing.T, stream []byte) {
	t.Helper()
	if len(stream) == 0 {
		t.Error("the stream has no events")
	}
	for line := range bytes.Lines(stream) {
		if err := c.validate("Event", line); err != nil {
			t.Errorf("%v\n%s", err, line)
		}
	}
}

// validate holds JSON against a schema of the document.
func (c *contract) validate(schema string, data []byte) error {
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	return c.doc.Components.Schemas[schema].Value.VisitJSON(v, openapi3.EnableJSONSchema2020(),
		openapi3.MultiErrors())
}
