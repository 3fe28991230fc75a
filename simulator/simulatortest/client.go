package simulatortest

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/twilio/twilio-go/client"

	"twilsim/simulator/rest"
	"twilsim/simulator/webhook"
)

// TwilioClient returns Twilio's own client for Go with the account's credentials, unmodified except
// for its transport (F-472). It can be passed to the services of one API or to the whole SDK:
//
//	api.NewApiServiceWithClient(s.TwilioClient()) // rest/api/v2010
//	twilio.NewRestClientWithParams(twilio.ClientParams{Client: s.TwilioClient()})
//
// The latter takes minutes to compile.
func (s *Simulator) TwilioClient() *client.Client {
	account := s.Account()
	c := &client.Client{Credentials: client.NewCredentials(account.SID, account.Token),
		HTTPClient: s.HTTPClient()}
	c.HTTPClient.Timeout = 10 * time.Second // the SDK's own timeout (F-478)
	c.HTTPClient.CheckRedirect = func(*http.Request,
		[]*http.Request) error {
		return http.ErrUseLastResponse
	}
	c.SetAccountSid(account.SID)
	return c
}

// HTTPClient returns a client that sends requests for Twilio's hosts to the simulator and requests
// for [PublicURL] to the app. It also reaches this machine. A request to any other host returns an
// error and fails the test.
func (s *Simulator) HTTPClient() *http.Client {
	transport := &http.Transport{} // without a proxy
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: &router{s, transport}}
}

// router sends requests to the simulator, the app or this machine.
type router struct {
	simulator *Simulator
	transport *http.Transport
}

// RoundTrip implements [http.RoundTripper].
func (rt *router) RoundTrip(r *http.Request) (*http.Response, error) {
	target, err := rt.local(r.URL)
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		rt.simulator.t.Errorf("%s %s: %v", r.Method, r.URL, err)
		return nil, err
	}
	out := r.Clone(r.Context())
	out.URL = target
	if out.Host == "" {
		out.Host = r.URL.Host // the simulator recognises Twilio's APIs by their host
	}
	return rt.transport.RoundTrip(out)
}

// local returns the URL on this machine that serves u.
func (rt *router) local(u *url.URL) (*url.URL, error) {
	if rest.IsTwilio(u.Host) {
		base, err := url.Parse(rt.simulator.URL)
		if err != nil {
			return nil, err
		}
		here := *u
		here.Scheme, here.Host = base.Scheme, base.Host
		return &here, nil
	}
	local, _ := rt.simulator.Local(u.String())
	if !webhook.IsLocal(local) {
		return nil, fmt.Errorf("%s is neither one of Twilio's hosts nor this machine, and a test must "+
			"not call other machines", u.Host)
	}
	return url.Parse(local)
}
