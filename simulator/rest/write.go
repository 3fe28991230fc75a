package rest

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
)

// maxBody is how many bytes of a body the journal keeps.
const maxBody = 64 << 10

// write writes the answer, or the answer to an error, and records both sides in the journal.
func (r *request) write(w http.ResponseWriter, a *answer, err error, started time.Time) {
	if err != nil {
		a = r.errorAnswer(w, err)
	}
	header := w.Header()
	r.handler.setHeader(header, r, r.account.Clock.Now().Sub(r.arrived))
	body := r.encode(a)
	switch {
	case a.file != nil:
		header["Content-Type"] = []string{a.file.ContentType}
	case a.link != "":
		header["Location"] = []string{a.link}
	case a.status == http.StatusNoContent:
	case r.format == inJSON:
		header["Content-Type"] = inJSONType
	default:
		header["Content-Type"] = inXMLType
	}
	if size := len(body); a.file != nil || size > smallBody {
		header["Content-Length"] = []string{strconv.Itoa(a.size(body))}
	}
	// before the answer leaves: an app that has it, and a test that waits for the app, finds the
	// request in the journal
	r.record(a.status, header, body, started) // without the bytes of a file, which the message has
	r.leave()
	w.WriteHeader(a.status)
	if a.file != nil {
		_, _ = w.Write(a.file.Data) // an error means that the app hung up: nobody to report it to
	} else {
		_, _ = io.WriteString(w, body)
	}
}

// The values of Content-Type. Every answer shares these slices, so nothing may write to them.
var (
	inJSONType = []string{"application/json"} // F-368
	inXMLType  = []string{"application/xml"}  // F-382
)

// smallBody is the size in bytes up to which net/http sets Content-Length itself.
const smallBody = 2 << 10

func (a *answer) size(body string) int {
	if a.file != nil {
		return len(a.file.Data)
	}
	return len(body)
}

// errorAnswer returns the answer to an error, in the format of the request (F-370, F-384).
func (r *request) errorAnswer(w http.ResponseWriter, err error) *answer {
	e := asError(err)
	if e.Code == apierr.NotFoundCode {
		e = notFound(r.shownPath()) // only this package knows the path
	}
	if r.note == "" {
		r.note = e.Message
	}
	r.fact = e.Fact()
	if r.needsChallenge(e) {
		w.Header()["Www-Authenticate"] = []string{`Basic realm="Twilio API"`} // F-372
	}
	if r.format == inFile {
		r.format = inXML // F-382
		if r.isMedia() {
			r.format = inJSON // no capture of an error about a file is XML
		}
	}
	return &answer{status: e.Status, name: "RestException", object: errorObject(e)}
}

// encode returns the body of an answer, "" for none. It builds the body in a shared buffer, because
// this runs for every request. The string is a copy, so the buffer is free for the next request.
func (r *request) encode(a *answer) string {
	if a.object == nil && a.page == nil {
		return ""
	}
	buffer := r.handler.buffers.Get().(*[]byte)
	defer r.handler.buffers.Put(buffer)
	b := (*buffer)[:0]
	switch {
	case r.format != inJSON && a.page != nil:
		b = appendXMLList(b, a.page)
	case r.format != inJSON:
		b = appendXML(b, a.name, a.object)
	case a.page == nil:
		b = appendJSON(b, a.object)
	case r.product == coreAPI:
		b = appendJSON(b, a.page.object())
	default:
		b = appendJSON(b, a.page.meta())
	}
	*buffer = b
	a.release()
	return string(b)
}

// record writes the request into the journal of its account, without the credentials: the journal
// is shown on a page and printed in reports. A status of 0 means that the app got no answer.
func (r *request) record(status int, header http.Header, body string, started time.Time) {
	x := &journal.Exchange{
		Purpose: journal.API, SID: r.messageSID, Attempt: 1, Method: r.Method, URL: r.URL.String(),
		Header: requestHeader(r.Request),
		Body:   beginning(r.body), Signature: "none",
		Status: status, ResponseBody: beginning(body),
		Truncated: len(body) > maxBody, Error: r.note, Fact: r.fact,
	}
	if status != 0 {
		x.ResponseHeader = answerHeader(header)
	}
	r.account.RecordRequest(x, clock.Wall().Sub(started))
	r.raiseAlerts(x)
}

// beginning returns what the journal keeps of a body, without the memory of the rest.
func beginning(body string) string {
	if len(body) > maxBody {
		return strings.Clone(body[:maxBody])
	}
	return body
}

// maxRequest is the size limit of a request body in bytes. Every valid form is smaller.
const maxRequest = 1 << 20

// readBody reads the body of the request, at most one byte more than maxRequest. The hook for
// requests that are not simulated can read it again. One byte more, because tooLarge tells by it
// that there is more. An error of the connection leaves what has come so far: it is recorded, and
// the client no longer reads the answer.
func (r *request) readBody() {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	if n := r.ContentLength; n >= 0 && n <= maxRequest {
		buffer := r.handler.buffers.Get().(*[]byte)
		body := slices.Grow((*buffer)[:0], int(n))[:n]
		read, _ := io.ReadFull(r.Body, body) // reading the rest gives the same error again
		r.body = string(body[:read])
		*buffer = body
		r.handler.buffers.Put(buffer)
	} else {
		body, _ := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
		r.body = string(body)
	}
	r.Body = &rereader{text: r.body, rest: r.Body}
}

func (r *request) tooLarge() bool { return len(r.body) > maxRequest }

// rereader is a body that returns the text that was read already, then the rest.
type rereader struct {
	text string
	rest io.ReadCloser
}

func (b *rereader) Read(p []byte) (int, error) {
	if b.text == "" {
		return b.rest.Read(p)
	}
	n := copy(p, b.text)
	b.text = b.text[n:]
	return n, nil
}

func (b *rereader) Close() error { return b.rest.Close() }
