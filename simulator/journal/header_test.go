package journal

import (
	"encoding/json"
	"net/http"
	"testing"
)

// FuzzHeaderJSON compares the JSON of a header with that of an http.Header.
func FuzzHeaderJSON(f *testing.F) {
	f.Add("Content-Type", "text/xml; charset=utf-8", "A", "x")
	f.Add("X", `"quoted" <&> \`, "X", "é\x00\u2028")
	f.Add("B", "1", "A", "2")
	f.Add("", "", "A", "\xff")
	f.Fuzz(func(t *testing.T, name, value, name2, value2 string) {
		h := Header(name + ": " + value + "\r\n" + name2 + ": " + value2 + "\r\n")
		fields := http.Header{}
		for name, value := range h.All() {
			fields[name] = append(fields[name], value)
		}
		want, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(h)
		if err != nil || string(got) != string(want) {
			t.Errorf("%q: %s, %v; want %s", h, got, err, want)
		}
	})
}
