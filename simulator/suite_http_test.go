package simulator_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/intercept"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

const (
	suiteCustomer = "+12025550142"
	suiteForm     = "application/x-www-form-urlencoded"
	textJSON      = `{"from":"` + suiteCustomer + `","to":"` + simulator.DefaultPhoneNumber +
		`","body":"hi"}`
)

// suiteServer is a simulator with a virtual clock that calls the app.
func suiteServer(b testing.TB, app *suiteApp, keep int) (*simulator.Server, *httptest.Server) {
	s := &simulator.Server{Keep: keep, Clock: clock.Virtual(time.Unix(1.7e9, 0))}
	if app != nil {
		s.ForwardTo = app.URL
	}
	if err := s.Start(); err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(s)
	b.Cleanup(func() { server.Close(); s.Close() })
	return s, server
}

// flow measures the flow of the tutorial: a text, its reply, two callbacks.
//
// In process, ours is Receive and Advance; bare is a client that makes the same three requests to
// the app. One request is under way at a time, so that with several processors most of the time is
// that in which the system wakes one of them up; it differs by half from run to run. On one
// processor the ratio is that of the work.
//
// Over HTTP, ours is a client that posts the text and moves the clock, and the three requests to
// the app; bare is a client that makes five such requests to handlers that do nothing.
func (s *suite) flow(b *testing.B) {
	const flows = 300
	app := newSuiteApp(b)
	sim, server := suiteServer(b, app, 1000)
	account := sim.Account()
	recorded := recordFlow(b, app)
	bareSteps := func(client *http.Client) {
		for _, r := range recorded {
			send(b, client, r.request(b))
		}
	}
	one := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	inProcess := func() float64 {
		return 1 / compare(func() {
			for range flows {
				wholeFlow(b, account)
			}
		}, func() {
			for range flows {
				bareSteps(one)
			}
		})
	}
	s.rate("flow", "whole flow in process / bare client", inProcess(), 0.85)
	processors := runtime.GOMAXPROCS(1)
	s.rate("flow", "the same on one processor", inProcess(), 0)
	runtime.GOMAXPROCS(processors)
	s.rate("flow", "eight whole flows at once / eight bare clients", s.flowsAtOnce(b, app, recorded),
		0.85)
	s.rate("flow", "whole flow over HTTP / bare client of five requests", 1/compare(func() {
		for range flows {
			send(b, one, request(b, "POST", server.URL+control.Prefix+"/texts", "application/json",
				textJSON))
			send(b, one, request(b, "POST", server.URL+control.Prefix+"/clock/advance",
				"application/json", `{"duration":"2s"}`))
		}
	}, func() {
		for range flows {
			send(b, one, request(b, "POST", app.URL+"/texts", "application/json", textJSON))
			bareSteps(one)
			send(b, one, request(b, "POST", app.URL+"/advance", "application/json",
				`{"duration":"2s"}`))
		}
	}), 0)
}

// flowsAtOnce returns how fast eight servers make flows at once, as in parallel tests, next to as
// many bare clients. All processors are busy then, so that little time passes while one is woken.
func (s *suite) flowsAtOnce(b *testing.B, app *suiteApp, recorded []flowRequest) float64 {
	const flows = 100
	atOnce := func(each []func()) func() {
		return func() {
			var wait sync.WaitGroup
			for _, flow := range each {
				wait.Go(func() {
					for range flows {
						flow()
					}
				})
			}
			wait.Wait()
		}
	}
	var ours, bare []func()
	for range connections {
		sim, _ := suiteServer(b, app, 1000)
		account := sim.Account()
		ours = append(ours, func() { wholeFlow(b, account) })
		client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
		b.Cleanup(client.CloseIdleConnections)
		bare = append(bare, func() {
			for _, r := range recorded {
				send(b, client, r.request(b))
			}
		})
	}
	return 1 / compare(atOnce(ours), atOnce(bare))
}

// wholeFlow is a flow in process.
func wholeFlow(b testing.TB, account *messaging.Account) {
	ctx := context.Background()
	if _, err := account.Receive(ctx, messaging.Text{From: suiteCustomer,
		To: simulator.DefaultPhoneNumber, Body: "hi"}); err != nil {
		b.Error(err)
		return
	}
	if err := account.Clock.Advance(ctx, 2*time.Second); err != nil {
		b.Error(err)
	}
}

// flowRequest is a request of a flow to the app, as program bare reads it.
type flowRequest struct {
	URL    string            `json:"url"`
	Header map[string]string `json:"header"`
	Body   string            `json:"body"`
}

func (f flowRequest) request(b testing.TB) *http.Request {
	r := request(b, "POST", f.URL, "", f.Body)
	for name, value := range f.Header {
		r.Header[name] = []string{value}
	}
	return r
}

// recordFlow returns the three requests that a flow makes to the app.
func recordFlow(b testing.TB, app *suiteApp) []flowRequest {
	sim, server := suiteServer(b, app, 0)
	send(b, http.DefaultClient, request(b, "POST", server.URL+control.Prefix+"/texts",
		"application/json", textJSON))
	if err := sim.Account().Clock.Advance(b.Context(), time.Minute); err != nil {
		b.Fatal(err)
	}
	var list []flowRequest
	for _, thing := range sim.Account().Journal.Things(journal.Webhooks) {
		x := thing.(*journal.Exchange)
		r := flowRequest{URL: x.URL, Header: map[string]string{}, Body: x.Body}
		for name, value := range x.Header.All() {
			if name != "Host" && name != "Content-Length" {
				r.Header[name] = value
			}
		}
		list = append(list, r)
	}
	if len(list) != 3 {
		b.Fatalf("%d requests", len(list))
	}
	return list
}

// create measures POST Messages over eight connections. bare is a handler that reads the form and
// writes the bytes and headers of one of our answers.
func (s *suite) create(b *testing.B) {
	const creates = 2000
	_, server := suiteServer(b, nil, 1000)
	form := url.Values{"To": {suiteCustomer}, "From": {simulator.DefaultPhoneNumber},
		"Body": {"Your order has been shipped."}}.Encode()
	create := func(base string) *http.Request {
		r := request(b, "POST", base+"/2010-04-01/Accounts/"+simulator.DefaultAccountSID+
			"/Messages.json", suiteForm, form)
		r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
		return r
	}
	response, err := http.DefaultClient.Do(create(server.URL))
	if err != nil {
		b.Fatal(err)
	}
	body, _ := io.ReadAll(response.Body)
	response.Body.Close()
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		maps.Copy(w.Header(), response.Header)
		w.WriteHeader(response.StatusCode)
		_, _ = w.Write(body)
	}))
	defer bare.Close()
	s.rate("create", "create / bare handler writing the same bytes and headers", 1/compare(
		func() { busy(creates, func(c *http.Client) { send(b, c, create(server.URL)) }) },
		func() { busy(creates, func(c *http.Client) { send(b, c, create(bare.URL)) }) },
	), 0.97)
}

// proxy measures sends through the intercepting proxy, next to sends over plain HTTP. The second
// row is the limit of the first: the same sends over TLS, without a proxy.
func (s *suite) proxy(b *testing.B) {
	const sends = 300
	sim := &simulator.Server{Keep: 100}
	ca, err := intercept.OpenCA(filepath.Join(b.TempDir(), "twilsim"))
	if err != nil {
		b.Fatal(err)
	}
	proxy := &intercept.Proxy{Handler: sim, CA: ca}
	server := httptest.NewServer(proxy)
	secure := httptest.NewTLSServer(sim)
	defer func() { server.Close(); secure.Close(); proxy.Close(); sim.Close() }()
	through, _ := url.Parse(server.URL)
	roots := x509.NewCertPool()
	roots.AddCert(ca.Certificate())
	clients := map[string]*http.Client{
		"https://api.twilio.com": {Transport: &http.Transport{Proxy: http.ProxyURL(through),
			TLSClientConfig: &tls.Config{RootCAs: roots}}},
		server.URL: {Transport: &http.Transport{}},
		secure.URL: {Transport: &http.Transport{
			TLSClientConfig: secure.Client().Transport.(*http.Transport).TLSClientConfig}},
	}
	many := func(base string) func() {
		return func() {
			for range sends {
				r := request(b, "POST", base+"/2010-04-01/Accounts/"+simulator.DefaultAccountSID+
					"/Messages.json", suiteForm, "Body=hi&From=%2B12025550100&To=%2B12025550142")
				r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
				send(b, clients[base], r)
			}
		}
	}
	s.add("proxy", "exec's proxy / plain HTTP",
		compare(many("https://api.twilio.com"), many(server.URL)), 1.15)
	s.add("proxy", "TLS without a proxy / plain HTTP", compare(many(secure.URL), many(server.URL)), 0)
}

// clock measures thirty virtual days with a scheduled message.
func (s *suite) clock(b *testing.B) {
	_, server := suiteServer(b, nil, 1000)
	client := &http.Client{}
	var took []time.Duration
	for range rounds {
		took = append(took, timed(func() {
			send(b, client, request(b, "POST", server.URL+control.Prefix+"/clock/advance",
				"application/json", `{"duration":"720h"}`))
		}))
	}
	s.amount("clock", "30 virtual days", float64(median(took).Microseconds())/1000, 5, "ms")
}
