package mask

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":"plain é 中 👍"}`:          `{"a":"plain é 中 👍"}`,
		"{\"a\":\"\x7f\u0085\u202e\"}": `{"a":"\u007f\u0085\u202e"}`,
		"\"\U000e0001\"":               `"\udb40\udc01"`,
		"\"a\u200db\"\n":               "\"a\u200db\"\n",
	} {
		if got := JSON(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// FuzzJSON checks that the value stays, and that nothing harmful does.
func FuzzJSON(f *testing.F) {
	f.Add("\x1b[31m\x7f\u009b\u2066\U000e0001\\u202e")
	f.Fuzz(func(t *testing.T, value string) {
		text, _ := json.Marshal(value)
		var want, got string
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		escaped := JSON(string(text))
		if err := json.Unmarshal([]byte(escaped), &got); err != nil || got != want {
			t.Errorf("%q is %q, which is %q, %v", text, escaped, got, err)
		}
		if strings.ContainsFunc(escaped, Harmful) {
			t.Errorf("%q has a harmful character", escaped)
		}
	})
}

// FuzzUnchanged checks that a text which is said to be unchanged is so.
func FuzzUnchanged(f *testing.F) {
	for _, text := range []string{"", "https://u:p@h", "%40", "%2540", `\u0040`, "&commat;",
		"1234567\x7f", "1234567é", "12345678é", "é2345678", "12345678"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if Unchanged([]byte(text)) && (JSON(text) != text || Text(text) != text) {
			t.Errorf("%q is said to be unchanged", text)
		}
	})
}

func TestUnchanged(t *testing.T) {
	for text, want := range map[string]bool{"": true, `{"a":"100 % <&>"}`: true, "12345678": true,
		"123456789\x7f": false, "12345678é": false, "é2345678": false, "u:p@h": false} {
		if got := Unchanged([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
