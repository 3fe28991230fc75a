package control

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/messaging"
)

func TestCurlRequest(t *testing.T) {
	w := newWorld(t, messaging.Options{SID: "AC" + strings.Repeat("0", 31) + "1", Token: "secret"})
	w.record("", "POST", "/Messages.json", 400)
	proxied := w.record("", "DELETE", "/Messages/SM1.json", 404) // R2, which came through a proxy
	proxied.URL = "http://api.twilio.com" + proxied.URL
	w.record("", "POST", "/Messages.json", 413).Header = "Content-Length: 100000\r\n" // R3
	at := "curl -sS -i -g --path-as-is -X METHOD " + w.server.URL + "/2010-04-01/Accounts/" +
		w.account.SID
	rest := " -H 'Content-Type: application/x-www-form-urlencoded' -H 'Host: api.twilio.com'" +
		" -H 'User-Agent: twilio-node/6.0.2 (linux x64) node/24.0.0'"
	tests := []struct {
		name, ref string
		secrets   bool
		want      string
	}{
		{"masked", "R1", false, strings.Replace(at, "METHOD", "POST", 1) +
			"/Messages.json -H 'Authorization: Basic [masked]'" + rest +
			" --data-binary 'To=%2B12025550142&Body=hi'"},
		{"with the account's credentials", "R1", true, strings.Replace(at, "METHOD", "POST", 1) +
			"/Messages.json" + rest +
			" -H 'Authorization: Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTpzZWNyZXQ=' " +
			"--data-binary 'To=%2B12025550142&Body=hi'"},
		{"never to Twilio", "R2", false, strings.Replace(at, "METHOD", "DELETE", 1) +
			"/Messages/SM1.json" +
			" -H 'Authorization: Basic [masked]'" + rest +
			" --data-binary 'To=%2B12025550142&Body=hi'"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := w.client.CurlRequest(t.Context(), tt.ref, tt.secrets)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want+"\n", strings.ReplaceAll(got, " \\\n  ", " ")); diff != "" {
				t.Errorf("command (-want +got):\n%s", diff)
			}
		})
	}
	wrong := []struct {
		path, message string
		status        int
	}{
		{"/requests/R3/curl", "R3 cannot be sent again: only 25 bytes of its body are kept", 409},
		{"/requests/R9/curl", `there is no request "R9" among the 3 kept`, 404},
		{"/requests/R1/curl?secrets=yes", `bad secrets "yes"`, 400},
	}
	for _, tt := range wrong {
		status, body := w.ask("GET", tt.path, "")
		if e := errorOf(t, body); status != tt.status || e.Message != tt.message {
			t.Errorf("%s: got %d %q, want %d %q", tt.path, status, e.Message, tt.status, tt.message)
		}
	}
}

// TestCurlRequestRuns runs the command in a shell: what arrives is the app's call, with credentials
// that work.
func TestCurlRequestRuns(t *testing.T) {
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no %s here: %v", program, err)
		}
	}
	w := newWorld(t, messaging.Options{})
	x := w.record("", "POST", "/Messages.json", 400)
	var got, body string
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, Prefix) {
			w.api.ServeHTTP(rw, r)
			return
		}
		sent, _ := io.ReadAll(r.Body)
		user, password, _ := r.BasicAuth()
		got, body = r.Method+" "+r.Host+r.RequestURI+" "+user+" "+password, string(sent)
	}))
	defer server.Close()
	command, err := (&Client{URL: server.URL}).CurlRequest(t.Context(), "R1", true)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "sh", "-c",
		command).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\n%s", err, out, command)
	}
	want := "POST api.twilio.com" + x.URL + " " + w.account.SID + " " + w.account.Token
	if got != want || body != x.Body {
		t.Errorf("got %q with %q, want %q with %q\n%s", got, body, want, x.Body, command)
	}
}
