package simulator_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/control"
	"twilsim/simulator/storage"
)

// dataServer is a simulator with the file of --data.
func dataServer(b *testing.B, app *suiteApp, keep int) *httptest.Server {
	file, err := storage.Open(filepath.Join(b.TempDir(), "data.db"), storage.Options{Keep: keep})
	if err != nil {
		b.Fatal(err)
	}
	s := &simulator.Server{Keep: keep, Clock: clock.Virtual(time.Unix(1.7e9, 0)), Data: file,
		ForwardTo: app.URL}
	if err := s.Start(); err != nil {
		b.Fatal(err)
	}
	s.Resume()
	server := httptest.NewServer(s)
	b.Cleanup(func() {
		server.Close()
		s.Close()
		if err := file.Close(); err != nil {
			b.Error(err)
		}
	})
	return server
}

// data measures what it costs to store everything: creates over eight connections, and whole flows
// one after the other.
func (s *suite) data(b *testing.B) {
	const creates, flows, keep = 4000, 300, 10_000
	app := newSuiteApp(b)
	_, memory := suiteServer(b, app, keep)
	stored := dataServer(b, app, keep)
	form := url.Values{"To": {suiteCustomer}, "From": {simulator.DefaultPhoneNumber},
		"Body": {"Your order has been shipped."}}.Encode()
	create := func(base string) func(*http.Client) {
		return func(c *http.Client) {
			r := request(b, "POST", base+messagesURL, suiteForm, form)
			r.SetBasicAuth(simulator.DefaultAccountSID, simulator.DefaultAuthToken)
			send(b, c, r)
		}
	}
	flow := func(base string) func(*http.Client) {
		return func(c *http.Client) {
			send(b, c, request(b, "POST", base+control.Prefix+"/texts", "application/json", textJSON))
			send(b, c, request(b, "POST", base+control.Prefix+"/clock/advance", "application/json",
				`{"duration":"2s"}`))
		}
	}
	one := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	alone := func(f func(*http.Client)) func() {
		return func() {
			for range flows {
				f(one)
			}
		}
	}
	s.rate("data", "create with --data / in memory", 1/compare(
		func() { busy(creates, create(stored.URL)) },
		func() { busy(creates, create(memory.URL)) }), 0.6)
	_, memory = suiteServer(b, app, keep) // without what the others have scheduled
	stored = dataServer(b, app, keep)
	s.rate("data", "whole flow with --data / in memory", 1/compare(
		alone(flow(stored.URL)), alone(flow(memory.URL))), 0.6)
}
