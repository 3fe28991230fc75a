package control

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// admit refuses requests from web pages. A page of another origin is recognised by its Origin
// header. A page whose host name was made to resolve to this machine (DNS rebinding) has the same
// origin for the browser, but its Host header is not a name of this machine.
func (s *api) admit(r *http.Request) error {
	if !s.info.AnyHost && !s.knownHost(r) {
		return &Error{
			Status: http.StatusForbidden, Message: "refused: the host of the request is " +
				quote(r.Host) + ", which is not this machine",
			Try: "http://localhost or http://127.0.0.1 with the server's port",
		}
	}
	for _, origin := range r.Header["Origin"] {
		if u, err := url.Parse(origin); err != nil || !strings.EqualFold(u.Host, r.Host) {
			return &Error{
				Status:  http.StatusForbidden,
				Message: "refused: the request comes from a web page of " + quote(origin),
				Try:     "call from a program, or from a page of this server",
			}
		}
	}
	return nil
}

// knownHost reports whether the Host header is a name of this machine: a loopback name or address,
// the address at which the connection arrived, or one of Info.Hosts.
func (s *api) knownHost(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") ||
		slices.Contains(s.info.Hosts, host) {
		return true
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	if addr.IsLoopback() {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && local.AddrPort().Addr().Unmap() == addr.Unmap()
}
