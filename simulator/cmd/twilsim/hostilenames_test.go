package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"twilsim/simulator"
)

// TestHostileNames gives everything that a user or an app can name a hostile name, by twilsim's API
// and by Twilio's, and looks at all that shows it.
func TestHostileNames(t *testing.T) {
	l := startLoaded(t, []string{"twilsim", "serve", "--json", "--port", "0", "--keep", "100"})
	ask := func(method, path, kind, body string) (int, string) {
		t.Helper()
		r, err := http.NewRequest(method, l.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text)
	}
	const mark = "TEXT"
	var quoted bytes.Buffer
	if err := json.NewEncoder(&quoted).Encode(hostile); err != nil {
		t.Fatal(err)
	}
	text := strings.Trim(strings.TrimSpace(quoted.String()), `"`)
	for i, tt := range []struct{ method, path, body string }{
		{"POST", "/sim/v1/accounts", `{"friendly_name":"TEXT"}`},
		{"PUT", "/sim/v1/account", `{"friendly_name":"TEXT"}`},
		{"POST", "/sim/v1/services", `{"friendly_name":"TEXT"}`},
		{"POST", "/sim/v1/keys", `{"friendly_name":"TEXT"}`},
		{"PUT", "/sim/v1/bins/hello", `{"body":"<Response><!-- TEXT --></Response>"}`},
		{"PUT", "/sim/v1/phones/+12025550142", `{"state":"off","name":"TEXT"}`},
		{"PUT", "/sim/v1/lookups/+12025550142", `{"values":{"carrier":"TEXT"}}`},
		{"POST", "/sim/v1/texts", `{"from":"+12025550142","to":"+12025550100","body":"TEXT"}`},
		// what comes from here on need not be accepted
		{"POST", "/sim/v1/rules", `{"words":["body=TEXT","then=delivered"]}`},
		{"GET", "/sim/v1/messages?q=body%3D" + percent(hostile), ""},
		{"POST", "/sim/v1/twiml", `{"body":"<Response><TEXT/></Response>"}`},
		{"PUT", "/sim/v1/rules/" + percent(hostile), `{"words":["TEXT"]}`},
		{"GET", "/sim/v1/bins/" + percent(hostile), ""},
		{"GET", "/" + percent(hostile), ""},
	} {
		status, answer := ask(tt.method, tt.path, "application/json",
			strings.ReplaceAll(tt.body, mark, text))
		if i < 8 && status/100 != 2 || status >= 500 && status != http.StatusNotImplemented {
			t.Errorf("%s %s: %d %s", tt.method, tt.path, status, answer)
		}
		if line := raw(answer); line != "" && strings.HasPrefix(tt.path, "/sim/") {
			t.Errorf("%s %s answers %q", tt.method, tt.path, line)
		}
	}
	account := "/2010-04-01/Accounts/" + simulator.DefaultAccountSID
	for _, tt := range []struct{ path, name string }{
		{account + "/Messages.json", "Body"}, {account + "/Messages.json", "To"},
		{account + "/Messages.json", "StatusCallback"}, {account + "/Messages.json", "MediaUrl"},
		{account + "/Applications.json", "FriendlyName"}, {account + "/Keys.json", "FriendlyName"},
		{"/v1/Services", "FriendlyName"}, {"/v2/Services", "FriendlyName"},
		{account + "/" + percent(hostile) + ".json", "Body"}, {account + "/Messages.json", hostile},
	} {
		form := percent(tt.name) + "=" + percent(hostile) +
			"&To=%2B12025550142&From=%2B12025550100&Body=x"
		if tt.name != "Body" && tt.name != "To" {
			form += "&FriendlyName=x"
		}
		status, answer := ask("POST", tt.path, "application/x-www-form-urlencoded", form)
		if status >= 500 && status != http.StatusNotImplemented {
			t.Errorf("POST %s with a hostile %q: %d %s", tt.path, tt.name, status, answer)
		}
	}
	dir := t.TempDir()
	for _, words := range []string{
		"accounts", "accounts show", "services", "keys", "bins", "bins show hello", "phone", "rule",
		"numbers", "optouts", "clock planned", "messages", "messages show latest", "requests", "alerts",
		"alerts groups", "lookup", "export", "export --as har", "export --as scenario", "runs",
		"rule preview +12025550142 +12025550100", "messages show " + hostile, "bins show " + hostile,
		"messages body=" + hostile, "serve --" + hostile, hostile, "help " + hostile,
		"facts " + hostile, "segments " + hostile, "check " + hostile, "config --number " + hostile,
	} {
		for _, json := range []bool{false, true} {
			args := append([]string{"--url", l.url}, strings.Fields(words)...)
			if json {
				args = append([]string{"--json"}, args...)
			}
			if line := raw(printed(t, dir, nil, args...)); line != "" {
				t.Errorf("twilsim %q prints %q", args, line)
			}
		}
	}
	// the server still works, and shows everything in the console's data
	if status, answer := ask("GET", "/sim/v1/export", "", ""); status != http.StatusOK ||
		raw(answer) != "" {
		t.Errorf("export: %d, %q", status, raw(answer))
	}
}
