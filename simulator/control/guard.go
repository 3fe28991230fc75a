package control

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// admit keeps web pages out. A page of another origin says so in Origin; a page whose host's name was made to point to
// this machine (DNS rebinding) is of the same origin as far as the browser knows, but its Host is a stranger's.
func (s *api) admit(r *http.Request) error {
	if !s.info.AnyHost && !s.knownHost(r) {
		return &Error{
			Status: http.StatusForbidden, Message: "refused: the request is for host " + quote(r.Host) + ", which is not this machine",
			Try: "http://localhost or http://127.0.0.1 with the server's port",
		}
	}
	for _, origin := range r.Header["Origin"] {
		if u, err := url.Parse(origin); err != nil || !strings.EqualFold(u.Host, r.Host) {
			return &Error{
				Status: http.StatusForbidden, Message: "refused: a web page of " + quote(origin) + " made the request",
				Try: "call from a program, or from a page of this server",
			}
		}
	}
	return nil
}

// knownHost reports whether the Host header names this machine: by a loopback name or address, by the address at which
// the connection arrived, or by a name that the server was given.
func (s *api) knownHost(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || slices.Contains(s.info.Hosts, host) {
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
