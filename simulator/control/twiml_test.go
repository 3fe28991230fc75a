package control

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckTwiML(t *testing.T) {
	type row struct {
		Runs  bool
		Verbs int
		Codes []string
	}
	for body, want := range map[string]row{
		"<Response><Message>Hello {{From}}</Message></Response>":            {true, 1, nil},
		`<Response><Message statuscallback="/s">Hello</Message></Response>`: {true, 1, []string{"12200"}},
		"<Response><Message>Hello</Response>": {false,
			0, []string{"12100"}},
	} {
		check := CheckTwiML(body)
		got := row{Runs: check.Runs, Verbs: check.Verbs}
		for _, p := range check.Problems {
			got.Codes = append(got.Codes, p.Code)
			if p.Line != 1 || p.Text == "" {
				t.Errorf("%s: %+v", body, p)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}
