package testscript

import (
	"cmp"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"twilsim/simulator/journal"
	"twilsim/simulator/mask"
)

// finish writes the scenario's journal, where that was asked for, and says which alerts nobody
// expected. The journal is written before alerts are judged, since it shows where they come from.
// In the bug search its own verdict follows, and alerts are part of that.
func (w *world) finish(o Options, name string) error {
	w.catchUp()
	err := w.ended()
	if err := cmp.Or(err, w.leaveJournal(o, name)); err != nil {
		return err
	}
	if w.director != nil {
		return w.scheduled()
	}
	if err := w.unexpected(); err != nil {
		return err
	}
	if notes := w.notes(); o.Strict && notes != nil {
		return errors.New(strings.Join(notes, "\n"))
	}
	return nil
}

// ended says why the scenario has not come to its end; nil if it has.
func (w *world) ended() error {
	if w.app != nil && w.app.ended() {
		return w.app.exitError(w.log)
	}
	if err := w.account.Clock.AwaitIdle(w.ctx); err != nil {
		return cmp.Or(w.outerCause(), err)
	}
	return nil
}

// leaveJournal writes the scenario's journal where that was asked for, whether it has passed or
// not.
func (w *world) leaveJournal(o Options, name string) error {
	if o.Journal == "" {
		return nil
	}
	return w.writeJournal(filepath.Join(o.Journal, name+".ndjson"))
}

// writeJournal writes the events, each with the exchange that it is about, as lines of JSON. Two
// runs with the same seed write the same bytes: real times and durations are left out, and the
// ports of this run become names. Passwords of URLs, which notes have too, are masked.
func (w *world) writeJournal(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	events, _ := w.account.Journal.Events(0)
	for _, e := range events {
		e.Real = time.Time{}
		line := struct {
			journal.Event
			Real    *time.Time        `json:"real,omitempty"`
			Webhook *journal.Exchange `json:"webhook,omitempty"`
			Request *journal.Exchange `json:"request,omitempty"`
		}{Event: e, Webhook: w.exchange(journal.Webhooks, e), Request: w.exchange(journal.Requests, e)}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	ports := portNames(w.url, "$TWILSIM_URL")
	if w.app != nil {
		ports = append(ports, portNames(w.app.url, "$APP")...)
	}
	text := mask.JSON(mask.Text(strings.NewReplacer(ports...).Replace(b.String())))
	return os.WriteFile(file, []byte(text), 0o666)
}

// portNames replaces a URL by a name: as it is, in a form, as the host of a request, and as the
// storage host of media, which is this machine's other name.
func portNames(base, name string) []string {
	host := strings.TrimPrefix(base, "http://")
	names := []string{base, name, url.QueryEscape(base), name, host, name}
	if _, port, err := net.SplitHostPort(host); err == nil {
		names = append(names, "localhost:"+port, name)
	}
	return names
}

// exchange returns a copy of the exchange that an event is about, without credentials, as reports
// are kept and passed on, and without what differs from run to run: real times, and the date that
// the app's own server writes.
func (w *world) exchange(kind journal.Kind, e journal.Event) *journal.Exchange {
	thing, ok := w.account.Journal.Thing(kind, e.Exchange)
	if !ok || e.Type == journal.AlertRaised {
		return nil
	}
	x := thing.(*journal.Exchange).Masked()
	x.Real, x.Duration = time.Time{}, 0
	x.ResponseHeader = x.ResponseHeader.Without("Date")
	if strings.Contains(
		x.Body+x.URL,
		url.QueryEscape(w.url),
	) { // a link to media: this run's port is signed
		x.Header = x.Header.Without("X-Twilio-Signature")
	}
	return x
}
