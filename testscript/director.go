package testscript

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/signature"
	"twilsim/simulator/webhook"
	"twilsim/testscript/explore"
)

// director plays a schedule: it names what happens in a run after the points of the baseline, and
// makes those that the schedule names go otherwise.
type director struct {
	world    *world
	schedule explore.Schedule
	memory   *memory       // of the baseline; nil while the baseline itself is played
	patience time.Duration // how long an inner request may hold the answer of the outer one up
	kill     func() error  // ends the app and starts it again; nil if that is not possible

	quiet *quietness

	mu       sync.Mutex
	texts    int                        // how many texts the script has sent
	expected []expectedText             // texts that the director itself sends
	ahead    map[int]*messaging.Receipt // what came of texts that were sent before their line
	names    map[string]string          // points by SID
	points   []explore.Point
	creates  []*createRequest
	replies  map[string]int    // how many replies a text has, by its point
	replyTo  map[string]string // replies by the text and their number, of the baseline
	held     map[string][]func()
	later    []func() // what is to happen after the exchange that just ended
	hit      map[string]bool
	seen     map[string]int   // how often a point's webhook was attempted
	broken   map[string]bool  // webhooks whose answer was spoiled, by idempotency token
	planned  []messaging.Text // the script's texts to come, where there is no memory
	stories  []messaging.Text // what the script's texts were
	copies   map[string]bool  // texts that are not the script's, by SID
	stopped  map[string]bool  // pairs of handset and number whose STOP the app has received
	failed   error            // what the director could not do
	requests []scriptRequest  // of the script to the app
	calls    []apiCall        // of the app to the API
	hide     []*regexp.Regexp // what differs from run to run
	cause    string           // the webhook or request that the app received last
}

// createRequest is a request that makes a message.
type createRequest struct {
	name     string
	to, body string
	sid      string // "" if it was refused
	stopped  bool   // the app had received the recipient's STOP before
}

// expectedText is a text that is about to be received under another name than the next.
type expectedText struct {
	name string
	body string
	add  bool // it is not one of the script's
}

func newDirector(schedule explore.Schedule, m *memory) *director {
	return &director{
		schedule: schedule, memory: m, ahead: map[int]*messaging.Receipt{},
		names: map[string]string{}, replies: map[string]int{}, replyTo: map[string]string{},
		held: map[string][]func(){},
		hit:  map[string]bool{}, seen: map[string]int{}, broken: map[string]bool{},
		copies: map[string]bool{}, stopped: map[string]bool{},
	}
}

// at returns the schedule's deviation with one of the words at a point, and notes that its point
// occurred.
func (d *director) atLocked(point string, whats ...string) (explore.Deviation, bool) {
	deviation, ok := d.schedule.At(point, whats...)
	if ok {
		d.hit[deviation.String()] = true
	}
	return deviation, ok
}

// missed returns the deviations whose points did not occur.
func (d *director) missed() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var missed []string
	for _, deviation := range d.schedule {
		if !d.hit[deviation.String()] {
			missed = append(missed, deviation.String())
		}
	}
	return missed
}

// receive takes a text of the script, unless it was received ahead of its line.
func (w *world) receive(text messaging.Text) (*messaging.Receipt, error) {
	d := w.director
	if d == nil {
		return w.account.Receive(w.ctx, text)
	}
	d.mu.Lock()
	n := d.texts + 1
	d.stories = append(d.stories, text)
	receipt, ok := d.ahead[n]
	if ok {
		d.texts++
	}
	d.mu.Unlock()
	if ok {
		return receipt, nil
	}
	return w.account.Receive(w.ctx, text)
}

// Text says what happens to the webhook of an inbound message.
func (d *director) Text(m messaging.Snapshot) messaging.TextPlan {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := d.nameTextLocked(m)
	d.names[m.SID] = name
	var plan messaging.TextPlan
	if _, ok := d.atLocked(name, explore.Twice); ok {
		plan.Faults = fault.List{{Kind: fault.Duplicate, Copies: 2}}
	}
	if _, ok := d.atLocked(name, explore.Lost); ok {
		plan.Faults = fault.List{{Kind: fault.Drop}}
	}
	if _, ok := d.atLocked(name, explore.Cut); ok {
		plan.Faults = fault.List{{Kind: fault.Cut, Bytes: -1}}
	}
	if behind, ok := d.atLocked(name, explore.Behind); ok {
		plan.Hold = func(send func()) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.held[behind.Detail] = append(d.held[behind.Detail], send)
		}
	}
	d.points = append(d.points, explore.Point{Name: name, Kind: explore.Text, Handset: m.From})
	return plan
}

// nameTextLocked returns the point of a text that arrives.
func (d *director) nameTextLocked(m messaging.Snapshot) string {
	i := slices.IndexFunc(d.expected, func(e expectedText) bool { return e.body == m.Body })
	if i < 0 {
		d.texts++
		return fmt.Sprintf("text%d", d.texts)
	}
	e := d.expected[i]
	d.expected = slices.Delete(d.expected, i, i+1)
	if e.add {
		d.copies[m.SID] = true
	}
	return e.name
}

// Message says what happens to an outbound message that would follow the script.
func (d *director) Message(m messaging.Snapshot, script carrier.Script) messaging.MessagePlan {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := d.nameMessageLocked(m)
	d.names[m.SID] = name
	plan := messaging.MessagePlan{Patience: d.patience}
	if ends, ok := d.schedule.At(name, explore.Ends); ok && sends(script) {
		d.hit[ends.String()] = true
		script = timed(ends.Script())
		plan.Script = script
	}
	if m.Callback.URL == "" {
		d.notePointLocked(m, name, nil)
		return plan
	}
	usual := script
	script = slices.Clone(script)
	plan.Callbacks = make([]messaging.CallbackPlan, len(script))
	callbacks := 0
	for i, step := range script {
		if step.Lost || step.Status == carrier.Sending {
			continue
		}
		callbacks++
		point := name + "." + string(step.Status)
		d.planCallbackLocked(point, script, i, &plan.Callbacks[i])
		if _, ok := d.atLocked(point, explore.Early); ok {
			plan.Early = callbacks
		}
	}
	if !slices.Equal(script, usual) {
		plan.Script = script
	}
	d.notePointLocked(m, name, script)
	return plan
}

// sends reports whether a script sends the message, so that the carrier may do something else.
func sends(script carrier.Script) bool {
	return slices.ContainsFunc(script,
		func(s carrier.Step) bool { return s.Status == carrier.Sent })
}

// timed gives steps that have none the usual times: half a second after each other.
func timed(script carrier.Script) carrier.Script {
	for i := range script {
		if script[i].At == 0 {
			at := time.Duration(i+1) * 500 * time.Millisecond
			script[i].At, script[i].Send = at, at
		}
		script[i].Copies = max(script[i].Copies, 1)
	}
	return script
}

// planCallbackLocked applies the schedule to the callback of the i-th step.
func (d *director) planCallbackLocked(point string, script carrier.Script, i int,
	plan *messaging.CallbackPlan) {
	step, last := &script[i], script[len(script)-1]
	switch deviation, ok := d.schedule.At(point, explore.Twice, explore.Lost, explore.Cut,
		explore.Behind, explore.Last, explore.With); {
	case !ok:
	case deviation.What == explore.Twice:
		plan.Faults = fault.List{{Kind: fault.Duplicate, Copies: 2}}
	case deviation.What == explore.Lost:
		plan.Faults = fault.List{{Kind: fault.Drop}}
	case deviation.What == explore.Cut:
		plan.Faults = fault.List{{Kind: fault.Cut, Bytes: -1}}
	case i+1 == len(script): // nothing follows it
		return
	case deviation.What == explore.Behind:
		step.Send = script[i+1].At + time.Millisecond
	case deviation.What == explore.Last:
		step.Send = last.At + deviation.Time()
	case deviation.What == explore.With:
		plan.Together = true
	}
	if deviation, ok := d.schedule.At(point, explore.Twice, explore.Lost, explore.Cut,
		explore.Behind, explore.Last, explore.With); ok {
		d.hit[deviation.String()] = true
	}
}

// nameMessageLocked returns the point of a message: of a reply the one that has the same place
// among the replies to the same text in the baseline, of any other that of its request.
func (d *director) nameMessageLocked(m messaging.Snapshot) string {
	if m.Direction != messaging.OutboundReply {
		for _, c := range d.creates {
			if c.sid == "" && c.to == m.To && c.body == m.Body {
				c.sid = m.SID
				return c.name
			}
		}
		return d.newNameLocked(explore.Create)
	}
	text := d.names[m.ReplyTo]
	d.replies[text]++
	key := fmt.Sprintf("%s/%d", text, d.replies[text])
	if d.memory == nil {
		name := d.newNameLocked(explore.Reply)
		d.replyTo[key] = name
		return name
	}
	if name, ok := d.memory.replyTo[key]; ok {
		return name
	}
	return d.newNameLocked(explore.Reply)
}

func (d *director) countLocked(kind explore.Kind) int {
	n := 0
	for _, p := range d.points {
		if p.Kind == kind {
			n++
		}
	}
	return n
}

// newNameLocked returns the name of a point that the baseline does not have, or, in the baseline,
// of the next one.
func (d *director) newNameLocked(kind explore.Kind) string {
	n := d.countLocked(kind)
	if d.memory != nil {
		n = max(n, d.memory.count(kind))
	}
	return fmt.Sprintf("%s%d", kind, n+1)
}

// notePointLocked notes a message and its callbacks as points.
func (d *director) notePointLocked(m messaging.Snapshot, name string, script carrier.Script) {
	if m.Direction == messaging.OutboundReply {
		d.points = append(d.points, explore.Point{Name: name, Kind: explore.Reply, Handset: m.To})
	}
	for i := range d.points {
		if d.points[i].Name == name && len(script) > 0 {
			final := script[len(script)-1]
			d.points[i].Final = string(final.Status)
			if final.Code != 0 {
				d.points[i].Final += ":" + strconv.Itoa(final.Code)
			}
		}
	}
}

// Request says what happens to a request to the API.
func (d *director) Request(method, path string, form url.Values) messaging.RequestPlan {
	d.quiet.requested()
	d.mu.Lock()
	d.calls = append(d.calls, apiCall{d.cause, method, path, form})
	d.mu.Unlock()
	if method != http.MethodPost ||
		!strings.HasSuffix(strings.TrimSuffix(path, ".json"), "/Messages") {
		return messaging.RequestPlan{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	c := &createRequest{to: form.Get("To"), body: form.Get("Body")}
	c.name = d.nameCreateLocked(c)
	c.stopped = d.stopped[c.to+" "+form.Get("From")]
	d.creates = append(d.creates, c)
	d.points = append(d.points,
		explore.Point{Name: c.name, Kind: explore.Create, Handset: c.to, Final: "delivered"})
	plan := messaging.RequestPlan{Answering: func(string) { d.answering(c) }}
	deviation, ok := d.atLocked(c.name, explore.Busy, explore.Broken, explore.Reset, explore.Lost,
		explore.Refused)
	if !ok {
		return plan
	}
	plan.Respond = &carrier.Response{
		Reset: deviation.What == explore.Reset, Lost: deviation.What == explore.Lost,
	}
	plan.Respond.Status, _ = strconv.Atoi(deviation.What) // 429 and 500
	plan.Respond.Code, _ = strconv.Atoi(deviation.Detail) // of refused
	return plan
}

// nameCreateLocked returns the point of a create: the next one of the baseline with the same To and
// Body, else a retry of the last one of these, else the next one to the same handset, else a new
// one.
func (d *director) nameCreateLocked(c *createRequest) string {
	if d.memory == nil {
		for _, other := range d.creates {
			_, spoiled := d.schedule.At(other.name, explore.Busy, explore.Broken, explore.Reset,
				explore.Lost, explore.Refused)
			if other.to == c.to && other.body == c.body && (spoiled || other.sid == "") {
				return d.retryNameLocked(other.name)
			}
		}
		return d.newNameLocked(explore.Create)
	}
	used := func(name string) bool {
		return slices.ContainsFunc(d.creates, func(o *createRequest) bool { return o.name == name })
	}
	last := ""
	for _, b := range d.memory.creates {
		if b.to != c.to || b.body != c.body {
			continue
		}
		if !used(b.name) {
			return b.name
		}
		last = b.name
	}
	if last != "" {
		return d.retryNameLocked(last)
	}
	for _, b := range d.memory.creates {
		if b.to == c.to && !used(b.name) && d.memory.volatile[b.name] {
			return b.name
		}
	}
	return d.newNameLocked(explore.Create)
}

// retryNameLocked returns the name of one more create like that with a name: create1~2.
func (d *director) retryNameLocked(name string) string {
	name, _, _ = strings.Cut(name, "~")
	n := 1
	for _, c := range d.creates {
		if base, _, _ := strings.Cut(c.name, "~"); base == name {
			n++
		}
	}
	return fmt.Sprintf("%s~%d", name, n)
}

// answering does what is to happen while the app waits for the answer to a create.
func (d *director) answering(c *createRequest) {
	for _, deviation := range d.schedule {
		switch {
		case deviation.What == explore.AgainIn && deviation.Detail == c.name:
			d.inside(deviation, func() { d.repeat(deviation.Point) })
		case deviation.What == explore.In && deviation.Detail == c.name:
			d.inside(deviation, func() { d.textAhead(deviation.Point) })
		case deviation.Point != c.name || !deviation.In:
		case deviation.What == explore.Kill:
			d.killNow(deviation)
		default:
			d.inside(deviation, func() { d.addText(deviation, c.to) })
		}
	}
}

// inside runs f while an answer is held. It returns when f has ended, or when the patience has: an
// app may rightly have the inner request wait for the outer one.
func (d *director) inside(deviation explore.Deviation, f func()) {
	d.note(deviation)
	done := make(chan struct{})
	end := d.world.account.Clock.Begin()
	go func() {
		defer end()
		defer close(done)
		f()
	}()
	await(done, d.patience)
}

func (d *director) note(deviation explore.Deviation) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hit[deviation.String()] = true
}

// repeat sends the webhook of a point again, as it was, with its token.
func (d *director) repeat(point string) {
	for _, thing := range d.world.account.Journal.Things(journal.Webhooks) {
		x := thing.(*journal.Exchange)
		if x.ReplayOf == "" && d.pointOf(x) == point {
			_, _ = d.world.account.Replay(d.world.ctx, x, // how it ended is in the journal
				messaging.Edit{SameToken: true, Unmarked: true})
			return
		}
	}
	if open, ok := d.quiet.opened(point); ok { // it is not in the journal yet
		_, _ = d.world.account.Make(d.world.ctx, open) // as above
	}
}

// textAhead receives one of the script's texts before its line.
func (d *director) textAhead(point string) {
	n, _ := strconv.Atoi(strings.TrimPrefix(point, "text"))
	texts := d.planned
	if d.memory != nil {
		texts = d.memory.texts
	}
	if n < 1 || n > len(texts) {
		return
	}
	text := texts[n-1]
	d.expect(expectedText{name: point, body: text.Body})
	receipt, err := d.world.account.Receive(d.world.ctx, text)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil {
		d.failed = err
		return
	}
	d.ahead[n] = receipt
}

func (d *director) expect(e expectedText) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.expected = append(d.expected, e)
}

// addText sends a text that the script does not have, from a handset or from that of a point.
func (d *director) addText(deviation explore.Deviation, handset string) {
	text := messaging.Text{From: handset, Body: "STOP"}
	d.mu.Lock()
	if handset == "" {
		text.From = d.handsetLocked(deviation.Point)
	}
	if deviation.What == explore.Same {
		text.Body = "Hello"
		for _, story := range d.stories {
			if story.From == text.From {
				text.Body = story.Body
			}
		}
	}
	d.mu.Unlock()
	number, ok := d.world.number()
	if !ok {
		return
	}
	text.To = address.Prefix(text.From) + number
	d.expect(expectedText{name: deviation.Point + "+", body: text.Body, add: true})
	if _, err := d.world.account.Receive(d.world.ctx, text); err != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.failed = err
	}
}

// number returns the account's number that receives added texts.
func (w *world) number() (string, bool) {
	for _, n := range w.account.Numbers() {
		if n.SmsURL != "" {
			return n.PhoneNumber, true
		}
	}
	return "", false
}

func (d *director) handsetLocked(point string) string {
	for _, p := range d.points {
		if p.Name == point {
			return p.Handset
		}
	}
	return ""
}

// killNow kills the app and starts it again. What the app receives between the beginning and the
// end of that counts as broken; see directedTransport.
func (d *director) killNow(deviation explore.Deviation) {
	d.note(deviation)
	if d.kill == nil {
		return
	}
	d.quiet.killing()
	defer d.quiet.killing()
	if err := d.kill(); err != nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.failed = fmt.Errorf("K3 the app does not start again after a kill: %w", err)
	}
}

// pointOf returns the point of a webhook.
func (d *director) pointOf(x *journal.Exchange) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.pointLocked(string(x.Purpose), x.SID, x.Params().Get("MessageStatus"))
}

func (d *director) pointLocked(purpose, sid, status string) string {
	name := d.names[sid]
	if purpose == string(journal.Status) {
		return name + "." + status
	}
	return name
}

// Attempted follows up a request to the app that has ended.
func (d *director) Attempted(x *journal.Exchange) {
	d.quiet.moved()
	d.noteStop(x)
	if x.ReplayOf != "" || x.Purpose == messaging.Custom {
		return // a copy
	}
	point := d.pointOf(x)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen[point]++
	if d.seen[point] > 1 {
		return
	}
	if x.Purpose == journal.Status {
		d.points = append(d.points, explore.Point{Name: point, Kind: explore.Callback,
			Handset: x.Params().Get("To")})
	}
	for _, deviation := range d.schedule {
		switch {
		case deviation.Point != point || deviation.In:
		case deviation.What == explore.Again:
			d.hit[deviation.String()] = true
			d.world.account.Clock.After(deviation.Time(), func() { d.repeat(point) })
		case deviation.What == explore.Kill:
			d.laterLocked(func() { d.killNow(deviation) })
		case deviation.What == explore.Same || deviation.What == explore.Stop:
			d.hit[deviation.String()] = true
			d.laterLocked(func() { d.addText(deviation, "") })
		}
	}
	for _, send := range d.held[point] {
		d.laterLocked(send)
	}
	delete(d.held, point)
}

// noteStop notes that the app has received a STOP, or a START.
func (d *director) noteStop(x *journal.Exchange) {
	if x.Purpose != journal.Inbound || x.Status/100 != 2 {
		return
	}
	form := x.Params()
	d.mu.Lock()
	defer d.mu.Unlock()
	switch pair := form.Get("From") + " " + form.Get("To"); {
	case strings.EqualFold(strings.TrimSpace(form.Get("Body")), "STOP"):
		d.stopped[pair] = true
	case strings.EqualFold(strings.TrimSpace(form.Get("Body")), "START"):
		delete(d.stopped, pair)
	}
}

// laterLocked has f run after the command of the script, or at the next step of the clock.
func (d *director) laterLocked(f func()) {
	d.later = append(d.later, f)
	d.world.account.Clock.At(d.world.account.Clock.Now(), d.catchUp)
}

// catchUp does what was put off, each thing when the app is quiet: whether a request was answered
// by then must not depend on the speed of the machine.
func (d *director) catchUp() {
	for {
		d.mu.Lock()
		none := len(d.later) == 0
		d.mu.Unlock()
		if none {
			return
		}
		d.awaitQuiet()
		d.mu.Lock()
		if len(d.later) == 0 { // another goroutine was here
			d.mu.Unlock()
			return
		}
		f := d.later[0]
		d.later = d.later[1:]
		d.mu.Unlock()
		f()
	}
}

// awaitQuiet waits until the app is quiet, but not for one that hangs.
func (d *director) awaitQuiet() {
	ctx, cancel := context.WithTimeout(d.world.ctx, usualHang)
	defer cancel()
	_ = d.world.account.Clock.AwaitIdle(ctx) // it hangs: the run goes on, and says so
}

// releaseHeld sends webhooks that waited for something that did not come.
func (d *director) releaseHeld() {
	d.mu.Lock()
	var points []string
	for point := range d.held {
		points = append(points, point)
	}
	slices.Sort(points)
	for _, point := range points {
		for _, send := range d.held[point] {
			d.laterLocked(send)
		}
	}
	clear(d.held)
	d.mu.Unlock()
	d.catchUp()
}

// directedTransport carries webhooks, and spoils those that the schedule names.
type directedTransport struct {
	director *director
	next     http.RoundTripper
}

// RoundTrip sends a webhook.
func (t *directedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	d := t.director
	r := webhook.RequestOf(req)
	if r == nil { // a picture of a message
		return t.next.RoundTrip(req)
	}
	d.mu.Lock()
	point := d.pointLocked(string(r.Purpose), r.SID, r.Params.Get("MessageStatus"))
	first := d.seen[point] == 0 && r.ReplayOf == "" && r.Purpose != journal.Fallback &&
		r.Purpose != messaging.Custom
	d.cause = point
	kills := d.quiet.begin(point, r)
	d.mu.Unlock()
	defer func() {
		if d.quiet.end(point) != kills { // the app was killed meanwhile
			d.mu.Lock()
			d.broken[r.Idempotency] = true
			d.mu.Unlock()
		}
	}()
	if !first {
		return t.next.RoundTrip(req)
	}
	for _, deviation := range d.schedule {
		if deviation.Point != point {
			continue
		}
		switch {
		case deviation.What == explore.With && deviation.Detail == "itself":
			d.note(deviation)
			return t.twice(req)
		case deviation.What == explore.Same && deviation.In:
			d.note(deviation)
			return t.beside(req, func() { d.addText(deviation, "") })
		case deviation.What == explore.Unheard:
			return t.unheard(req, deviation, func() {})
		case deviation.What == explore.Kill && deviation.In:
			return t.unheard(req, deviation, func() { d.killNow(deviation) })
		}
	}
	return t.next.RoundTrip(req)
}

// unheard sends a request and loses its answer.
func (t *directedTransport) unheard(req *http.Request, deviation explore.Deviation,
	then func()) (*http.Response, error) {
	d := t.director
	d.note(deviation)
	d.mu.Lock()
	d.broken[req.Header.Get("I-Twilio-Idempotency-Token")] = true
	d.mu.Unlock()
	response, err := t.next.RoundTrip(req)
	if err == nil {
		_ = response.Body.Close() // nobody reads it
	}
	then()
	return nil, errUnheard
}

var errUnheard = fmt.Errorf("the answer was lost on purpose: %w", errKilled)

// twice sends a request and a copy of it at once. The answer to the one is lost.
func (t *directedTransport) twice(req *http.Request) (*http.Response, error) {
	return t.beside(req, func() {
		again := req.Clone(webhook.Detached(req))
		if req.GetBody != nil {
			again.Body, _ = req.GetBody() // a string: never fails
		}
		if response, err := t.next.RoundTrip(again); err == nil {
			_ = response.Body.Close() // the answer to the other counts
		}
	})
}

// beside sends a request while f runs.
func (t *directedTransport) beside(req *http.Request, f func()) (*http.Response, error) {
	end := t.director.world.account.Clock.Begin()
	done := make(chan struct{})
	go func() {
		defer end()
		defer close(done)
		f()
	}()
	response, err := t.next.RoundTrip(req)
	<-done
	return response, err
}

// quietness knows whether the app is still acting: the clock does not go on before the app has been
// quiet for a while.
type quietness struct {
	clock *clock.Clock
	wait  time.Duration // real time; 0 for an app that acts only while it answers

	mu       sync.Mutex
	exchange int                       // how many webhooks are open
	open     map[string]messaging.Made // the open ones, by point
	kills    int                       // how often a kill of the app has begun or ended
	ended    time.Time                 // when the last one was answered
	longest  time.Duration             // the longest time from an answer to a request of the app
	release  func()                    // ends the work that the clock waits for; nil for none
	timer    *time.Timer
}

func newQuietness(c *clock.Clock, wait time.Duration) *quietness {
	return &quietness{clock: c, wait: wait, open: map[string]messaging.Made{}}
}

// begin notes that a webhook leaves, and returns what end returns if the app is not killed
// meanwhile.
func (q *quietness) begin(point string, r *webhook.Request) (kills int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.exchange++
	q.open[point] = messaging.Made{Method: r.Method, URL: signature.SignedURL(r.URL), Params: r.Params,
		ContentType: r.ContentType, Idempotency: r.Idempotency}
	return q.kills
}

// killing notes that a kill of the app begins or ends.
func (q *quietness) killing() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.kills++
}

// opened returns the open webhook of a point.
func (q *quietness) opened(point string) (messaging.Made, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	made, ok := q.open[point]
	return made, ok
}

// end notes that a webhook was answered.
func (q *quietness) end(point string) (kills int) {
	q.mu.Lock()
	q.exchange--
	delete(q.open, point)
	q.ended = clock.Wall()
	kills = q.kills
	q.mu.Unlock()
	q.moved()
	return kills
}

// requested notes that the app makes a request.
func (q *quietness) requested() {
	q.mu.Lock()
	if q.exchange == 0 && !q.ended.IsZero() {
		q.longest = max(q.longest, clock.Wall().Sub(q.ended))
	}
	q.mu.Unlock()
	q.moved()
}

// moved notes that something passed, and keeps the clock waiting from now on.
func (q *quietness) moved() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.wait == 0 {
		return
	}
	if q.timer != nil && q.timer.Stop() {
		q.timer.Reset(q.wait)
		return
	}
	q.release = q.clock.Begin()
	q.timer = time.AfterFunc(q.wait, q.release)
}
