package console

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/messaging"
)

// phonesView is the page of handsets, with the thread of one and one of its messages.
type phonesView struct {
	Base     string
	Handsets []*handset
	Known    int      // handsets in all
	Found    int      // of them, those that fit the search
	Search   string   // among the handsets
	Pane     string   // that a narrow page shows: thread, message or handset
	Current  *handset // nil if there is no handset at all
	Numbers  []directory.Number
	With     string // the account's address in the thread
	Thread   []entry
	More     bool // the thread has older messages
	States   []state
	Outcomes []carrier.Outcome
	Preview  []control.Preview
	Window   *window
	Message  *messageView // that is open; nil for none
	Missing  string       // what is wrong with the message that the URL names
	Running  bool         // the clock runs
	Save     *saveForm    // of the thread; nil if it is empty
}

// Channel is the prefix of the addresses in the thread: whatsapp:, or "".
func (v *phonesView) Channel() string { return address.Prefix(v.With) }

// First is the first number of the account.
func (v *phonesView) First() string {
	if len(v.Numbers) == 0 {
		return simulatedNumber
	}
	return v.Numbers[0].PhoneNumber
}

// simulatedNumber stands in examples for the number of an account that has none.
const simulatedNumber = "+12025550100"

// handset is a phone, or the address of a phone in another channel.
type handset struct {
	Address string // whatsapp:+49…, or the number
	Number  string
	Channel string // WhatsApp, or ""
	Name    string
	State   carrier.HandsetState
	Last    *control.Message
	Current bool
	// OptedOut says that it has sent STOP to one of the account's senders.
	OptedOut bool
	Window   *window // of WhatsApp; nil for another channel
	Unread   int     // texts to it that nobody has looked at
}

// Shown is the state as people see it: a handset that is on and gets nothing is opted out.
func (h *handset) Shown() carrier.HandsetState {
	if h.OptedOut && h.State == carrier.HandsetOn {
		return carrier.HandsetOptedOut
	}
	return h.State
}

// Called returns the name for people.
func (h *handset) Called() string { return cmp.Or(h.Name, h.Number) }

// state is a state of a handset, with the code of messages to it.
type state struct {
	Name    string
	Code    int
	Current bool
}

// entry is a message of a thread.
type entry struct {
	*control.Message
	Mine    bool // of the handset
	Lost    bool // it did not arrive
	Gap     string
	Current bool
	Took    string
	Next    *messaging.Planned
	In      time.Duration
	By      string
}

// window is the time in which an app may write freely to a WhatsApp user (F-271).
type window struct {
	Open bool
	Left time.Duration
}

// windowAfter is the window that the newest text of the user has opened.
func windowAfter(inbound, now time.Time) window {
	left := inbound.Add(24 * time.Hour).Sub(now)
	return window{Open: !inbound.IsZero() && left > 0, Left: left.Truncate(time.Minute)}
}

// threadMessages is how many messages of a thread the page shows.
const threadMessages = 50

// maxHandsets is how many handsets the page lists.
const maxHandsets = 100

func phones(r *request) (any, error) {
	v := &phonesView{Base: r.base, Running: r.now.Rate > 0, Search: strings.TrimSpace(r.query("h")),
		Pane: "thread"}
	all, err := r.handsets()
	if err != nil {
		return nil, err
	}
	numbers, err := r.client.Numbers(r.Context())
	if err != nil {
		return nil, err
	}
	v.Numbers = numbers.Numbers
	if r.query("pane") == "handset" {
		v.Pane = "handset"
	}
	if m := r.query("m"); m != "" {
		v.Pane = "message"
		var known *control.Error
		if v.Message, err = r.newMessageView(m); asMissing(err, &known) {
			v.Missing = known.Message
		} else if err != nil {
			return nil, err
		}
	}
	v.choose(all, r)
	if v.Current == nil {
		return v, nil
	}
	if err := v.read(r); err != nil {
		return nil, err
	}
	return v, nil
}

// handsets returns the phones that are known and those in recent messages, the latest thread first.
func (r *request) handsets() ([]*handset, error) {
	known, err := r.client.Phones(r.Context())
	if err != nil {
		return nil, err
	}
	found, err := r.client.Threads(r.Context())
	if err != nil {
		return nil, err
	}
	byAddress, byNumber := map[string]*handset{}, map[string]directory.Handset{}
	optedOut := map[string]bool{}
	for _, o := range known.OptOuts {
		optedOut[o.Recipient] = true
	}
	var all []*handset
	add := func(addr string, last *control.Message) {
		if byAddress[addr] != nil {
			return
		}
		h := &handset{Address: addr, Number: address.Bare(addr), Last: last, State: carrier.HandsetOn}
		if address.Prefix(addr) == "whatsapp:" {
			h.Channel, h.Window = "WhatsApp", &window{}
		}
		h.OptedOut = optedOut[addr]
		if p, ok := byNumber[h.Number]; ok {
			h.Name, h.State = p.Name, p.State
		}
		byAddress[addr] = h
		all = append(all, h)
	}
	for _, p := range known.Phones {
		byNumber[p.Number] = p
	}
	texted := map[string]bool{}
	for _, t := range found.Threads {
		add(t.Address, t.Last)
		h := byAddress[t.Address]
		texted[h.Number], h.Unread = true, t.Unread
		if t.LastInbound != nil && h.Window != nil {
			*h.Window = windowAfter(t.LastInbound.DateCreated, r.now.Now)
		}
	}
	for _, p := range known.Phones {
		if !texted[p.Number] {
			add(p.Number, nil)
		}
	}
	return all, nil
}

// fits reports whether the handset has all words of a search in its name, its address or its state.
func (h *handset) fits(search string) bool {
	text := strings.ToLower(h.Name + " " + h.Address + " " + string(h.Shown()))
	for word := range strings.FieldsSeq(strings.ToLower(search)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// customer returns the address of the handset of a message.
func customer(m *control.Message) string {
	if m.Direction == messaging.Inbound && m.From != nil {
		return *m.From
	}
	return m.To
}

// choose finds the handset of the page: that of the URL, that of the open message, or the first.
// It lists those that fit the search, and the one that it has found.
func (v *phonesView) choose(all []*handset, r *request) {
	want := r.query("phone")
	if want == "" && v.Message != nil {
		want = customer(v.Message.Message)
	}
	v.Known = len(all)
	for _, h := range all {
		if h.Address == want || want == "" && v.Current == nil {
			v.Current = h
		}
		if !h.fits(v.Search) {
			continue
		}
		if v.Found++; v.Found <= maxHandsets {
			v.Handsets = append(v.Handsets, h)
		}
	}
	if parsed, err := address.Parse(want); v.Current == nil && err == nil {
		v.Current = &handset{Address: parsed, Number: address.Bare(parsed), State: carrier.HandsetOn}
	}
	if v.Current == nil {
		return
	}
	v.Current.Current = true
	if !slices.Contains(v.Handsets, v.Current) && v.Search == "" {
		v.Handsets = append(v.Handsets, v.Current)
	}
}

// Unlisted is how many of the handsets that fit the search are not listed.
func (v *phonesView) Unlisted() int { return v.Found - min(v.Found, maxHandsets) }

// read reads what the page has about the current handset.
func (v *phonesView) read(r *request) error {
	h := v.Current
	messages, err := r.thread(h.Address)
	if err != nil {
		return err
	}
	if n := len(messages) - threadMessages; n > 0 {
		v.More, messages = true, messages[n:]
	}
	v.fill(messages, r.now.Now)
	if v.Message == nil && v.Missing == "" && len(messages) > 0 {
		if v.Message, err = r.newMessageView(messages[len(messages)-1].SID); err != nil {
			return err
		}
	}
	if n := len(messages); n > 0 {
		v.Save = r.saveConversation("thread", messages[n-1].SID)
	}
	for i := range v.Thread {
		v.Thread[i].Current = v.Message != nil && v.Thread[i].SID == v.Message.SID
	}
	for _, s := range carrier.HandsetStates() {
		v.States = append(v.States, state{string(s), codeOf(s.Outcome()), s == h.State})
	}
	v.Outcomes = carrier.Outcomes()
	previews, err := r.client.Preview(r.Context(), carrier.Message{To: h.Address, From: v.With})
	if err != nil {
		return err
	}
	v.Preview = previews.Previews
	return nil
}

func codeOf(o carrier.Outcome) int { return cmp.Or(o.Refuse, o.Code) }

// thread returns the newest messages from and to an address, oldest first. One more than a page is
// read, so that it is known whether there are more.
func (r *request) thread(addr string) ([]*control.Message, error) {
	found, err := r.client.Messages(r.Context(), []string{exactly("phone", addr)}, threadMessages+1)
	if err != nil {
		return nil, err
	}
	slices.Reverse(found.Messages)
	return found.Messages, nil
}

// fill makes the entries of the thread.
func (v *phonesView) fill(messages []*control.Message, now time.Time) {
	var before, inbound time.Time
	for _, m := range messages {
		e := entry{Message: m, Mine: m.Direction == messaging.Inbound,
			Lost: m.Status == carrier.Undelivered || m.Status == carrier.Failed}
		if gap := m.DateCreated.Sub(before); before.IsZero() {
			e.Gap = m.DateCreated.Local().Format("Monday 2 January 2006")
		} else if gap >= 5*time.Second {
			e.Gap = span(gap.Round(time.Second)) + " later"
		}
		before = m.DateCreated
		if e.Mine {
			inbound, v.With = m.DateCreated, m.To
		} else {
			v.With = m.Sender()
			e.finish(now)
		}
		v.Thread = append(v.Thread, e)
	}
	if v.Current.Channel != "" {
		w := windowAfter(inbound, now)
		v.Window = &w
	}
	if v.With == "" && len(v.Numbers) > 0 {
		v.With = strings.TrimSuffix(v.Current.Address, v.Current.Number) + v.Numbers[0].PhoneNumber
	}
}

// finish says how long the delivery took, or what comes next.
func (e *entry) finish(now time.Time) {
	e.By = e.Sim.By
	for i := range e.Sim.Planned {
		if p := &e.Sim.Planned[i]; p.Kind == messaging.PlannedStatus {
			e.Next, e.In = p, p.At.Sub(now)
			return
		}
	}
	history := e.Sim.History
	if len(history) == 0 { // imported without it
		return
	}
	if last := history[len(history)-1]; last.Status == carrier.Delivered {
		e.Took = span(last.At.Sub(e.DateCreated))
	}
}
