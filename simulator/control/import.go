package control

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/har"
	"twilsim/simulator/journal"
	"twilsim/simulator/lazy"
	"twilsim/simulator/messaging"
	"twilsim/simulator/sid"
)

func importRoutes() []route {
	return []route{
		{
			method: "POST", path: "/import", name: "import", tag: "journal",
			summary: "Give an empty account a history",
			description: "Takes what export wrote, or a HAR of another program, in which it " +
				"finds webhooks and requests to Twilio by their parameters and hosts. The " +
				"account must be empty, because all IDs are kept; if anything is wrong, nothing " +
				"is taken. It is history only: no status falls due, and rules, numbers, " +
				"handsets, opt-outs and services stay as they are.",
			body: anyFile, limit: maxImport,
			status: http.StatusCreated, result: Imported{}, errors: []int{409},
			answer: (*api).importHistory,
		},
	}
}

// Imported is how much of a history was imported.
type Imported struct {
	Format   string `json:"format"` // ndjson or har
	Messages int    `json:"messages"`
	Webhooks int    `json:"webhooks"`
	Requests int    `json:"requests"`
	Alerts   int    `json:"alerts"`
	Events   int    `json:"events"`
	// Ignored is the number of entries of a HAR that are neither webhooks nor requests to Twilio's
	// API.
	Ignored int `json:"ignored"`
}

// importHistory imports the output of export, or the HAR of another program, into an empty account.
// If anything is wrong with it, nothing is imported. The whole body is read and checked before the
// account changes. Load itself checks under the journal's lock that the account is empty, so a
// message that arrives meanwhile makes it fail, and is not overwritten.
func (s *api) importHistory(r *http.Request) (any, error) {
	in := newImporter()
	in.most, in.mostBytes = s.account.Journal.Limits()
	if err := in.read(bufio.NewReaderSize(r.Body, 64<<10)); err != nil {
		// a client that is still sending would see a broken connection instead of the error
		_, _ = io.Copy(io.Discard, r.Body)
		return nil, err
	}
	err := s.account.Load(in.history)
	if errors.Is(err, messaging.ErrNotEmpty) {
		return nil, conflict("the simulator has a history already: an import keeps its IDs, so it "+
			"needs an empty one",
			"twilsim reset")
	}
	if err != nil {
		return nil, err
	}
	h := in.history
	return &Imported{
		Format: in.format, Messages: len(h.Messages) + in.gone.Messages,
		Webhooks: len(h.Webhooks) + in.gone.Webhooks, Requests: len(h.Requests) + in.gone.Requests,
		Alerts: len(h.Alerts) + in.gone.Alerts, Events: len(h.Events) + in.gone.Events,
		Ignored: in.ignored,
	}, nil
}

// ReadHistory reads the output of [Client.Export], or a HAR, as an import does. It keeps
// everything, whatever the size: nothing limits it as the journal's limits do for an import. The
// error is an [*Error] that names the line or the entry.
func ReadHistory(r io.Reader) (messaging.History, error) {
	in := newImporter()
	err := in.read(bufio.NewReaderSize(r, 64<<10))
	return in.history, err
}

// importer collects a history.
type importer struct {
	format  string
	history messaging.History
	message map[string]int  // the indexes of messages, by SID, counted with those that are gone
	seen    map[string]bool // the IDs of everything else
	ignored int
	// the last number given to an exchange without an ID, by the letter of the ID
	given map[string]int
	// how much the journal keeps, 0 for all: the importer keeps little more of a long history, and
	// says how many of each are gone
	most      int
	mostBytes int64
	bytes     int64 // of the lines of what is kept
	gone      Imported
}

func newImporter() *importer {
	return &importer{message: map[string]int{}, seen: map[string]bool{}, given: map[string]int{}}
}

// headLength is how many bytes are read to recognise the format.
const headLength = 1024

func (in *importer) read(r *bufio.Reader) error {
	head, err := r.Peek(headLength)
	if err != nil && err != io.EOF {
		return err
	}
	if har.Is(head) {
		in.format = "har"
		return in.readHAR(r)
	}
	in.format = "ndjson"
	return in.readLines(r)
}

// The last line may lack its end.
func (in *importer) readLines(r *bufio.Reader) error {
	for n := 1; ; n++ {
		line, err := readLongLine(r)
		if errors.Is(err, errLongLine) {
			return inLine(n, err)
		} else if err != nil && err != io.EOF {
			return err
		}
		if len(bytes.TrimSpace(line)) > 0 {
			if err := in.take(line); err != nil {
				return inLine(n, err)
			}
			in.bytes += int64(len(line))
			in.shorten()
		}
		if err == io.EOF {
			break
		}
	}
	if len(in.seen)+len(in.message)+len(in.history.Events) == 0 {
		return bad("there is nothing in it to import", "twilsim export > FILE")
	}
	return nil
}

// longestLine is how long a line of an export may be, in bytes. The longest are of files, which
// have up to 16 MiB and a third more in base64.
const longestLine = 32 << 20

var errLongLine = fmt.Errorf("the line is longer than %d MiB, and no line of an export is",
	longestLine>>20)

// readLongLine reads a line with its end. It keeps no more than the longest line may have.
func readLongLine(r *bufio.Reader) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > longestLine {
			return nil, errLongLine
		}
		line = append(line, part...)
		if err != bufio.ErrBufferFull {
			return line, err
		}
	}
}

// shorten drops what the journal would not keep: the oldest of each kind. It drops a quarter of the
// bytes or half of the things at a time, not each thing that is too many: that way the copying
// costs at most as much as the reading.
func (in *importer) shorten() {
	heavy := in.mostBytes > 0 && in.bytes > in.mostBytes+in.mostBytes/4
	if heavy {
		in.bytes -= in.bytes / 4
	}
	h := &in.history
	h.Messages = shorter(h.Messages, in.most, heavy, &in.gone.Messages)
	h.Webhooks = shorter(h.Webhooks, in.most, heavy, &in.gone.Webhooks)
	h.Requests = shorter(h.Requests, in.most, heavy, &in.gone.Requests)
	h.Alerts = shorter(h.Alerts, in.most, heavy, &in.gone.Alerts)
	h.Events = shorter(h.Events, in.most*journal.EventsPerThing, heavy, &in.gone.Events)
}

// shorter returns the newest of a list if it has twice as many as may be kept, or three quarters of
// it if all is too heavy. It counts the others. The rest is copied, so that the memory of what was
// dropped becomes free.
func shorter[T any](list []T, most int, heavy bool, gone *int) []T {
	from := 0
	if most > 0 && len(list) >= 2*most {
		from = len(list) - most
	} else if heavy {
		from = len(list) / 4
	}
	if from == 0 {
		return list
	}
	*gone += from
	return slices.Clone(list[from:])
}

// inLine adds the number of the line to an error.
func inLine(n int, err error) error {
	var own *Error
	if !errors.As(err, &own) {
		own = bad(err.Error(), "")
	}
	where := *own
	where.Message = fmt.Sprintf("line %d: %s; nothing was imported", n, own.Message)
	return &where
}

// take imports one line, whose type says what it is. Where no case fits it is an event, and its
// type is that of the event.
func (in *importer) take(line []byte) error {
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(line, &head); err != nil || head.Type == "" {
		return bad("this is not a line of an export, which is an object with a type",
			"twilsim export > FILE, or a HAR")
	}
	switch head.Type {
	case typeHead:
		return in.takeHead(line)
	case string(journal.Messages):
		return in.takeMessage(line)
	case typeMedia:
		return in.takeMedia(line)
	case string(journal.Webhooks), string(journal.Requests):
		return in.takeExchange(line)
	case string(journal.Alerts):
		return in.takeAlert(line)
	}
	// a kind that another product has registered with the journal
	if kind := journal.Kind(head.Type); journal.ResourceFields(kind) != nil {
		return in.takeResource(kind, line)
	}
	if !slices.Contains(eventTypes(), head.Type) {
		return unknownWord("type", head.Type, append(eventTypes(), "message", "media", "webhook",
			"request", "alert"))
	}
	return in.takeEvent(line)
}

func (in *importer) takeHead(line []byte) error {
	var head headLine
	if err := decodeJSON(line, &head); err != nil {
		return err
	}
	if head.Version != historyVersion {
		return bad("this export has version "+strconv.Itoa(head.Version)+
			", and this twilsim reads version "+
			strconv.Itoa(historyVersion), "the twilsim that wrote it")
	}
	return nil
}

// Two messages with one SID would make the journal's index wrong, so the second is an error.
func (in *importer) takeMessage(line []byte) error {
	var m messageLine
	if err := decodeJSON(line, &m); err != nil {
		return err
	}
	if m.Message == nil || !sid.Valid(m.SID, "SM") && !sid.Valid(m.SID, "MM") {
		return bad("a message needs its sid, SM or MM and 32 hex digits", "")
	}
	if _, twice := in.message[m.SID]; twice {
		return bad("message "+m.SID+" is there for the second time", "")
	}
	snapshot, err := m.snapshot()
	if err != nil {
		return err
	}
	in.message[m.SID] = in.gone.Messages + len(in.history.Messages)
	in.history.Messages = append(in.history.Messages, snapshot)
	return nil
}

// snapshot converts a message to the type of package messaging.
func (m *Message) snapshot() (messaging.Snapshot, error) {
	segments, err := strconv.Atoi(m.NumSegments)
	if err != nil {
		return messaging.Snapshot{}, bad("bad num_segments "+quote(m.NumSegments),
			"a number in quotes")
	}
	switch m.Direction {
	case messaging.Inbound, messaging.OutboundAPI, messaging.OutboundReply:
	default:
		return messaging.Snapshot{}, unknownWord("direction", string(m.Direction),
			[]string{"inbound", "outbound-api", "outbound-reply"})
	}
	if m.Status == "" {
		return messaging.Snapshot{}, required("status", "")
	}
	times := []time.Time{m.DateCreated, m.DateUpdated, value(m.DateSent)}
	for _, change := range m.Sim.History {
		times = append(times, change.At)
	}
	if err := keepable("message "+m.SID, times...); err != nil {
		return messaging.Snapshot{}, err
	}
	f := messaging.Snapshot{
		SID: m.SID, AccountSID: m.AccountSID, From: value(m.From), To: m.To, Body: m.Body,
		Direction:           m.Direction,
		MessagingServiceSID: value(m.MessagingServiceSID), Price: value(m.Price),
		PriceUnit: value(m.PriceUnit),
		Status:    m.Status, ErrorCode: value(m.ErrorCode), Encoding: m.Sim.Encoding,
		Units: m.Sim.Units, NumSegments: segments,
		Media: slices.Clone(m.Sim.Media), Created: m.DateCreated, Updated: m.DateUpdated,
		Sent:    value(m.DateSent),
		ReplyTo: m.Sim.ReplyTo, By: m.Sim.By, Script: m.Sim.Script, History: m.Sim.History,
		Template: m.Sim.Template,
	}
	if m.Sim.Callback != nil {
		f.Callback = messaging.Callback{URL: m.Sim.Callback.URL, Method: m.Sim.Callback.Method}
	}
	return f, nil
}

// value returns what a pointer points to, the zero value for nil.
func value[T any](field *T) T {
	var none T
	if field == nil {
		return none
	}
	return *field
}

// takeMedia belongs to a message above it. The message's own line has the list of its files,
// without their bytes.
func (in *importer) takeMedia(line []byte) error {
	var file mediaLine
	if err := decodeJSON(line, &file); err != nil {
		return err
	}
	place, ok := in.message[file.Message]
	if !ok {
		return bad("the message "+quote(file.Message)+" of this file stands not above it", "")
	}
	if place -= in.gone.Messages; place < 0 {
		return nil // the message is gone
	}
	media := in.history.Messages[place].Media
	i := slices.IndexFunc(media, func(m messaging.Media) bool { return m.SID == file.SID })
	if i < 0 {
		return bad("message "+file.Message+" has no file "+quote(file.SID), "")
	}
	media[i].Data = append([]byte{}, file.Data...) // not nil, even for an empty file
	return nil
}

// ids are the patterns of the IDs of webhooks, requests and alerts.
var ids = map[journal.Kind]func() *regexp.Regexp{
	journal.Webhooks: lazy.Regexp(`^W[1-9][0-9]{0,8}$`),
	journal.Requests: lazy.Regexp(`^R[1-9][0-9]{0,8}$`),
	journal.Alerts:   lazy.Regexp(`^A[1-9][0-9]{0,8}$`),
}

// name checks that an ID has the right form and was not used before. At most nine digits: the
// journal counts IDs on from the highest.
func (in *importer) name(kind journal.Kind, id string) error {
	if !ids[kind]().MatchString(id) {
		return bad(string(kind)+" "+quote(id)+" needs an id such as "+ids[kind]().String()[1:2]+"1",
			"")
	}
	if in.seen[id] {
		return bad(string(kind)+" "+id+" is there for the second time", "")
	}
	in.seen[id] = true
	return nil
}

func (in *importer) takeExchange(line []byte) error {
	var x exchangeLine
	if err := decodeJSON(line, &x); err != nil {
		return err
	}
	if x.Exchange == nil {
		x.Exchange = &journal.Exchange{}
	}
	if x.BodyBase64 != nil {
		x.Body = string(x.BodyBase64)
	}
	if x.ResponseBodyBase64 != nil {
		x.ResponseBody = string(x.ResponseBodyBase64)
	}
	return in.addExchange(journal.Kind(x.Type), x.Exchange)
}

// addExchange gives an exchange an ID, if necessary, and keeps it.
func (in *importer) addExchange(kind journal.Kind, x *journal.Exchange) error {
	if err := in.name(kind, x.Name); err != nil {
		return err
	}
	return in.keep(kind, x)
}

// keep adds an exchange that has its ID.
func (in *importer) keep(kind journal.Kind, x *journal.Exchange) error {
	if err := complete(x); err != nil {
		return err
	}
	if kind == journal.Webhooks {
		in.history.Webhooks = append(in.history.Webhooks, x)
	} else {
		in.history.Requests = append(in.history.Requests, x)
	}
	return nil
}

// complete checks that an exchange has what each needs.
func complete(x *journal.Exchange) error {
	return cmp.Or(
		required("method", x.Method, "url", x.URL, "purpose", string(x.Purpose)),
		keepable("exchange "+x.Name, x.At, x.Real))
}

// keepable refuses times that cannot be kept, which would come back as others. No time at all is
// fine.
func keepable(what string, times ...time.Time) error {
	for _, t := range times {
		if !t.IsZero() && (t.Year() < 1970 || t.After(clock.End)) {
			return bad(what+" has the time "+t.Format(time.RFC3339)+
				", and times can be kept from 1970 to "+clock.End.Format(time.DateOnly), "")
		}
	}
	return nil
}

func (in *importer) takeAlert(line []byte) error {
	var a alertLine
	if err := decodeJSON(line, &a); err != nil {
		return err
	}
	if a.Alert == nil {
		a.Alert = &journal.Alert{}
	}
	if err := in.name(journal.Alerts, a.Name); err != nil {
		return err
	}
	if err := keepable("alert "+a.Name, a.At); err != nil {
		return err
	}
	in.history.Alerts = append(in.history.Alerts, a.Alert)
	return required("code", a.Code, "level", string(a.Level))
}

func (in *importer) takeResource(kind journal.Kind, line []byte) error {
	var stored struct {
		Type     string          `json:"type"`
		Resource json.RawMessage `json:"resource"`
	}
	if err := decodeJSON(line, &stored); err != nil {
		return err
	}
	r, err := journal.ReadResource(kind, stored.Resource)
	if err != nil {
		return bad("bad "+string(kind)+": "+err.Error(), "")
	}
	if in.seen[r.ID()] {
		return bad(string(kind)+" "+r.ID()+" is there for the second time", "")
	}
	in.seen[r.ID()] = true
	in.history.Resources = append(in.history.Resources, r)
	return nil
}

// IDs may have gaps, where the exporting journal dropped old events, but may not go down: readers
// resume by them.
func (in *importer) takeEvent(line []byte) error {
	var e journal.Event
	if err := decodeJSON(line, &e); err != nil {
		return err
	}
	if last := len(in.history.Events) - 1; e.ID < 1 || last >= 0 &&
		e.ID <= in.history.Events[last].ID {
		return bad("event "+strconv.FormatInt(e.ID,
			10)+" stands in the wrong place: their ids go up", "")
	}
	if e.At.Year() < 1970 || e.Real.Year() < 1970 || e.HTTP < 0 || e.HTTP > 999 {
		return bad("event "+strconv.FormatInt(e.ID,
			10)+" has no times, at and real, or an http that is not a status", "")
	}
	in.history.Events = append(in.history.Events, e)
	return keepable("event "+strconv.FormatInt(e.ID, 10), e.At, e.Real)
}

// Import loads a history into an empty account: the output of [Client.Export], or a HAR. If
// anything is wrong with it, nothing is loaded. No statuses are scheduled, and rules, numbers,
// handsets, opt-outs and services do not change.
func (c *Client) Import(ctx context.Context, history io.Reader) (*Imported, error) {
	return call[Imported](ctx, c, "POST", "/import", history)
}
