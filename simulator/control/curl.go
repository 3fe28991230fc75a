package control

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/shell"
)

func curlRoutes() []route {
	return []route{
		{
			method: "GET", path: "/webhooks/{ref}/curl", name: "curl", tag: "webhooks",
			summary:  "A shell command that sends the webhook again, byte for byte",
			query:    []param{secretsParam},
			errors:   []int{404, 409},
			produces: map[string]schema{"text/plain": anyText},
			stream:   (*api).curl,
		},
		{
			method: "GET", path: "/requests/{ref}/curl", name: "curlRequest", tag: "webhooks",
			summary:  "A shell command that makes the call to the API again",
			query:    []param{secretsParam},
			errors:   []int{404, 409},
			produces: map[string]schema{"text/plain": anyText},
			stream:   (*api).curlRequest,
		},
	}
}

// The command sends the recorded signature, which is still right because nothing in the request
// changes.
func (s *api) curl(w http.ResponseWriter, r *http.Request) error {
	x, err := s.called(r.PathValue("ref"))
	if err != nil {
		return err
	}
	secrets, err := truth(r, "secrets")
	if err != nil {
		return err
	}
	if !secrets {
		x = x.Masked()
	}
	writeCommand(w, curlCommand(x))
	return nil
}

// curlRequest writes the command that makes a request of the app again. It goes to this server,
// even if the app used the name of one of Twilio's hosts.
func (s *api) curlRequest(w http.ResponseWriter, r *http.Request) error {
	x, err := resolve[*journal.Exchange](s, journal.Requests, r.PathValue("ref"))
	if err != nil {
		return err
	}
	secrets, err := truth(r, "secrets")
	if err != nil {
		return err
	}
	// the journal cuts long bodies, and a request with half a body would mean something else
	if length, err := strconv.Atoi(x.Header.Get("Content-Length")); err == nil &&
		length > len(x.Body) {
		return conflict(x.Name+" cannot be sent again: only "+strconv.Itoa(len(x.Body))+
			" bytes of its body are kept", "")
	}
	again := *x
	// a copy: the journal's exchange is shared with other readers and does not change
	again.Dialed = s.here(r, x.URL)
	if secrets && x.Header.Get("Authorization") != "" {
		again.Header = x.Header.Without("Authorization") +
			journal.Header("Authorization: "+s.authorization()+"\r\n")
	}
	writeCommand(w, curlCommand(&again))
	return nil
}

// here returns the URL on this server of a request that it served, with the host name that r used.
func (s *api) here(r *http.Request, served string) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	if u, err := url.Parse(served); err == nil { // through a proxy, the URL contains the host
		served = u.RequestURI()
	}
	return scheme + "://" + r.Host + served
}

// authorization returns the header with the account's own credentials, because the journal keeps no
// credentials.
func (s *api) authorization() string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(s.account.SID+":"+s.account.Token))
}

// truth reads a query parameter that is true or false. Without the parameter it is false.
func truth(r *http.Request, name string) (bool, error) {
	text := r.URL.Query().Get(name)
	if text != "" && text != "true" && text != "false" {
		return false, bad("bad "+name+" "+quote(text), "true or false")
	}
	return text == "true", nil
}

func writeCommand(w http.ResponseWriter, command string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(command + "\n")) // nothing to do when the client has gone
}

// curlCommand returns a command for a POSIX shell that makes the request of x again, byte for byte:
// to the URL that was dialled, with all headers, including the signature. Each header is a word of
// its own, so that a POSIX shell expands nothing in it.
func curlCommand(x *journal.Exchange) string {
	target, host := dialled(x)
	// Without -g and --path-as-is curl would interpret brackets and dots in the URL.
	lines := []string{"curl -sS -i -g --path-as-is -X " + shell.Word(x.Method) +
		" " + shell.Word(target)}
	for name, value := range x.Header.All() {
		if sentByCurl(name, value, host) {
			continue
		}
		header := name + ": " + value
		if value == "" {
			header = name + ";" // curl reads "Name:" as "leave the header out"
		}
		lines = append(lines, "-H "+shell.Word(header))
	}
	// curl would wait for a 100 Continue, which the recorded request did not ask for
	if len(x.Body) > expectAbove {
		lines = append(lines, "-H Expect:")
	}
	switch {
	case piped(x.Body):
		lines[0] = "printf -- " + shell.Word(printfFormat(x.Body)) + " | " + lines[0]
		lines = append(lines, "--data-binary @-")
	case x.Body != "" || x.Method == http.MethodPost:
		lines = append(lines, dataFlag(x.Body)+" "+shell.Word(x.Body))
	}
	return strings.Join(lines, " \\\n  ")
}

const (
	// expectAbove is the length of a body above which curl sends an Expect header.
	expectAbove = 1024
	// maxArgument is the longest argument of a program; Linux allows 128 KiB.
	maxArgument = 100 << 10
)

// piped reports whether a body cannot be an argument and must come from the shell's printf, which
// has no limit. No argument of a program can contain a NUL, and Linux limits the length of each.
func piped(body string) bool { return len(body) > maxArgument || strings.ContainsRune(body, 0) }

// printfFormat is the format with which printf prints s.
func printfFormat(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", "%%", "\x00", `\000`).Replace(s)
}

// dialled returns the URL to which the request went, encoded as it went over the wire, and its
// host.
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

// dataFlag returns the flag that sends a body unchanged. --data-binary would read a body that
// begins with @ as a file name.
func dataFlag(body string) string {
	if strings.HasPrefix(body, "@") {
		return "--data-raw"
	}
	return "--data-binary"
}

// Curl returns a shell command that sends the webhook again, byte for byte. Credentials are masked
// unless secrets is true.
func (c *Client) Curl(ctx context.Context, ref string, secrets bool) (string, error) {
	text, err := c.bytes(ctx, "GET",
		"/webhooks/"+url.PathEscape(ref)+"/curl?secrets="+strconv.FormatBool(secrets), nil)
	return string(text), err
}

// CurlRequest returns a shell command that makes a call from the app again. Its credentials are
// masked or, if secrets is true, the account's own.
func (c *Client) CurlRequest(ctx context.Context, ref string, secrets bool) (string, error) {
	text, err := c.bytes(ctx, "GET",
		"/requests/"+url.PathEscape(ref)+"/curl?secrets="+strconv.FormatBool(secrets), nil)
	return string(text), err
}
