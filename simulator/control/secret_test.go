package control

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"twilsim/simulator/messaging"
)

// TestAnswersMaskPasswords gives a number and a message URLs with a password: answers have it only
// for who asks for it, and the app is called with it all the same.
func TestAnswersMaskPasswords(t *testing.T) {
	w := newWorld(t, messaging.Options{})
	const password = "s3cret"
	const base = "https://ada:" + password + "@shop.example"
	if _, err := w.account.SetNumber(shop, base+"/sms", ""); err != nil {
		t.Fatal(err)
	}
	m, err := w.account.Send(t.Context(), messaging.Draft{To: ana, From: shop, Body: base,
		HasBody: true, StatusCallback: base + "/status"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.account.Receive(t.Context(), messaging.Text{From: ana, To: shop,
		Body: "hi"}); err != nil {
		t.Fatal(err)
	}
	if err := w.account.Clock.Advance(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	get := func(path, secrets string) string {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.server.URL+Prefix+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(secretsHeader, secrets)
		r.Header.Set("Accept", ndjson)
		resp, err := w.server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if path != "/events" { // which has no end
			text, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Fatalf("%s: %s %s %v", path, resp.Status, text, err)
			}
			return string(text)
		}
		var text strings.Builder
		lines := bufio.NewScanner(resp.Body)
		for n := w.account.Journal.Last(); n > 0 && lines.Scan(); n-- {
			text.WriteString(lines.Text())
		}
		return text.String()
	}
	for _, path := range []string{"", "/numbers", "/messages", "/messages/" + m.ID() + "/story",
		"/events", "/export"} {
		masked, shown := get(path, ""), get(path, "true")
		if strings.Contains(masked, password) || !strings.Contains(masked, "ada:xxxxx@") {
			t.Errorf("%s: %s", path, masked)
		}
		wants := path != "/export" // it has a parameter
		if strings.Contains(shown, password) != wants {
			t.Errorf("%s with secrets: %s", path, shown)
		}
	}
	numbers, err := w.client.Numbers(t.Context())
	if err != nil || !strings.Contains(numbers.Numbers[0].SmsURL, password) {
		t.Errorf("the client reads %+v, %v", numbers, err)
	}
}

// TestMasked checks the credentials of exchanges in a line of JSON.
func TestMasked(t *testing.T) {
	for line, want := range map[string]string{
		`{"header":{"Accept":["*/*"],"Authorization":["Basic YTpi"],"Host":["x"]}}`: `{"header":{` +
			`"Accept":["*/*"],"Authorization":["Basic [masked]"],"Host":["x"]}}`,
		`{"Proxy-Authorization":["Digest username=\"a\", response=\"b\"","Basic x"],"a":1}`: `{"Proxy-` +
			`Authorization":["Digest [masked]"],"a":1}`,
		`{"Authorization":["secret"]}`:               `{"Authorization":["[masked]"]}`,
		`{"body":"{\"Authorization\":[\"Basic\"]}"}`: `{"body":"{\"Authorization\":[\"Basic\"]}"}`,
		`{"sms_url":"https://a:b@x/?u=https%3A%2F%2Fa%3Ab%40x"}`: `{"sms_url":"https://a:xxxxx@x/?u=` +
			`https%3A%2F%2Fa%3Axxxxx%40x"}`,
	} {
		if got := masked(line); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
