package rest

import (
	"io"
	"maps"
	"net/http"
	"strconv"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/journal"
)

// maxBody is how much of a body the journal keeps.
const maxBody = 64 << 10

// write writes the answer, or the error, and the journal's entry.
func (r *request) write(w http.ResponseWriter, a *answer, err error, started time.Time) {
	if err != nil {
		a = r.errorAnswer(w, err)
	}
	took := clock.Wall().Sub(started)
	r.handler.setHeader(w, r, took)
	body := r.encode(a)
	header := w.Header()
	switch {
	case a.file != nil:
		header["Content-Type"] = []string{a.file.ContentType}
		body = a.file.Data
	case a.status == http.StatusNoContent:
	case r.format == inJSON:
		header["Content-Type"] = []string{"application/json"} // F-368
	default:
		header["Content-Type"] = []string{"application/xml"} // F-382
	}
	if a.status != http.StatusNoContent {
		header["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	if a.file != nil {
		r.record(a.status, header, "", took) // the message has the file's bytes already
	} else {
		r.record(a.status, header, string(body), took)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // an app that hangs up has only itself to tell
}

// errorAnswer is the answer in the shape of an error, in the format that was asked for (F-370, F-384).
func (r *request) errorAnswer(w http.ResponseWriter, err error) *answer {
	e := asError(err)
	if e.Code == codeNotFound {
		e = notFound(r.path()) // messaging does not know the path
	}
	if r.note == "" {
		r.note = e.Message
	}
	if r.challenges(e) {
		w.Header()["Www-Authenticate"] = []string{`Basic realm="Twilio API"`} // F-372
	}
	if r.format == inFile {
		r.format = inXML // F-382
		if r.isMedia() {
			r.format = inJSON // what serves files has never been seen to answer XML
		}
	}
	return &answer{status: e.Status, name: "RestException", object: errorObject(e)}
}

func (r *request) encode(a *answer) []byte {
	switch {
	case a.file != nil || a.object == nil && a.page == nil:
		return nil
	case r.format != inJSON && a.page != nil:
		return appendXMLList(nil, a.page)
	case r.format != inJSON:
		return appendXML(nil, a.name, a.object)
	case a.page == nil:
		return appendJSON(make([]byte, 0, bodySize), a.object)
	case r.product == coreAPI:
		return appendJSON(nil, a.page.object())
	}
	return appendJSON(nil, a.page.meta())
}

// bodySize is about what a message takes.
const bodySize = 1 << 10

// record writes the request into the journal of its account. The credentials are no one's business: the journal is shown on
// a page and printed in reports.
func (r *request) record(status int, header http.Header, body string, took time.Duration) {
	sent := maps.Clone(r.Header)
	sent["Host"] = []string{r.Host}
	if sent["Authorization"] != nil {
		sent["Authorization"] = []string{"Basic [masked]"}
	}
	x := &journal.Exchange{
		Purpose: journal.API, SID: r.about, Attempt: 1, Method: r.Method, URL: r.URL.String(), Header: journal.MakeHeader(sent),
		Body: r.body[:min(len(r.body), maxBody)], Signature: "none",
		Status: status, ResponseBody: body[:min(len(body), maxBody)], Truncated: len(body) > maxBody, Error: r.note,
	}
	if status != 0 {
		x.ResponseHeader = journal.MakeHeader(header)
	}
	r.account.RecordRequest(x, took)
}

// maxRequest is how large a request may be: more than any form of Twilio's.
const maxRequest = 1 << 20

// readBody reads the request's body, and leaves it to be read again by the hook for what is not simulated.
func (r *request) readBody() {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxRequest+1)) // what breaks here breaks again for whoever reads the rest
	r.body = string(body)
	r.Body = &rereader{text: r.body, rest: r.Body}
}

func (r *request) tooLarge() bool { return len(r.body) > maxRequest }

// rereader gives a body that was read already, then what is left of it.
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
