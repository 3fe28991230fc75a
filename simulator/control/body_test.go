package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/apierr"
)

// bodies are JSON texts and what is wrong with them as a [Text].
var bodies = []struct{ name, body, message, try string }{
	{"whole", `{"from":"+12025550142","to":"+12025550100","body":"hi","params":{"FromCity":"BERLIN"}}`,
		"", ""},
	{"with a file", `{"from":"a","to":"b","media":[{"name":"a.png","data":"iVBORw0KGgo="}]}`, "",
		""},
	{"nothing set", `{}`, "", ""},
	{"null for a field", `{"from":null}`, "", ""},
	{"space around", " \n{} \n", "", ""},
	{"unknown field", `{"form":"+12025550142"}`, `unknown field "form"`, "from"},
	{"unknown field inside", `{"media":[{"dta":"aGk="}]}`, `unknown field "dta"`, "data"},
	{"unknown field, nothing near", `{"xyzzyxyzzy":1}`, `unknown field "xyzzyxyzzy"`,
		"one of from to body media name content_type data params"},
	{"field that must be quoted", `{"a\"b":1}`, `unknown field "a\"b"`,
		"one of from to body media name content_type data params"},
	{"wrong type", `{"from":12025550142}`, `field "from" has the wrong type: number`, "string"},
	{"wrong type inside", `{"media":[{"data":1}]}`,
		`field "media.data" has the wrong type: number`, "string of base64"},
	{"list for an object", `{"params":[]}`, `field "params" has the wrong type: array`,
		"JSON object"},
	{"object for a list", `{"media":{}}`, `field "media" has the wrong type: object`, "list"},
	{"bad base64", `{"media":[{"data":"%"}]}`, "illegal base64 data at input byte 0", ""},
	{"list", `[]`, "the body is not a JSON object", "{…}"},
	{"string", `"from"`, "the body is not a JSON object", "{…}"},
	{"null", `null`, "the body is not a JSON object", "{…}"},
	{"form", `From=%2B12025550142`, "the body is not a JSON object", "{…}"},
	{"cut off", `{"from":"a`, "the body is not JSON: it ends too early", ""},
	{"no JSON", `{from:1}`,
		"the body is not JSON: invalid character 'f' looking for beginning of object key string, " +
			"at byte 2", ""},
	{"two objects", `{}{}`, "there is more after the JSON object", "one object"},
}

func TestDecode(t *testing.T) {
	for _, tt := range bodies {
		t.Run(tt.name, func(t *testing.T) {
			want := Error{Message: tt.message, Try: tt.try}
			if tt.message != "" {
				want.Status = http.StatusBadRequest
			}
			var got Error
			if err := decodeJSON([]byte(tt.body), &Text{}); err != nil {
				got = *asError(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzDecode holds that whatever a body is, it is refused with a 400 that says why, or read so that
// it reads the same again after it was written.
func FuzzDecode(f *testing.F) {
	for _, tt := range bodies {
		f.Add([]byte(tt.body))
	}
	f.Add([]byte(`{"words":["to=+1202*","then=sent,delivered"]}`))
	f.Add([]byte(`{"to":"+44*","then":"sent@1s>5s,delivered@4s","chance":"20%"}`))
	f.Add([]byte(`{"status":"failed","error_code":30007,"illegal":true}`))
	f.Add([]byte(`{"url":"https://shop.example","signature":"abc=","times":2,"rate":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, empty := range []func() any{
			func() any { return &Text{} }, func() any { return &Delivery{} },
			func() any { return &Replay{} },
			func() any { return &signed{} }, func() any { return &NumberWebhook{} },
			func() any { return &resume{} },
			func() any { return &newRule{} },
		} {
			first, second := empty(), empty()
			if err := decodeJSON(data, first); err != nil {
				if e := asError(err); e.Status != http.StatusBadRequest || e.Message == "" {
					t.Fatalf("%T: error %+v", first, e)
				}
				continue
			}
			once := encoded(t, first)
			if err := decodeJSON(once, second); err != nil {
				t.Fatalf("%T: %s was written, and is refused: %v", first, once, err)
			}
			if twice := encoded(t, second); !bytes.Equal(once, twice) {
				t.Fatalf("%T: %s became %s", first, once, twice)
			}
		}
	})
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestRefusalHasFact: what Twilio would refuse names the fact about it.
func TestRefusalHasFact(t *testing.T) {
	got := asError(fmt.Errorf("sending: %w", apierr.New(apierr.ToMissing)))
	want := &Error{
		Status: http.StatusBadRequest, Fact: "F-202",
		Message: "sending: 21604 A 'To' phone number is required.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}
