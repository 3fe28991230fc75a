package doctor

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
	"twilsim/simulator/reason"
	"twilsim/simulator/shell"
	"twilsim/simulator/webhook"
)

// checkInterception looks at what leads the traffic of an unmodified SDK to the simulator.
func (e *examination) checkInterception(ctx context.Context) error {
	if cert := e.checkCA(); cert != nil {
		e.checkProxy(ctx, cert)
	}
	e.checkProxyVariables(ctx)
	e.checkNoProxy()
	e.checkRuntimes(ctx)
	return nil
}

// checkCA looks at the local CA and returns its certificate, nil if it is missing or unusable.
func (e *examination) checkCA() *x509.Certificate {
	dir, err := intercept.DefaultDir()
	if err != nil {
		e.fail("certificate", "there is no directory for the local CA", err.Error(),
			intercept.TryDataHome)
		return nil
	}
	const another = "twilsim exec --print-env creates a new one"
	file := shell.Tilde(intercept.CAFile(dir))
	cert, err := intercept.Inspect(dir)
	switch {
	case err == nil:
		e.ok("certificate", file+"   valid to "+cert.NotAfter.Format(time.DateOnly))
		return cert
	case errors.Is(err, fs.ErrNotExist):
		e.ok("certificate", file+" is created when it is first needed")
	case errors.Is(err, intercept.ErrExposed):
		e.fail("certificate", file+"   "+err.Error(),
			"anyone who has read it can impersonate Twilio to your programs", another)
	case errors.Is(err, intercept.ErrExpired):
		e.warn("certificate", file+"   "+err.Error(), "", another)
	default:
		e.fail("certificate", file+"   cannot be used", reason.Of(err), another)
	}
	return nil
}

// checkProxy checks that the simulator's own proxy answers for Twilio.
func (e *examination) checkProxy(ctx context.Context, ca *x509.Certificate) {
	if e.server == nil || !webhook.IsLocal(e.URL) {
		return
	}
	err := handshakeThrough(ctx, webhook.HostPort(e.URL), ca)
	var unknown x509.UnknownAuthorityError
	switch {
	case err == nil:
		e.ok("proxy", e.URL+"   answers for api.twilio.com with that certificate")
	case errors.As(err, &unknown):
		e.fail("proxy", e.URL+"   answers for api.twilio.com with another certificate",
			"the simulator has another HOME or XDG_DATA_HOME, or was started before the CA was "+
				"replaced",
			"stop it and start twilsim serve again, as this user")
	default:
		e.fail("proxy", e.URL+"   does not answer for api.twilio.com",
			err.Error(), "stop it and start twilsim serve again")
	}
}

// handshakeThrough speaks TLS with api.twilio.com through a proxy. Its request, OPTIONS *, is
// answered by Go's HTTP server itself, so the simulator does not record it.
func handshakeThrough(ctx context.Context, proxy string, ca *x509.Certificate) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", proxy)
	if err != nil {
		return err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline) // without a deadline the request below fails or ends
	fmt.Fprint(conn, "CONNECT api.twilio.com:443 HTTP/1.1\r\nHost: api.twilio.com:443\r\n\r\n")
	connected, err := http.ReadResponse(bufio.NewReader(conn),
		&http.Request{Method: http.MethodConnect})
	if err != nil {
		return err
	}
	if connected.StatusCode != http.StatusOK {
		return fmt.Errorf("CONNECT was answered with %s", connected.Status)
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

// checkProxyVariables looks at the proxies that the environment already names.
func (e *examination) checkProxyVariables(ctx context.Context) {
	seen := map[string]bool{}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		address := e.Getenv(name)
		if address == "" || seen[address] {
			continue
		}
		seen[address] = true
		if !strings.Contains(address, "://") {
			address = "http://" + address
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			e.warn(name, "is not a URL", "", "unset "+name)
			continue
		}
		e.checkProxyVariable(ctx, name, u)
	}
}

// checkProxyVariable looks at one proxy. It shows only the host, because the URL may have a
// password.
func (e *examination) checkProxyVariable(ctx context.Context, name string, u *url.URL) {
	hostPort := webhook.HostPort(u.String())
	if e.server != nil && hostPort == webhook.HostPort(e.URL) {
		e.ok(name, "leads to the simulator, as twilsim env --proxy sets it")
		return
	}
	if !webhook.IsLocal(u.String()) {
		e.warn(name, "leads to "+hostPort+"; twilsim exec replaces it with the simulator's proxy",
			"that proxy does not use yours, so hosts that only yours reaches cannot be reached", "")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", hostPort)
	if err != nil {
		e.warn(name,
			"leads to "+hostPort+", where nothing listens: programs of this shell reach no host",
			reason.Of(err), "unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy, or open "+
				"another shell")
		return
	}
	conn.Close()
	e.ok(name, "leads to "+hostPort+", on this machine")
}

// checkNoProxy looks for exceptions that make Twilio's hosts bypass the proxy.
func (e *examination) checkNoProxy() {
	seen := ""
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		list := e.Getenv(name)
		bypasses := intercept.Bypasses(list)
		switch {
		case list == "" || list == seen:
		case len(bypasses) > 0:
			e.warn(name, fmt.Sprintf("contains %q: api.twilio.com would bypass the simulator",
				bypasses[0]),
				"twilsim exec and twilsim env --proxy remove it",
				"remove it, or start your app with twilsim exec")
		default:
			e.ok(name, "does not exempt any host of Twilio's from the proxy")
		}
		seen = list
	}
}

// looksReal reports whether a value has the format of Twilio's own: a prefix, such as that of a
// SID, and 32 hex digits. The simulator's own token has letters outside of hex, so that it is not
// taken for a real one.
func looksReal(value, prefix string) bool {
	digits, ok := strings.CutPrefix(value, prefix)
	_, err := hex.DecodeString(digits)
	return ok && err == nil && len(digits) == 32
}

// checkSafety looks for credentials that would cost money if the app were started without twilsim.
func (e *examination) checkSafety(ctx context.Context) error {
	const would = `; twilsim exec replaces it, but your app under plain "npm start" would use it`
	token := e.Getenv("TWILIO_AUTH_TOKEN")
	switch {
	case token == "":
		e.ok("TWILIO_AUTH_TOKEN", "not set")
	case e.credentials != nil && token == e.credentials.AuthToken:
		e.ok("TWILIO_AUTH_TOKEN", "is the simulator's")
	case looksReal(token, ""):
		e.warn("TWILIO_AUTH_TOKEN", "looks like a real token, "+masked(token)+would, "",
			`eval "$(twilsim env)"`)
	default:
		e.ok("TWILIO_AUTH_TOKEN", "does not look like a real token")
	}
	return e.checkKey(ctx, would)
}

// checkKey looks at an API key: Twilio accepts it wherever it accepts the token.
func (e *examination) checkKey(ctx context.Context, would string) error {
	key := e.Getenv("TWILIO_API_KEY")
	if !looksReal(key, "SK") || e.Getenv("TWILIO_API_SECRET") == "" {
		return nil
	}
	if e.server != nil {
		ctx, cancel := context.WithTimeout(ctx, e.Timeout)
		defer cancel()
		keys, err := e.Client.Keys(ctx)
		if err != nil {
			return err
		}
		for _, ours := range keys.Keys {
			if ours.SID == key {
				e.ok("TWILIO_API_KEY", "is the simulator's")
				return nil
			}
		}
	}
	e.warn("TWILIO_API_KEY", "looks like a real key, "+key[:8]+"..., with its secret"+would,
		"", "unset TWILIO_API_KEY TWILIO_API_SECRET, or create one with twilsim keys add")
	return nil
}

// masked shows only the length of a secret.
func masked(secret string) string {
	return fmt.Sprintf("%s (%d characters)", journal.Mask(secret), len(secret))
}
