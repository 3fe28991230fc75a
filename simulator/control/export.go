package control

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"twilsim/simulator/har"
	"twilsim/simulator/journal"
	"twilsim/simulator/mask"
	"twilsim/simulator/messaging"
)

func exportRoutes() []route {
	return []route{
		{
			method: "GET", path: "/export", name: "export", tag: "journal",
			summary: "The account's history",
			description: "Everything that the journal keeps, as lines of JSON, each an object " +
				"with a type: first twilsim, with the version; then message, each followed by " +
				"its media, webhook, request, alert and verification; then the events, under " +
				"their own types. A body that is not UTF-8 is in body_base64 or " +
				"response_body_base64. As har: webhooks and requests as an HTTP Archive 1.2, " +
				"with the additions of twilsim in _sim.",
			query: []param{asParam, aboutParam, secretsParam},
			produces: map[string]schema{"application/x-ndjson": anyText,
				"application/json": anyObject},
			stream: (*api).export,
		},
	}
}

// historyVersion is the version of the format of exports.
const historyVersion = 1

// The lines of an export are JSON objects with a type: first a headLine; then the messages, each
// followed by its media, the webhooks, the requests and the alerts, oldest first; then the
// resources of other products; then the events, with the same fields as in the stream. An export
// contains everything that the journal keeps, so importing and exporting it again gives the same
// bytes.
type (
	headLine struct {
		Type    string `json:"type"` // twilsim
		Version int    `json:"version"`
	}
	messageLine struct {
		Type string `json:"type"` // message
		*Message
	}
	mediaLine struct {
		Type    string `json:"type"` // media
		Message string `json:"message"`
		SID     string `json:"sid"`
		Data    []byte `json:"data"`
	}
	exchangeLine struct {
		Type string `json:"type"` // webhook or request
		*journal.Exchange
		// Bodies that are not UTF-8, which JSON strings cannot contain.
		BodyBase64         []byte `json:"body_base64,omitempty"`
		ResponseBodyBase64 []byte `json:"response_body_base64,omitempty"`
	}
	resourceLine struct {
		Type     string            `json:"type"` // the kind of a resource of another product
		Resource *journal.Resource `json:"resource"`
	}
	alertLine struct {
		Type string `json:"type"` // alert
		*journal.Alert
	}
)

// The types of lines that are neither events nor things; the types of things are the journal's
// kinds.
const (
	typeHead  = "twilsim"
	typeMedia = "media"
)

// exporter writes one export.
type exporter struct {
	api     *api
	history journal.History
	about   map[string]bool // the SIDs of the selected messages; nil for all
	since   time.Time       // in the account's time; zero means no limit
	secrets bool
	w       *bufio.Writer
}

// export writes the history as JSON lines or, with as=har, only webhooks and requests as an
// archive. q selects messages and what is about them; since:5m among its words limits everything.
// All errors of the request are found before the first byte: after it the status cannot change.
func (s *api) export(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	as := query.Get("as")
	if as != "" && as != "ndjson" && as != "har" {
		return unknownWord("format", as, []string{"ndjson", "har"})
	}
	secrets, err := truth(r, "secrets")
	if err != nil {
		return err
	}
	q, err := messaging.ParseQuery(journal.Messages, query["q"])
	if err != nil {
		return err
	}
	e := &exporter{api: s, history: s.account.Journal.History(), secrets: secrets,
		w: bufio.NewWriterSize(w, 64<<10)}
	e.choose(q, s.account.Clock.Now())
	if as == "har" {
		w.Header().Set("Content-Type", "application/json")
		_ = e.writeHAR() // nothing to do when the client has gone
		return nil
	}
	w.Header().Set("Content-Type", ndjson)
	_ = e.writeLines()
	return nil
}

// choose removes from the history what q does not select. History returns lists of its own, so
// deleting from them does not touch the journal.
func (e *exporter) choose(q journal.Query, now time.Time) {
	if q.Since > 0 {
		e.since = now.Add(-q.Since)
	}
	messages := slices.DeleteFunc(e.history.Things[journal.Messages],
		func(t journal.Thing) bool { return !q.Match(t, now) })
	e.history.Things[journal.Messages] = messages
	if len(q.Terms) == 0 {
		return
	}
	e.about = map[string]bool{}
	for _, m := range messages {
		e.about[m.ID()] = true
	}
}

// has reports whether a thing about a message belongs to the export. A thing about no message, such
// as a request for a list, has the SID "" and is left out where messages were selected.
func (e *exporter) has(sid string, at time.Time) bool {
	return !at.Before(e.since) && (e.about == nil || e.about[sid])
}

func (e *exporter) writeLines() error {
	if err := e.write(headLine{typeHead, historyVersion}); err != nil {
		return err
	}
	if err := e.writeMessages(); err != nil {
		return err
	}
	for _, kind := range []journal.Kind{journal.Webhooks, journal.Requests} {
		for _, x := range e.exchanges(kind) {
			if err := e.write(newExchangeLine(kind, x)); err != nil {
				return err
			}
		}
	}
	for _, t := range e.history.Things[journal.Alerts] {
		if a := t.(*journal.Alert); e.has(a.SID, a.At) {
			if err := e.write(alertLine{string(journal.Alerts), a}); err != nil {
				return err
			}
		}
	}
	if err := e.writeResources(); err != nil {
		return err
	}
	for _, event := range e.history.Events {
		if e.has(event.SID, event.At) {
			if !e.secrets {
				event = event.Masked()
			}
			if err := e.write(event); err != nil {
				return err
			}
		}
	}
	return e.w.Flush()
}

// writeResources writes the resources of other products, unless messages were selected.
func (e *exporter) writeResources() error {
	if e.about != nil {
		return nil
	}
	for _, kind := range journal.Kinds() {
		for _, t := range e.history.Things[kind] {
			if r, ok := t.(*journal.Resource); ok {
				if err := e.write(resourceLine{string(kind), r}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (e *exporter) writeMessages() error {
	messages := messagesOf(e.history.Things[journal.Messages])
	for _, m := range messages {
		f := m.Snapshot()
		shown := newMessage(f)
		e.api.relate(shown)
		if err := e.write(messageLine{string(journal.Messages), shown}); err != nil {
			return err
		}
		if err := e.writeMedia(f); err != nil {
			return err
		}
	}
	return nil
}

func (e *exporter) writeMedia(f messaging.Snapshot) error {
	for _, media := range f.Media {
		if media.Data == nil {
			continue // it has not been fetched
		}
		if err := e.write(mediaLine{typeMedia, f.SID, media.SID, media.Data}); err != nil {
			return err
		}
	}
	return nil
}

// write writes a line, without the passwords of URLs if they are to be masked.
func (e *exporter) write(v any) error {
	line, err := lineOf(v)
	if err != nil {
		return err
	}
	if !e.secrets {
		// on the text and not on the structs: URLs with passwords occur in many fields
		line = mask.Text(line)
	}
	_, err = e.w.WriteString(line)
	return err
}

// exchanges returns the webhooks or requests that belong to the export, masked if necessary.
func (e *exporter) exchanges(kind journal.Kind) []*journal.Exchange {
	var list []*journal.Exchange
	for _, x := range exchangesOf(e.history.Things[kind]) {
		if !e.has(x.SID, x.At) {
			continue
		}
		if !e.secrets {
			x = x.Masked()
		}
		list = append(list, x)
	}
	return list
}

// encoding/json would replace bytes that are not UTF-8, and the import would have another body.
func newExchangeLine(kind journal.Kind, x *journal.Exchange) exchangeLine {
	line := exchangeLine{Type: string(kind), Exchange: x}
	if utf8.ValidString(x.Body) && utf8.ValidString(x.ResponseBody) {
		return line
	}
	plain := *x
	line.Exchange = &plain
	if !utf8.ValidString(x.Body) {
		plain.Body, line.BodyBase64 = "", []byte(x.Body)
	}
	if !utf8.ValidString(x.ResponseBody) {
		plain.ResponseBody, line.ResponseBodyBase64 = "", []byte(x.ResponseBody)
	}
	return line
}

// writeHAR writes webhooks and requests in the order in which they began.
func (e *exporter) writeHAR() error {
	// by the machine's clock, which HAR's viewers draw; on a virtual clock many have the same time
	all := append(e.exchanges(journal.Webhooks), e.exchanges(journal.Requests)...)
	slices.SortStableFunc(all, func(a, b *journal.Exchange) int { return a.Real.Compare(b.Real) })
	out := har.NewWriter(e.w, e.api.info.Version)
	for _, x := range all {
		if err := out.Write(har.NewEntry(x)); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return e.w.Flush()
}

// Export selects the part of the history to export, and its format.
type Export struct {
	// "" means NDJSON, one thing or event a line; har is an archive of webhooks and requests
	As string
	// select messages, in the syntax of [journal.ParseQuery], with what is about them; nil exports
	// everything
	Words   []string
	Secrets bool // do not mask credentials in headers and URLs
}

// Export returns the account's history as a stream, which the caller must close. It has no
// Content-Length. A connection that breaks off is an error of the reader, so a caller that writes a
// file should keep it only after io.EOF.
func (c *Client) Export(ctx context.Context, e Export) (io.ReadCloser, error) {
	q := url.Values{"q": e.Words, "secrets": {strconv.FormatBool(e.Secrets)}}
	if e.As != "" {
		q.Set("as", e.As)
	}
	resp, err := c.do(ctx, "GET", "/export?"+q.Encode(), nil, "*/*")
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}
