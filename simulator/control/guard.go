package control

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Guard returns a handler that refuses requests from web pages, and passes all others on. It is for
// what the server serves besides this API; it does not ask for the access token.
func Guard(info Info, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := info.admit(r); err != nil {
			writeError(w, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// admit refuses requests from web pages. A page of another origin is recognised by its Origin
// header. A page whose host name was made to resolve to this machine (DNS rebinding) has the same
// origin for the browser, but its Host header is not a name of this machine. With an access token
// any host is allowed, because no page knows the token or the credentials of an account.
func (i Info) admit(r *http.Request) error {
	// DNS rebinding: the attacker's page asks its own host name, which by then resolves to
	// 127.0.0.1
	if i.AccessToken == "" && !i.knownHost(r) {
		return &Error{
			Status: http.StatusForbidden, Message: "refused: the host of the request is " +
				quote(r.Host) + ", which is not this machine",
			Try: "http://localhost or http://127.0.0.1 with the server's port, or serve --require-token",
		}
	}
	// compared with Host and not with a list, so that a page of this server works under every name
	// that was allowed above; the Origin null, of sandboxed pages and files, has no host and is
	// refused
	for _, origin := range r.Header["Origin"] {
		if u, err := url.Parse(origin); err != nil || !strings.EqualFold(u.Host, r.Host) {
			return &Error{
				Status:  http.StatusForbidden,
				Message: "refused: the request comes from a web page of " + quote(origin),
				Try:     "call from a program, or from a page of this server",
			}
		}
	}
	// browsers send this also where a page has had them leave out the Origin
	site := r.Header.Get("Sec-Fetch-Site")
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if !reads && (site == "cross-site" || site == "same-site") {
		return &Error{
			Status:  http.StatusForbidden,
			Message: "refused: the request comes from a web page of another site",
			Try:     "call from a program, or from a page of this server",
		}
	}
	return nil
}

// knownHost reports whether the Host header is a name of this machine: a loopback name or address,
// the address at which the connection arrived, or one of Info.Hosts.
func (i Info) knownHost(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") ||
		slices.Contains(i.Hosts, host) {
		return true
	}
	// from here on, names are refused: only an address cannot be made to resolve elsewhere
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	if addr.IsLoopback() {
		return true
	}
	// the address of this connection, for a server that listens on another interface than loopback
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && local.AddrPort().Addr().Unmap() == addr.Unmap()
}

// TokenCookie is the name of the cookie in which a browser has the access token, in place of a
// bearer token. The console sets it, for this site only and out of reach of scripts.
const TokenCookie = "twilsim_token"

// checkToken refuses a request without the access token, if there is one. A bearer token in the
// request comes before the cookie. The comparison takes the same time for every token of the right
// length, so that answers do not show how much of a guess was right.
func (i Info) checkToken(w http.ResponseWriter, r *http.Request) error {
	given, known := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	// of a browser that has logged in
	if cookie, err := r.Cookie(TokenCookie); !known && err == nil {
		given, known = cookie.Value, true
	}
	if i.AccessToken == "" || known && subtle.ConstantTimeCompare([]byte(given),
		[]byte(i.AccessToken)) == 1 {
		return nil
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="twilsim"`)
	return &Error{
		Status: http.StatusUnauthorized, Message: "the simulator asks for its access token",
		Try: "--access-token, or TWILSIM_ACCESS_TOKEN: serve printed it",
	}
}
