package sdk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// specs is where the digests of Twilio's own OpenAPI documents are, seen from this folder.
const specs = "../openapi"

// oracle checks answers against Twilio's OpenAPI documents. It needs no exceptions: captures of
// date_sent (F-353) and price_unit (F-362) contradict only the examples of the documents, and their
// schemas allow both.
type oracle struct{ docs []document }

// document is a digest. A partial one has operations that are not simulated: those of the products
// whose digest is made from the SDK.
type document struct {
	*openapi3.T
	partial bool
}

// newOracle returns the documents.
func newOracle(t testing.TB) *oracle {
	t.Helper()
	o, err := loadOracle()
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// loadOracle reads the documents, once.
var loadOracle = sync.OnceValues(func() (*oracle, error) {
	o := &oracle{}
	files, err := filepath.Glob(filepath.Join(specs, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		doc, err := openapi3.NewLoader().LoadFromFile(file)
		if err != nil {
			return nil, err
		}
		closeDocument(doc)
		o.docs = append(o.docs, document{doc, strings.HasPrefix(doc.Info.Title, "twilio-go")})
	}
	return o, nil
})

// closeDocument makes the schemas of all answers strict.
func closeDocument(doc *openapi3.T) {
	for _, schema := range doc.Components.Schemas {
		closeSchema(schema.Value)
	}
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			for _, response := range operation.Responses.Map() {
				if content := response.Value.Content.Get("application/json"); content != nil {
					closeSchema(content.Schema.Value)
				}
			}
		}
	}
}

// closeSchema makes unknown and missing keys an error, at any depth.
func closeSchema(s *openapi3.Schema) {
	if len(s.Properties) == 0 {
		return
	}
	no := false
	s.AdditionalProperties = openapi3.AdditionalProperties{Has: &no}
	for name, property := range s.Properties {
		s.Required = append(s.Required, name) // Twilio writes null, and leaves nothing out
		if property.Value.Items != nil {
			property = property.Value.Items
		}
		if property.Ref == "" {
			closeSchema(property.Value)
		}
	}
}

// undocumented reports whether we have no document for a path: for those of monitor.twilio.com.
// TestAlerts checks them with the SDK.
func undocumented(path string) bool { return strings.HasPrefix(path, "/v1/Alerts") }

// check checks an answer of the API.
func (o *oracle) check(method, path string, status int, body []byte) error {
	if undocumented(path) {
		return nil
	}
	operation := o.operation(method, path)
	if operation == nil {
		return fmt.Errorf("the documents have no such operation")
	}
	response := operation.Responses.Status(status)
	if response == nil {
		return fmt.Errorf("the document has no status %d", status)
	}
	content := response.Value.Content.Get("application/json")
	if content == nil {
		if len(body) > 0 {
			return fmt.Errorf("the document has no body")
		}
		return nil
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return err
	}
	if strings.Contains(path, "/AvailablePhoneNumbers") {
		likeDocument(v.(map[string]any))
	}
	return content.Schema.Value.VisitJSON(v, openapi3.MultiErrors())
}

// likeDocument gives a list of numbers for sale the form of the document: with the keys of a page,
// which Twilio's examples do not have (F-772), and with capabilities in lower case (F-774).
func likeDocument(list map[string]any) {
	numbers, ok := list["available_phone_numbers"].([]any)
	if !ok {
		return // countries
	}
	for _, key := range []string{"end", "page", "page_size", "start"} {
		list[key] = 0.0
	}
	for _, key := range []string{"first_page_uri", "next_page_uri", "previous_page_uri"} {
		list[key] = ""
	}
	for _, number := range numbers {
		capabilities := number.(map[string]any)["capabilities"].(map[string]any)
		for name, value := range capabilities {
			delete(capabilities, name)
			capabilities[strings.ToLower(name)] = value
		}
	}
}

// operation returns the operation of a path, nil if there is none.
func (o *oracle) operation(method, path string) *openapi3.Operation {
	_, operation := o.find(method, path)
	return operation
}

// find returns the operation of a path and its document. The pattern that has the most parts in
// common with the path wins: Local.json is not a {Sid}.json.
func (o *oracle) find(method, path string) (of document, best *openapi3.Operation) {
	common := -1
	for _, doc := range o.docs {
		for pattern, item := range doc.Paths.Map() {
			n, ok := compare(pattern, path)
			if operation := item.GetOperation(method); ok && operation != nil && n > common {
				of, best, common = doc, operation, n
			}
		}
	}
	return of, best
}

func compare(pattern, path string) (common int, ok bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return 0, false
	}
	for i, part := range want {
		switch {
		case part == got[i]:
			common++
		case !strings.HasPrefix(part, "{"), strings.HasSuffix(part,
			".json") != strings.HasSuffix(got[i], ".json"):
			return 0, false
		}
	}
	return common, true
}

var request = regexp.MustCompile(`^(GET|POST|PUT|DELETE) (\S+)`)

// TestGoldenAnswers checks every successful JSON answer in rest's golden files. Package rest
// tests that the API gives these answers.
func TestGoldenAnswers(t *testing.T) {
	o := newOracle(t)
	files, err := filepath.Glob("../testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %d files", err, len(files))
	}
	checked := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		for i, line := range lines {
			m := request.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			method, path := m[1], m[2]
			if !strings.HasPrefix(path, "/2010") && !strings.HasPrefix(path, "/v1") &&
				!strings.HasPrefix(path, "/v2") {
				path = "/2010-04-01/Accounts/AC" + path
			}
			var status int
			if _, err := fmt.Sscanf(lines[i+1], "< %d", &status); err != nil {
				t.Fatalf("%s:%d: no answer", file, i+1)
			}
			if status == http.StatusTemporaryRedirect {
				status = http.StatusOK // of Deactivations (F-617): the SDK knows its body, not its status
			}
			if status >= 300 || status != 204 && !strings.HasSuffix(lines[i+1], " application/json") {
				continue
			}
			body, _ := strings.CutPrefix(lines[i+2], "< ")
			if status == 204 {
				body = ""
			}
			if err := o.check(method, path, status, []byte(body)); err != nil {
				t.Errorf("%s:%d: %s %s: %v", file, i+1, method, path, err)
			}
			if doc, operation := o.find(method, path); operation != nil {
				checked[doc.Info.Title+operation.OperationID] = true
			}
		}
	}
	table := readTable(t)
	for _, doc := range o.docs {
		for path, item := range doc.Paths.Map() {
			for method, operation := range item.Operations() {
				_, simulated := table[method+" "+shape(path)]
				if (simulated || !doc.partial) && !checked[doc.Info.Title+operation.OperationID] {
					t.Errorf("no golden file has %s %s (%s)", method, path, operation.OperationID)
				}
			}
		}
	}
}

// TestOracleIsStrict makes sure that the test above can fail.
func TestOracleIsStrict(t *testing.T) {
	o := newOracle(t)
	good := `{"account_sid": null, "date_created": null, "date_updated": null, ` +
		`"message_sid": null, "outcome": "confirmed", "uri": null}`
	for _, tt := range []struct{ name, from, to string }{
		{"unknown field", `{`, `{"wat": 1, `}, {"missing field", `"uri": null`, `"uri2": null`},
		{"wrong type", `"uri": null`, `"uri": 1`}, {"unknown word", "confirmed", "perhaps"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := strings.Replace(good, tt.from, tt.to, 1)
			if err := o.check("POST", "/2010-04-01/Accounts/AC/Messages/SM/Feedback.json", 200,
				[]byte(body)); err == nil {
				t.Errorf("the oracle accepts %s", body)
			}
		})
	}
	if err := o.check("POST", "/2010-04-01/Accounts/AC/Messages/SM/Feedback.json", 200,
		[]byte(good)); err != nil {
		t.Errorf("the oracle refuses %s: %v", good, err)
	}
}

// TestEveryParameter: each operation and parameter of the documents is in the table of rest's
// documentation, and the table has no other parameters.
func TestEveryParameter(t *testing.T) {
	o := newOracle(t)
	table := readTable(t)
	anyOrder := []cmp.Option{cmpopts.SortSlices(strings.Compare), cmpopts.EquateEmpty()}
	for _, doc := range o.docs {
		for pattern, item := range doc.Paths.Map() {
			for method, operation := range item.Operations() {
				key := method + " " + shape(pattern)
				want := parameters(operation)
				got, ok := table[key]
				if !ok && !doc.partial {
					t.Errorf("the table does not have %s %s", method, pattern)
				} else if diff := cmp.Diff(want, got, anyOrder...); ok && diff != "" {
					t.Errorf("%s %s (-documents +table):\n%s", method, pattern, diff)
				}
				delete(table, key)
			}
		}
	}
	for key := range table {
		old := strings.Contains(key, "/SMS/Messages") // it was removed from the documents (F-324)
		if old || undocumented(strings.TrimPrefix(key, "GET ")) {
			continue
		}
		t.Errorf("the table has %s, and the documents do not", key)
	}
}

// readTable returns the table in rest's documentation.
func readTable(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../doc.go")
	if err != nil {
		t.Fatal(err)
	}
	return documented(string(text))
}

var names = regexp.MustCompile(`\{\w+\}`)

// shape returns a path without the names in it, to compare paths.
func shape(pattern string) string {
	return names.ReplaceAllString(strings.TrimSuffix(pattern, ".json"), "{}")
}

// parameters returns the names of an operation's parameters, except those of its path.
func parameters(operation *openapi3.Operation) (all []string) {
	for _, p := range operation.Parameters {
		if p.Value.In == "query" {
			all = append(all, p.Value.Name)
		}
	}
	if operation.RequestBody != nil {
		for _, content := range operation.RequestBody.Value.Content { // there is one: form or JSON
			for name := range content.Schema.Value.Properties {
				all = append(all, name)
			}
		}
	}
	return all
}

// documented returns the parameters of each operation in the table of the documentation.
func documented(text string) map[string][]string {
	table := map[string][]string{}
	key := ""
	for line := range strings.Lines(text) {
		line, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "//\t")
		switch list, indented := strings.CutPrefix(line, "    "); {
		case !ok:
		case indented && strings.HasPrefix(list, "/"): // the rest of a long path
			delete(table, key)
			key = shape(key + list)
			table[key] = nil
		case indented:
			if _, after, found := strings.Cut(list, ": "); found {
				list = after
			}
			table[key] = append(table[key], strings.Fields(list)...)
		default:
			method, pattern, _ := strings.Cut(line, " ")
			key = method + " " + shape(pattern)
			table[key] = nil
		}
	}
	return table
}
