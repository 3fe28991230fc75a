package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"twilsim/simulator/intercept"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// checkInterception looks at what brings the traffic of an unmodified SDK to the simulator.
func (p *patient) checkInterception(ctx context.Context) error {
	if cert := p.checkCA(); cert != nil {
		p.checkProxy(ctx, cert)
	}
	p.checkProxyVariables(ctx)
	p.checkNoProxy()
	p.checkRuntimes(ctx)
	return nil
}

// checkCA looks at the local CA. It makes none.
func (p *patient) checkCA() *x509.Certificate {
	dir, err := intercept.DefaultDir()
	if err != nil {
		p.fail("certificate", "no place for the local CA", err.Error(), tryDataHome)
		return nil
	}
	const another = "twilsim exec --print-env makes another"
	file := tilde(intercept.CAFile(dir))
	cert, err := intercept.Inspect(dir)
	switch {
	case err == nil:
		p.ok("certificate", file+"   valid to "+cert.NotAfter.Format(time.DateOnly))
		return cert
	case errors.Is(err, fs.ErrNotExist):
		p.ok("certificate", file+" is made when it is first needed")
	case errors.Is(err, intercept.ErrExposed):
		p.fail("certificate", file+"   "+err.Error(), "whoever has read it can play Twilio for your programs", another)
	case errors.Is(err, intercept.ErrExpired):
		p.warn("certificate", file+"   "+err.Error(), "", another)
	default:
		p.fail("certificate", file+"   cannot be used", reason(err), another)
	}
	return nil
}

// checkProxy has the simulator's own proxy answer for Twilio.
func (p *patient) checkProxy(ctx context.Context, ca *x509.Certificate) {
	if p.server == nil || !webhook.IsLocal(p.place.url) {
		return
	}
	err := handshakeThrough(ctx, webhook.HostPort(p.place.url), ca)
	var unknown x509.UnknownAuthorityError
	switch {
	case err == nil:
		p.ok("proxy", p.place.url+"   answers for api.twilio.com, under that certificate")
	case errors.As(err, &unknown):
		p.fail("proxy", p.place.url+"   answers for api.twilio.com under another certificate",
			"the simulator has another HOME or XDG_DATA_HOME, or was started before the CA was made anew",
			"stop it and start twilsim serve again, as this user")
	default:
		p.fail("proxy", p.place.url+"   does not answer for api.twilio.com",
			err.Error(), "stop it and start twilsim serve again")
	}
}

// handshakeThrough speaks TLS with api.twilio.com through a proxy. What it asks then is answered by the HTTP server itself, so
// that there is nothing of it in the simulator's journal.
func handshakeThrough(ctx context.Context, proxy string, ca *x509.Certificate) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", proxy)
	if err != nil {
		return err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline) // a connection that has none fails below
	fmt.Fprint(conn, "CONNECT api.twilio.com:443 HTTP/1.1\r\nHost: api.twilio.com:443\r\n\r\n")
	connected, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
	if err != nil {
		return err
	}
	if connected.StatusCode != http.StatusOK {
		return fmt.Errorf("CONNECT is answered with %s", connected.Status)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	inside := tls.Client(conn, &tls.Config{RootCAs: roots, ServerName: "api.twilio.com"})
	fmt.Fprint(inside, "OPTIONS * HTTP/1.1\r\nHost: api.twilio.com\r\nConnection: close\r\n\r\n")
	answered, err := http.ReadResponse(bufio.NewReader(inside), nil)
	if err != nil {
		return err
	}
	return answered.Body.Close()
}

// checkProxyVariables looks at the proxies that the environment names already.
func (p *patient) checkProxyVariables(ctx context.Context) {
	told := map[string]bool{}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		address := p.c.getenv(name)
		if address == "" || told[address] {
			continue
		}
		told[address] = true
		if !strings.Contains(address, "://") {
			address = "http://" + address
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			p.warn(name, "is no URL", "", "unset "+name)
			continue
		}
		p.checkProxyVariable(ctx, name, u)
	}
}

// checkProxyVariable looks at one. Of its URL only the host is shown: it may have a password.
func (p *patient) checkProxyVariable(ctx context.Context, name string, u *url.URL) {
	hostPort := webhook.HostPort(u.String())
	if p.server != nil && hostPort == webhook.HostPort(p.place.url) {
		p.ok(name, "leads to the simulator, as twilsim env --proxy sets it")
		return
	}
	if !webhook.IsLocal(u.String()) {
		p.warn(name, "leads to "+hostPort+": under twilsim exec the simulator's proxy takes its place",
			"that one does not go on through yours, so hosts that only yours reaches cannot be reached", "")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", hostPort)
	if err != nil {
		p.warn(name, "leads to "+hostPort+", where nothing listens: no program of this shell gets out",
			reason(err), "unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy, or open another shell")
		return
	}
	conn.Close()
	p.ok(name, "leads to "+hostPort+", on this machine")
}

// checkNoProxy looks for what would keep Twilio's hosts off the proxy.
func (p *patient) checkNoProxy() {
	told := ""
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		list := p.c.getenv(name)
		bypasses := intercept.Bypasses(list)
		switch {
		case list == "" || list == told:
		case len(bypasses) > 0:
			p.warn(name, fmt.Sprintf("contains %q: api.twilio.com would bypass the simulator", bypasses[0]),
				"twilsim exec and twilsim env --proxy leave it out", "take it out, or start your app with twilsim exec")
		default:
			p.ok(name, "keeps no host of Twilio's off the proxy")
		}
		told = list
	}
}

// looksReal reports whether a value has the shape of Twilio's own: a prefix, as that of a SID, and 32 hex digits.
func looksReal(value, prefix string) bool {
	digits, ok := strings.CutPrefix(value, prefix)
	_, err := hex.DecodeString(digits)
	return ok && err == nil && len(digits) == 32
}

// checkSafety looks for credentials that cost money where the app is started without twilsim.
func (p *patient) checkSafety(ctx context.Context) error {
	const would = `; twilsim exec replaces it, your app under plain "npm start" would use it`
	token := p.c.getenv("TWILIO_AUTH_TOKEN")
	switch {
	case token == "":
		p.ok("TWILIO_AUTH_TOKEN", "not set")
	case p.credentials != nil && token == p.credentials.AuthToken:
		p.ok("TWILIO_AUTH_TOKEN", "is the simulator's")
	case looksReal(token, ""):
		p.warn("TWILIO_AUTH_TOKEN", "looks like a real token, "+masked(token)+would, "", `eval "$(twilsim env)"`)
	default:
		p.ok("TWILIO_AUTH_TOKEN", "does not look like a real token")
	}
	return p.checkKey(ctx, would)
}

// checkKey looks at an API key, which is as good as the token.
func (p *patient) checkKey(ctx context.Context, would string) error {
	key := p.c.getenv("TWILIO_API_KEY")
	if !looksReal(key, "SK") || p.c.getenv("TWILIO_API_SECRET") == "" {
		return nil
	}
	if p.server != nil {
		ctx, cancel := context.WithTimeout(ctx, p.c.timeout)
		defer cancel()
		keys, err := p.place.client().Keys(ctx)
		if err != nil {
			return p.place.explain(err)
		}
		for _, ours := range keys.Keys {
			if ours.SID == key {
				p.ok("TWILIO_API_KEY", "is the simulator's")
				return nil
			}
		}
	}
	p.warn("TWILIO_API_KEY", "looks like a real key, "+short(key)+"..., with its secret"+would,
		"", "unset TWILIO_API_KEY TWILIO_API_SECRET, or make one with twilsim keys add")
	return nil
}

// masked shows of a secret only how long it is.
func masked(secret string) string {
	return fmt.Sprintf("%s (%d characters)", journal.Mask(secret), len(secret))
}
