package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// originals is where Twilio's documents may be, seen from this folder.
const originals = "../../../../shared/openapi"

// TestUpToDate makes the digests again and compares. It is skipped where Twilio's documents are not
// beside the checkout, unless TWILSIM_REQUIRE=openapi says that they must be.
func TestUpToDate(t *testing.T) {
	for _, name := range documents {
		text, err := os.ReadFile(filepath.Join(originals, name))
		if errors.Is(err, fs.ErrNotExist) {
			required := slices.Contains(strings.Split(os.Getenv("TWILSIM_REQUIRE"), ","), "openapi")
			if required {
				t.Fatalf("Twilio's documents are not there: %v", err)
			}
			t.Skipf("Twilio's documents are not beside this checkout: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		want, err := digest(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n"))
		if diff != "" {
			t.Errorf("%s is out of date, run: "+
				"go run ./simulator/rest/openapi ../shared/openapi\n%s", name, diff)
		}
	}
}

// TestSDKUpToDate makes the digests of the SDK again and compares.
func TestSDKUpToDate(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}",
		"github.com/twilio/twilio-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	made := t.TempDir()
	if err := runSDK(strings.TrimSpace(string(out)), made); err != nil {
		t.Fatal(err)
	}
	for _, p := range packages {
		want, err := os.ReadFile(filepath.Join(made, p.digest))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(p.digest)
		if err != nil {
			t.Fatal(err)
		}
		diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n"))
		if diff != "" {
			t.Errorf("%s is out of date; go doc has the command that makes it\n%s", p.digest, diff)
		}
	}
}

// sdkSource is a package in the manner of the SDK; a quotation mark stands for a back-tick.
const sdkSource = `package openapi

type CreateThingParams struct {
	To   *string
	Tags *[]string
}

type Thing struct {
	// The status. Can be: 'on' or 'off'.
	Status *string 'json:"status,omitempty"'
	Made   *time.Time 'json:"made"'
}

func (c *ApiService) CreateThing(Sid string, params *CreateThingParams) (*Thing, error) {
	path := "/v1/Things/{Sid}"
	path = strings.Replace(path, "{"+"Sid"+"}", Sid, -1)
	data.Set("To", *params.To)
	data.Add("Tags", item)
	resp, err := c.requestHandler.Post(c.baseURL+path, data, headers)
	ps := &Thing{}
	return ps, err
}

func (c *ApiService) DeleteThing(Sid string) error {
	path := "/v1/Things/{Sid}"
	resp, err := c.requestHandler.Delete(c.baseURL+path, data, headers)
	return err
}
`

func TestDigestSDK(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "things", "v1")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	source := strings.ReplaceAll(sdkSource, "'", "`")
	if err := os.WriteFile(filepath.Join(folder, "things.go"), []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := digestSDK(folder, "")
	want := `{
"openapi": "3.0.1",
"info": {"title": "twilio-go, things v1", "version": "1"},
"paths": {
"/v1/Things/{Sid}": {
"delete": {"operationId":"DeleteThing","responses":{"204":{"description":""}}},
"post": {"operationId":"CreateThing","requestBody":{"content":` +
		`{"application/x-www-form-urlencoded":{"schema":{"properties":` +
		`{"Tags":{"items":{"type":"string"},"type":"array"},"To":{"type":"string"}},` +
		`"type":"object"}}}},"responses":{"2XX":{"content":{"application/json":` +
		`{"schema":{"$ref":"#/components/schemas/Thing"}}},"description":""}}}
}
},
"components": {"schemas": {
"Thing": {"nullable":true,"properties":{"made":` +
		`{"format":"date-time","nullable":true,"type":"string"},` +
		`"status":{"enum":["on","off",null],"nullable":true,"type":"string"}},"type":"object"}
}}
}
`
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("digest (-want +got):\n%s", diff)
	}
}

func TestDigest(t *testing.T) {
	got, err := digest([]byte(
		`{"openapi": "3.0.1", "info": {"title": "T", "version": "1", "description": "d"},
		"paths": {"/b": {"description": "d"}, "/a/{Sid}": {"servers": [], "get": {
			"operationId": "FetchA", "summary": "s",
			"parameters": [{"name": "Sid", "in": "path", "schema": {"type": "string"}},
				{"name": "Sent<", "in": "query", "description": "d",
					"schema": {"type": "string", "format": "date"}}],
			"responses": {"204": {"description": "gone"}, "200": {"headers": {}, "content": {
				"application/json": {"schema": {"$ref": "#/components/schemas/a"}, "examples": {}}}}}},
			"post": {"operationId": "UpdateA", "responses": {}, "requestBody": {"content": {"form":
				{"schema": {"type": "object", "required": ["Body"],
					"properties": {"Body": {"type": "string", "example": "x"}}}}}}}}},
		"components": {"schemas": {"a": {"title": "t", "type": "object", "properties": {"list": {
			"type": "array", "items": {"type": "string", "enum": ["x"], "nullable": true, "x-twilio": 1}}}}},
			"securitySchemes": {}}}`))
	want := `{
"openapi": "3.0.1",
"info": {"title": "T", "version": "1"},
"paths": {
"/a/{Sid}": {
"get": {"operationId":"FetchA","parameters":[{"in":"query","name":"Sent<",` +
		`"schema":{"format":"date","type":"string"}}],` +
		`"responses":{"200":{"content":{"application/json":{"schema":` +
		`{"$ref":"#/components/schemas/a"}}},"description":""},` +
		`"204":{"description":""}}},
"post": {"operationId":"UpdateA","requestBody":{"content":{"form":` +
		`{"schema":{"properties":{"Body":{"type":"string"}},"required":["Body"],"type":"object"}}}},` +
		`"responses":{}}
},
"/b": {

}
},
"components": {"schemas": {
"a": {"properties":{"list":{"items":{"enum":["x"],"nullable":true,"type":"string"},` +
		`"type":"array"}},"type":"object"}
}}
}
`
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("digest (-want +got):\n%s", diff)
	}
}

// TestDigestErrors: what the program does not know is an error, at any depth.
func TestDigestErrors(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no JSON", "openapi: 3", "invalid character"},
		{"a component", `{"components": {"schemas": {"a": {"oneOf": []}}}}`,
			`a: unknown schema keyword "oneOf"`},
		{"a property",
			`{"components": {"schemas": {"a": {"properties": {"b": {"items": {"allOf": []}}}}}}}`,
			`a: b: unknown schema keyword "allOf"`},
		{"a parameter",
			`{"paths": {"/a": {"get": {"parameters": [{"in": "query", "schema": {"wat": 1}}]}}}}`,
			`/a: get: unknown schema keyword "wat"`},
		{"a response", `{"paths": {"/a": {"get": {"responses": {"200": {"content": {"json": ` +
			`{"schema": {"wat": 1}}}}}}}}}`,
			`/a: get: unknown schema keyword "wat"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := digest([]byte(tt.text)); err == nil || !strings.Contains(err.Error(),
				tt.want) {
				t.Errorf("got %s, %v, want %s", got, err, tt.want)
			}
		})
	}
}
