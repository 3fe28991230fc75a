package har_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/journal"
)

// FuzzRoundTrip checks that what is exported can always be imported, whatever an app answers,
// redirects to, or is asked with. It is the same then: but for bytes outside bodies that are not
// UTF-8, which JSON cannot hold.
func FuzzRoundTrip(f *testing.F) {
	for _, url := range []string{
		"http://localhost:3000/sms?a=1&a=2&b", "/2010-04-01/Accounts/AC1/Messages.json?PageSize=%zz",
		"ftp://x/", "http://[::1", "http://é.example/ü?q=\"'{}|^", "?", "", "http://h/#rc=2", "//x", ":",
		"http://u:p@h/p?x=\x00", "http://h/%2F..%2f",
	} {
		f.Add(uint8(0), "POST", url, "Content-Type", "application/x-www-form-urlencoded",
			"Body=hi&To=%zz&=&&;", 200, "<Response/>", "", 0)
		f.Add(uint8(1), "GET", url, "X-A", "b: c", "", 302, "", "11200", 1)
	}
	f.Add(uint8(2), "PUT", "/v1/Content", "Content-Type", "application/json", `{"types":{`, 0,
		"\xff\xfe", "no response", -1)
	f.Add(uint8(2), "", "", "Content-Type", "multipart/form-data; boundary=", "--\r\n", 999, "\x00",
		"\u202e", 7)
	purposes := []journal.Purpose{journal.Inbound, journal.Redirect, journal.API, journal.Status,
		journal.Fallback, journal.Streamed, journal.Clicked}
	for n := range purposes {
		f.Add(uint8(n), "POST", "http://localhost:3000/", "A", "b", "{}", 200, "", "", 0)
	}
	f.Fuzz(func(t *testing.T, purpose uint8, method, url, name, value, body string, status int,
		answer, failure string, queryAt int) {
		if strings.ContainsAny(name+value, "\r\n") || strings.Contains(name, ":") ||
			strings.TrimSpace(name) != name || strings.TrimSpace(value) != value || name == "" {
			t.Skip("not a header")
		}
		header := journal.Header(http.CanonicalHeaderKey(name) + ": " + value + "\r\n")
		x := &journal.Exchange{
			Name: "W1", Purpose: purposes[int(purpose)%len(purposes)], Attempt: 1, At: at, Real: at,
			Duration: time.Millisecond, Method: method, URL: url, Dialed: url, Header: header,
			Body: body, Signature: "valid", Status: status, ResponseHeader: header,
			ResponseBody: answer, Error: failure, Code: failure, QueryAt: int32(queryAt), Fact: failure,
		}
		got, err := read(archive(t, x))
		if err != nil {
			t.Fatal(err)
		}
		if !utf8.ValidString(method + "\n" + url + "\n" + name + "\n" + value + "\n" + failure) {
			return
		}
		if diff := cmp.Diff([]*journal.Exchange{x}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
