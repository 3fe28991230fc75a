package control

import (
	"net/http"
	"net/url"
	"strings"

	"twilsim/simulator/journal"
)

func (s *api) curl(w http.ResponseWriter, r *http.Request) error {
	x, err := s.called(r.PathValue("ref"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(curlCommand(x) + "\n")) // a client that hangs up has only itself to tell
	return nil
}

// curlCommand returns a command for a POSIX shell that makes the request of x again, byte for byte: to the URL that was
// dialled, with every header, the signature included.
func curlCommand(x *journal.Exchange) string {
	target, host := dialled(x)
	// Without -g and --path-as-is curl would read brackets and dots in the URL.
	lines := []string{"curl -sS -i -g --path-as-is -X " + shell(x.Method) + " " + shell(target)}
	for name, value := range x.Header.All() {
		if sentByCurl(name, value, host) {
			continue
		}
		header := name + ": " + value
		if value == "" {
			header = name + ";" // curl takes "Name:" for an order to leave the header out
		}
		lines = append(lines, "-H "+shell(header))
	}
	if x.Method != http.MethodGet {
		lines = append(lines, dataFlag(x.Body)+" "+shell(x.Body))
	}
	return strings.Join(lines, " \\\n  ")
}

// dialled returns the URL to which the request went, encoded as it went over the wire, and its host.
func dialled(x *journal.Exchange) (target, host string) {
	target = x.Dialed
	if target == "" {
		target = x.URL
	}
	u, err := url.Parse(target)
	if err != nil {
		return target, ""
	}
	return u.Scheme + "://" + u.Host + u.RequestURI(), u.Host
}

// sentByCurl reports whether curl sends this header by itself, for a URL with this host.
func sentByCurl(name, value, host string) bool {
	if strings.EqualFold(name, "Content-Length") {
		return true
	}
	return strings.EqualFold(name, "Host") && (value == "" || value == host)
}

// dataFlag is the flag that sends a body as it is. A body that begins with @ would be the name of a file to --data-binary.
func dataFlag(body string) string {
	if strings.HasPrefix(body, "@") {
		return "--data-raw"
	}
	return "--data-binary"
}

// shell makes s one word of a POSIX shell.
func shell(s string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_@%+=:,./-", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
