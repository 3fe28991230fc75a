package signature_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twilio/twilio-go/client"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/fault"
	"twilsim/simulator/messaging"
	"twilsim/simulator/signature"
	"twilsim/simulator/webhook"
)

// statuses are what apps answer to one webhook: 200, or 403 where they refuse the signature. An app
// in Go checks the URL that it has from its configuration, its scheme and host, with the request's
// own path and query. The others are Express apps behind the middleware of the SDK for Node:
type statuses struct {
	Go    int
	Bare  int // with no options: it takes the scheme from the connection, the host from the request
	Proxy int // as Bare, with Express's "trust proxy": the scheme is that of X-Forwarded-Proto
	Host  int // with the options protocol and host
	URL   int // with the option url: the configured URL, without its userinfo and fragment
}

var (
	everyOne = statuses{200, 200, 200, 200, 200}
	allHTTPS = statuses{200, 403, 200, 200, 200} // behind something that ends TLS
)

// delivery is a webhook that goes over the wire.
type delivery struct {
	name       string
	configured string // the URL of a number
	method     string // "" is POST
	body       string // of the text
	want       statuses
	must       string // what an app must do
}

var deliveries = []delivery{
	{"http", "http://shop.example/sms", "", "hi", everyOne, ""},
	{"https", shop, "", "hi", allHTTPS, "trust the proxy, or be given protocol and host"},
	{"port kept", "http://shop.example:8080/sms", "", "hi", everyOne,
		"F-068: keep the port in its own URL"},
	{"https port kept", "https://shop.example:8443/sms", "", "hi", allHTTPS,
		"F-068: keep the port in its own URL"},
	{"default port written out", "https://shop.example:443/sms", "", "hi", allHTTPS,
		"F-069: an SDK forgives it, a check by hand must have it"},
	{"trailing slash", "http://shop.example/sms/", "", "hi", everyOne, ""},
	{"no path", "http://shop.example", "", "hi", statuses{403, 403, 403, 403, 200},
		"F-067: be configured with a slash, for the request's path is one"},
	{"host in capitals", "http://Shop.Example/sms", "", "hi", everyOne, ""},
	{"query in any order", "http://shop.example/sms?b=2&a=1&b=1", "", "hi", everyOne,
		"F-067: take the query from the request line"},
	{"query with + and %20", "http://shop.example/sms?a=x+y&b=x%20y", "", "hi", everyOne,
		"F-067: take the query from the request line"},
	{"query in lower-case hex", "http://shop.example/sms?a=%c3%b1", "", "hi", everyOne, ""},
	{"empty query", "http://shop.example/sms?", "", "hi", everyOne, ""},
	{"apostrophes", "http://shop.example/o'brien?name=O'Brien", "", "O'Brien's", everyOne, ""},
	// saved by F-071
	{"%3F in the query", "http://shop.example/sms?next=%2Fcart%3Fid%3D7", "", "hi", everyOne, ""},
	{"%3F and + in the query", "http://shop.example/sms?q=what+now%3F", "", "hi",
		statuses{200, 403, 403, 403, 200},
		"give the middleware the option url: without it " + nodeFile + " turns each %3F into ?"},
	{"non-ASCII path, encoded", "http://shop.example/Espa%C3%B1a?a%C3%B1o=2023", "", "hi", everyOne,
		""},
	{"non-ASCII path", "http://shop.example/España", "", "hi", statuses{403, 403, 403, 403, 200},
		"F-067: be configured with an encoded URL, for the request line has nothing else"},
	{"userinfo", "http://user:pass@shop.example/sms", "", "hi", everyOne,
		"F-068: leave the userinfo out of its own URL"},
	{"fragment", "http://shop.example/sms?a=1#rc=2&rp=all", "", "hi", everyOne,
		"F-040: leave the fragment out of its own URL"},
	{"text of all kinds", "http://shop.example/sms", "", " Hello, wörld 👍 & more = ? %41 + \r\n\x00 ",
		everyOne, "F-072: trim nothing"},
	{"empty text", "http://shop.example/sms", "", "", everyOne, "F-064: keep empty parameters"},
	{"GET", "http://shop.example/sms", "GET", "hi", statuses{200, 200, 200, 200, 403},
		"F-065: check the URL of the request, which has the parameters in it"},
	{"GET behind a query", "https://shop.example:8443/sms?b=2&a=x+y#rc=2", "GET", "O'Brien & sons",
		statuses{200, 403, 200, 200, 403},
		"F-065: check the URL of the request, which has the parameters in it"},
	{"GET with a question", "http://shop.example/sms", "GET", "Where is it?",
		statuses{200, 403, 403, 403, 403},
		"take POST, or call the SDK's validator itself: " + nodeFile + " turns each %3F into ?"},
}

// TestOverTheWire sends each webhook from a simulator to each app.
func TestOverTheWire(t *testing.T) {
	ports := serveExpress(t)
	for i, d := range deliveries {
		t.Run(d.name, func(t *testing.T) {
			goApp := httptest.NewServer(goHandler(origin(d.configured)))
			defer goApp.Close()
			want, got := d.want, statuses{Go: d.sendTo(t, goApp.URL)}
			if ports == nil {
				want = statuses{Go: want.Go}
			} else {
				for j, status := range []*int{&got.Bare, &got.Proxy, &got.Host, &got.URL} {
					*status = d.sendTo(t, fmt.Sprintf("http://127.0.0.1:%d", ports[i*4+j]))
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", d.configured, diff)
			}
			if d.want != everyOne && d.must == "" {
				t.Error("it does not say what an app must do")
			}
			t.Logf("%-50s  %+v  an app must: %s", d.configured, got, d.must)
		})
	}
}

// serveExpress starts four Express apps for each delivery, all in one process, and returns their
// ports, or nil without Node.
func serveExpress(t *testing.T) []int {
	if missing := missingNode(t); missing != "" {
		t.Logf("Express is not there: %s", missing)
		return nil
	}
	var sites []site
	for _, d := range deliveries {
		protocol, host, _ := strings.Cut(origin(d.configured), "://")
		bare := site{Token: simulator.DefaultAuthToken}
		proxy, byHost, byURL := bare, bare, bare
		proxy.TrustProxy = true
		byHost.Options = siteOptions{Protocol: protocol, Host: host}
		byURL.Options.URL = signature.SignedURL(d.configured)
		sites = append(sites, bare, proxy, byHost, byURL)
	}
	_, ports := startNode(t, nil, sites)
	return ports
}

// origin is the scheme and host of a configured URL, with its port and without its userinfo.
func origin(configured string) string {
	signed := signature.SignedURL(configured)
	scheme, rest, _ := strings.Cut(signed, "://")
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		rest = rest[:end]
	}
	return scheme + "://" + rest
}

// goHandler is an app that checks as the tutorial's does.
func goHandler(public string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		validator := client.NewRequestValidator(simulator.DefaultAuthToken)
		if err != nil || !validator.ValidateBody(public+r.RequestURI, body,
			r.Header.Get("X-Twilio-Signature")) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, "<Response/>")
	})
}

// sendTo makes a handset text a number with the delivery's URL, which is served at local, and
// returns what the app answered.
func (d delivery) sendTo(t *testing.T, local string) int {
	t.Helper()
	s := &simulator.Server{
		Clock:  clock.Virtual(time.Date(2026, 11, 23, 9, 42, 7, 0, time.UTC)),
		Routes: webhook.Routes{{Public: origin(d.configured), Local: local}},
	}
	defer s.Close()
	if _, err := s.Account().SetNumber(simulator.DefaultPhoneNumber, d.configured,
		d.method); err != nil {
		t.Fatal(err)
	}
	receipt, err := s.Account().Receive(t.Context(),
		messaging.Text{From: "+12025550142", To: simulator.DefaultPhoneNumber, Body: d.body})
	if err != nil {
		t.Fatal(err)
	}
	if len(receipt.Webhooks) != 1 || receipt.Webhooks[0].Status == 0 {
		t.Fatalf("webhooks: %+v", receipt.Webhooks)
	}
	return receipt.Webhooks[0].Status
}

// TestMiddlewareRefuses checks the status of the middleware: 400 without the header, 403 with a
// wrong one, 500 if it has no token (F-071).
func TestMiddlewareRefuses(t *testing.T) {
	if missing := missingNode(t); missing != "" {
		t.Skip(missing)
	}
	tests := []struct {
		name  string
		spoil fault.Signature
		token string // of the app
		want  int
	}{
		{"valid", "", simulator.DefaultAuthToken, 200},
		{"missing", fault.SignatureMissing, simulator.DefaultAuthToken, 400},
		{"bad", fault.SignatureBad, simulator.DefaultAuthToken, 403},
		{"wrong URL", fault.SignatureWrongURL, simulator.DefaultAuthToken, 403},
		{"another token", "", "twilsimothertoken", 403},
		{"no token", "", "", 500},
	}
	var sites []site
	for _, tt := range tests {
		sites = append(sites, site{Token: tt.token})
	}
	_, ports := startNode(t, nil, sites)
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			local := fmt.Sprintf("http://127.0.0.1:%d", ports[i])
			s := &simulator.Server{ForwardTo: local}
			defer s.Close()
			if tt.spoil != "" {
				if err := s.Account().SpoilNext(tt.spoil); err != nil {
					t.Fatal(err)
				}
			}
			receipt, err := s.Account().Receive(t.Context(),
				messaging.Text{From: "+12025550142", To: simulator.DefaultPhoneNumber, Body: "hi"})
			if err != nil {
				t.Fatal(err)
			}
			if got := receipt.Webhooks[0].Status; got != tt.want {
				t.Errorf("the app answered %d, want %d", got, tt.want)
			}
		})
	}
}

// TestJSONOverTheWire shows that the middleware checks a JSON body only if the app keeps its bytes;
// otherwise it checks {}. Twilio's webhooks for messages are forms, so the test sends the JSON
// itself.
func TestJSONOverTheWire(t *testing.T) {
	const token = simulator.DefaultAuthToken
	apps := map[string]string{}
	goApp := httptest.NewServer(goHandler("http://shop.example"))
	defer goApp.Close()
	apps["Go"] = goApp.URL
	if missing := missingNode(t); missing == "" {
		_, ports := startNode(t, nil, []site{{Token: token, RawBody: true}, {Token: token}})
		apps["Express with rawBody"] = fmt.Sprintf("http://127.0.0.1:%d", ports[0])
		apps["Express"] = fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	}
	for name, local := range apps {
		for _, body := range []string{`{"a": "ñ" }`, `{}`} {
			t.Run(name+" "+body, func(t *testing.T) {
				want := http.StatusOK
				if name == "Express" && body != "{}" {
					want = http.StatusForbidden
				}
				if got := postJSON(t, local, body); got != want {
					t.Errorf("the app answered %d, want %d", got, want)
				}
			})
		}
	}
}

// postJSON sends a signed JSON body to an app at http://shop.example, and returns what it answers.
func postJSON(t *testing.T, local, body string) int {
	t.Helper()
	s, signed := signature.SignBody(simulator.DefaultAuthToken, "http://shop.example/events?b=2&a=x+y",
		[]byte(body))
	u, err := url.Parse(signed)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, local+u.RequestURI(),
		strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = u.Host
	req.Header = http.Header{"Content-Type": {"application/json"}, "X-Twilio-Signature": {s}}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}
