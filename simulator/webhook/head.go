package webhook

import (
	"bufio"
	"context"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"twilsim/simulator/journal"
)

// head is a request without its body. All forms of a request are made of it: the record in the
// journal, the bytes that [direct] sends, and what net/http's transport takes. An [http.Request] in
// place of it needs a map and a list for each field, which the first two only put in order again.
type head struct {
	method string
	dialed string    // the URL that is called
	to     *endpoint // the same; nil if nothing is sent
	host   string    // the public one, as behind a tunnel
	length int       // of the body; -1 if there is none
	// The first count fields are in the order of their names, without Host and Content-Length. They
	// are an array so that a head needs no memory but the stack.
	all   [maxFields]field
	count int
}

// field is a field of a header. Its name has the form of [http.CanonicalHeaderKey].
type field struct{ name, value string }

// maxFields is how many fields a webhook has at most.
const maxFields = 11

// add adds a field. The caller adds them in the order of their names.
func (h *head) add(name, value string) {
	h.all[h.count] = field{name, value}
	h.count++
}

func (h *head) fields() []field { return h.all[:h.count] }

// target is the URL of a request.
type target struct {
	signed string // as the signature has it
	dialed string // as it is called
	routed bool   // a route has changed it
}

// head fills in the head of a request to an endpoint, which is that of the target. The head must be
// empty. The error is about the request's method.
func (r *Request) head(h *head, to target, e *endpoint, cookie, body string) error {
	h.method, h.dialed, h.to, h.length = r.Method, to.dialed, e, -1
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		if _, err := http.NewRequest(r.Method, to.dialed, nil); err != nil {
			return err
		}
	}
	h.host = e.url.Host
	var forwarded *url.URL
	if to.routed {
		if forwarded = r.forwarded(e.url); forwarded != nil {
			h.host = forwarded.Host
		}
	}
	h.add("Accept", "*/*") // F-034
	if r.authorization != nil {
		h.add("Authorization", *r.authorization)
	}
	if r.Method != http.MethodGet {
		h.length = len(body)
		h.add("Content-Type", r.ContentType)
	}
	if cookie != "" {
		h.add("Cookie", cookie)
	}
	h.add("I-Twilio-Idempotency-Token", r.Idempotency)
	h.add("User-Agent", userAgent) // F-034
	if forwarded != nil {
		h.add("X-Forwarded-Host", forwarded.Host)
		h.add("X-Forwarded-Proto", forwarded.Scheme)
	}
	h.add("X-Home-Region", "us1")
	if signature := r.signatureOver(to.signed); signature != "" {
		h.add("X-Twilio-Signature", signature)
	}
	if r.ReplayOf != "" && !r.Unmarked {
		h.add("X-Twilsim-Replay", r.ReplayOf)
	}
	return nil
}

const userAgent = "TwilioProxy/1.1"

// forwarded returns the public URL of a routed request, whose host and scheme a tunnel would add to
// it, nil if they are those that are called.
func (r *Request) forwarded(dialed *url.URL) *url.URL {
	public, err := url.Parse(r.URL)
	if err != nil || public.Host == "" || public.Scheme == dialed.Scheme &&
		public.Host == dialed.Host {
		return nil
	}
	return public
}

// record returns the header for the journal: all fields that are sent, in the order of their names.
func (h *head) record() journal.Header {
	b := make([]byte, 0, 512) // on the stack, so that the kept string has no unused capacity
	host, length := true, h.length >= 0
	for _, f := range h.fields() {
		if length && f.name > "Content-Length" {
			b, length = h.appendLength(b), false
		}
		if host && f.name > "Host" {
			b, host = appendField(b, "Host", h.host), false
		}
		b = appendField(b, f.name, f.value)
	}
	if length {
		b = h.appendLength(b)
	}
	if host {
		b = appendField(b, "Host", h.host)
	}
	return journal.Header(b)
}

func appendField(b []byte, name, value string) []byte {
	return append(append(append(append(b, name...), ": "...), value...), "\r\n"...)
}

func (h *head) appendLength(b []byte) []byte {
	b = strconv.AppendInt(append(b, "Content-Length: "...), int64(h.length), 10)
	return append(b, "\r\n"...)
}

// write writes the head as net/http does: Host, User-Agent and Content-Length come first, and line
// ends in a value become blanks. The writer keeps its error for the end.
func (h *head) write(w *bufio.Writer) {
	w.WriteString(h.method)
	w.WriteByte(' ')
	w.WriteString(h.to.url.RequestURI())
	w.WriteString(" HTTP/1.1\r\n")
	writeField(w, "Host", h.host)
	writeField(w, "User-Agent", userAgent)
	if h.length >= 0 {
		w.Write(h.appendLength(w.AvailableBuffer()))
	}
	for _, f := range h.fields() {
		if f.name != "User-Agent" {
			writeField(w, f.name, f.value)
		}
	}
	w.WriteString("\r\n")
}

func writeField(w *bufio.Writer, name, value string) {
	if strings.ContainsAny(value, "\r\n") {
		value = strings.NewReplacer("\n", " ", "\r", " ").Replace(value)
	}
	w.WriteString(name)
	w.WriteString(": ")
	w.WriteString(textproto.TrimString(value))
	w.WriteString("\r\n")
}

// plain reports whether net/http would send the host as it is. It encodes others, or leaves them
// out.
func (h *head) plain() bool {
	const plain = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-.:[]"
	return strings.Trim(h.host, plain) == ""
}

// request returns the request for net/http's transport. [Request.head] has found no error in it.
func (h *head) request(ctx context.Context, body string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, h.method, h.dialed, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Host, req.Header = h.host, make(http.Header, h.count)
	for _, f := range h.fields() {
		req.Header[f.name] = []string{f.value}
	}
	return req, nil
}
