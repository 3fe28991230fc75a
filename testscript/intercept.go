package testscript

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/intercept"
)

// interception is the proxy of a scenario whose app uses an unmodified Twilio SDK: requests to
// Twilio's hosts reach the scenario's own simulator, and no other request leaves the machine.
type interception struct {
	proxy  *intercept.Proxy
	server *http.Server
	env    intercept.Environment
}

// intercept starts the proxy. It makes a CA in dir for this scenario alone, so that no scenario
// depends on the user's CA. world.close ends it.
func (w *world) intercept(dir string) error {
	ca, err := intercept.OpenCA(dir)
	if err != nil {
		return err
	}
	trust, err := ca.Trust()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	w.server.SetURL("https://api.twilio.com") // the app fetches media from there, as in production
	proxy := &intercept.Proxy{Handler: w.server, CA: ca, Offline: true, Trouble: w.trouble}
	server := &http.Server{Handler: proxy, ReadHeaderTimeout: time.Minute}
	go server.Serve(listener) // it ends with ErrServerClosed
	w.interception = &interception{
		proxy: proxy, server: server,
		env: intercept.Environment{Proxy: listener.Addr().String(), Trust: trust},
	}
	return nil
}

// machine is the machine's environment without Twilio API keys: an app would use a key in place of
// the token.
func machine() []string {
	return slices.DeleteFunc(
		os.Environ(),
		func(v string) bool { return strings.HasPrefix(v, "TWILIO_API_") },
	)
}

// inherited returns the variables that the proxy's variables extend: the app's own, else the
// machine's. NO_PROXY is not one of them, because a scenario must not depend on it.
func inherited(env []string) func(name string) string {
	return func(name string) string {
		if strings.EqualFold(name, "NO_PROXY") {
			return ""
		}
		for _, assignment := range slices.Backward(env) {
			if value, ok := strings.CutPrefix(assignment, name+"="); ok {
				return value
			}
		}
		return os.Getenv(name)
	}
}

// serve serves the simulator. It refuses proxy requests: with -intercept the app has another proxy.
// An app that has proxy variables but no interception sends requests for other machines here; they
// become alerts in place of real traffic.
func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect && !r.URL.IsAbs() {
		defer w.serving(r)()
		w.server.ServeHTTP(rw, r)
		return
	}
	target := url.URL{Scheme: "https", Host: r.Host}
	if r.URL.IsAbs() {
		target = url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: r.URL.Path}
	}
	try := tryLocal
	if intercept.Simulated(target.Host) {
		try = "app -intercept has the app reach the simulator there"
	}
	w.account.RaiseRefused(r.Method, target.String(), try)
	http.Error(
		rw,
		"twilsim: "+target.Host+" is blocked: "+intercept.WhenOffline,
		http.StatusForbidden,
	)
}

// serving notes that a request of the app to the API is being served, until done.
func (w *world) serving(r *http.Request) (done func()) {
	if w.director == nil || r.UserAgent() == scriptAgent {
		return func() {}
	}
	return w.director.quiet.serve()
}

// tryLocal is the advice for an app that calls other services.
const tryLocal = "have the app call something on this machine in its place"

// trouble makes alerts of the proxy's errors.
func (w *world) trouble(t intercept.Trouble) {
	switch t.Reason {
	case intercept.WhenOffline:
		w.account.RaiseRefused(t.Method, t.URL, tryLocal)
	case intercept.Distrust:
		w.account.RaiseDistrust(t.Host)
	}
}

func (i *interception) close() {
	if i != nil {
		_ = i.server.Close()
		i.proxy.Close()
	}
}

// proxyVars returns the app's proxy variables: those of the scenario's interception, or of a proxy
// that refuses every other machine. env has the app's own variables.
func (w *world) proxyVars(env []string) []string {
	if w.interception == nil {
		const direct = "127.0.0.1,localhost,::1"
		return []string{
			"HTTP_PROXY=" + w.url, "HTTPS_PROXY=" + w.url, "http_proxy=" + w.url, "https_proxy=" + w.url,
			"NO_PROXY=" + direct, "no_proxy=" + direct,
		}
	}
	vars := []string{"TWILSIM_ACTIVE=1"}
	environment := w.interception.env
	environment.Getenv = inherited(env)
	for _, s := range environment.Settings() {
		vars = append(vars, fmt.Sprintf("%s=%s", s.Name, s.Value))
	}
	return vars
}
