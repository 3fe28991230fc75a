package rest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/journal"
)

// fixed are the headers that are the same in every answer (F-368). All answers share these
// slices, so nothing may write to them.
var fixed = http.Header{
	"Access-Control-Allow-Credentials": {"true"},
	"Access-Control-Allow-Headers": {
		"Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, " +
			"If-Unmodified-Since, Idempotency-Key",
	},
	"Access-Control-Allow-Methods":  {"GET, POST, DELETE, OPTIONS"},
	"Access-Control-Allow-Origin":   {"*"},
	"Access-Control-Expose-Headers": {"ETag"},
	"Strict-Transport-Security":     {"max-age=31536000"},
	"X-Home-Region":                 {"us1"},
	"X-Powered-By":                  {"AT-5000"},
	"X-Shenanigans":                 {"none"},
	"X-Api-Domain":                  {"api.twilio.com"},
}

// fixedFields are the fields of fixed as a list, because every answer copies them, and a list is
// read faster than a map.
var fixedFields = func() []headerField {
	var fields []headerField
	for name, values := range fixed {
		fields = append(fields, headerField{name, values})
	}
	return fields
}()

type headerField struct {
	name   string
	values []string
}

// setHeader writes the headers of an answer (F-368): the fixed ones, the SID of the request, how
// long it took, and how many requests are being served (F-379). The duration is in seconds on the
// account's clock, so that with a virtual clock two runs give the same bytes.
func (h *Handler) setHeader(header http.Header, r *request, took time.Duration) {
	for _, f := range fixedFields {
		header[f.name] = f.values
	}
	if r.product != coreAPI && r.product.simulated() {
		header["X-Api-Domain"] = []string{string(r.product) + ".twilio.com"}
	}
	// three headers share one array, because each answer would otherwise allocate three slices; the
	// third index keeps append from overwriting the neighbour
	values := [3]string{
		h.ids.Next("RQ"), strconv.FormatInt(h.concurrent.Load(), 10),
		strconv.FormatFloat(took.Seconds(), 'f', 3, 64),
	}
	header["Twilio-Request-Id"] = values[0:1:1]
	header["Twilio-Concurrent-Requests"] = values[1:2:2]
	header["Twilio-Request-Duration"] = values[2:3:3]
}

// fixedText are the lines of fixed as the journal keeps them, in four parts: what stands before
// Content-Type, from there to the fields of the request, after them to X-Api-Domain, and from it.
var fixedText = func() (parts [4]string) {
	bounds := [...]string{"Content-Type", "Twilio-", domainField, ""}
	at := 0
	for _, name := range slices.Sorted(maps.Keys(fixed)) {
		for bounds[at] != "" && name >= bounds[at] {
			at++
		}
		if name != domainField {
			parts[at] += name + ": " + fixed[name][0] + "\r\n"
		}
	}
	return parts
}()

const domainField = "X-Api-Domain"

// answerHeader returns the header of an answer as the journal keeps it. Most answers have the fixed
// fields, the three of the request and Content-Type, which are written without sorting them: that
// was a tenth of the time of a create.
func answerHeader(h http.Header) journal.Header {
	kind := h["Content-Type"]
	if len(h) != len(fixed)+4 || len(kind) != 1 || h["Twilio-Request-Id"] == nil {
		return headerText(h, "", "")
	}
	return journal.Header(fixedText[0] + "Content-Type: " + kind[0] + "\r\n" + fixedText[1] +
		"Twilio-Concurrent-Requests: " + h["Twilio-Concurrent-Requests"][0] +
		"\r\nTwilio-Request-Duration: " + h["Twilio-Request-Duration"][0] +
		"\r\nTwilio-Request-Id: " + h["Twilio-Request-Id"][0] + "\r\n" + fixedText[2] +
		domainField + ": " + h[domainField][0] + "\r\n" + fixedText[3])
}

// requestHeader returns the header of a request as the journal keeps it: with masked credentials.
func requestHeader(r *http.Request) journal.Header {
	masked := ""
	if r.Header["Authorization"] != nil {
		masked = "Basic [masked]"
	}
	return headerText(r.Header, r.Host, masked)
}

// headerText writes a header as [journal.MakeHeader] does. If host or authorization is not "", it
// is the value of that header. It allocates only the text, because it runs twice for every
// request.
func headerText(h http.Header, host, authorization string) journal.Header {
	// on the stack: requests have fewer names than that, and more would only cost an allocation
	var few [32]string
	names, size := few[:0], 0
	for name, values := range h {
		names = append(names, name)
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	if host != "" {
		names = append(names, "Host")
	}
	slices.Sort(names)
	var b strings.Builder
	b.Grow(size + len("Host: \r\n") + len(host) + len(authorization))
	write := func(name, value string) {
		b.WriteString(name)
		b.WriteString(": ")
		b.WriteString(value)
		b.WriteString("\r\n")
	}
	for _, name := range names {
		switch {
		case name == "Host" && host != "":
			write(name, host)
		case name == "Authorization" && authorization != "":
			write(name, authorization)
		default:
			for _, value := range h[name] {
				write(name, value)
			}
		}
	}
	return journal.Header(b.String())
}
