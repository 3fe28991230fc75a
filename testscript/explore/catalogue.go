package explore

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
)

// Entry is a row of the catalogue: what may go otherwise. The unexported fields say at which kinds
// of points it can happen, what it does to what the app is told, where it comes from, and which
// fact says so. A new row needs a place in Space, in Sentence and, if something milder is like it,
// in milder; package testscript plays it.
type Entry struct {
	What   string // the word
	Form   string // how a schedule writes it: behind:text2
	Help   string // what happens, in one line
	on     []Kind
	target Kind // what Detail must name; "" for no point
	info   Info
	from   string
	fact   string
	fromOn map[Kind]string // where a kind of points has another from
	factOn map[Kind]string
	detail func(string) error // nil if there is none
}

// Catalogue lists all that may go otherwise.
func Catalogue() []Entry {
	return []Entry{
		{What: Twice, Form: "POINT=twice", Help: "the request comes again, with the same token, " +
			"after its answer was lost", on: []Kind{Text, Callback}, info: Keeps, from: "C",
			fact: "F-036"},
		{What: With, Form: "POINT=with:NEXT, text1=with:itself", Help: "two requests are in flight " +
			"together", on: []Kind{Text, Callback}, info: Keeps, from: "D", fact: "F-169",
			fromOn: map[Kind]string{Text: "C"}, detail: given("itself or the next callback")},
		{What: Again, Form: "POINT=again[:TIME]", Help: "a copy comes after everything else",
			on: []Kind{Text, Callback}, info: Keeps, from: "C", fact: "F-036", detail: isTime},
		{What: AgainIn, Form: "text1=again@in:create1", Help: "a copy comes while the app waits " +
			"for the API", on: []Kind{Text}, target: Create, info: Keeps, from: "C", fact: "F-036",
			detail: given("a create")},
		{What: Behind, Form: "reply1.sent=behind, text1=behind:text2", Help: "it comes after the " +
			"next one", on: []Kind{Text, Callback}, info: Keeps, from: "D", fact: "F-169",
			detail: anything},
		{What: In, Form: "text2=in:create1", Help: "a later text comes while the app waits for the " +
			"API", on: []Kind{Text}, target: Create, info: Keeps, from: "D", detail: given("a create")},
		{What: Lost, Form: "POINT=lost", Help: "the request never comes; of a create: it is carried " +
			"out and the answer is lost", on: []Kind{Text, Callback, Create}, info: Takes, from: "H",
			fact: "F-118", fromOn: map[Kind]string{Callback: "D", Create: "D"},
			factOn: map[Kind]string{Callback: "F-184", Create: "F-810"}},
		{What: Cut, Form: "POINT=cut", Help: "the connection breaks within the body",
			on: []Kind{Text, Callback}, info: Takes, from: "H", fact: "F-118"},
		{What: Unheard, Form: "text1=unheard", Help: "the app acts, and its answer does not arrive",
			on: []Kind{Text}, info: Takes, from: "H", fact: "F-118"},
		{What: Early, Form: "create1.sent=early", Help: "the callback comes before the create is " +
			"answered", on: []Kind{Callback}, info: Keeps, from: "D", fact: "F-170"},
		{What: Last, Form: "reply1.sent=last[:TIME]", Help: "the callback comes after everything " +
			"else", on: []Kind{Callback}, info: Keeps, from: "D", fact: "F-169", detail: isTime},
		{What: Ends, Form: "reply1=ends:undelivered:30003", Help: "the carrier does something else",
			on: []Kind{Reply, Create}, info: Takes, from: "D", fact: "F-167", detail: isScript},
		{What: Refused, Form: "create1=refused:21610", Help: "the API refuses the message",
			on: []Kind{Create}, info: Takes, from: "D", fact: "F-447", detail: isCode},
		{What: Busy, Form: "create1=429", Help: "the API answers 429, and nothing was done",
			on: []Kind{Create}, info: Takes, from: "D", fact: "F-378"},
		{What: Broken, Form: "create1=500", Help: "the API answers 500, and nothing was done",
			on: []Kind{Create}, info: Takes, from: "D", fact: "F-378"},
		{What: Reset, Form: "create1=reset", Help: "the connection is reset, and nothing was done",
			on: []Kind{Create}, info: Takes, from: "D", fact: "F-378"},
		{What: Same, Form: "text+same@after:text1", Help: "the customer texts the same again",
			on: []Kind{Text, Create}, info: Adds, from: "D", fact: "F-444"},
		{What: Stop, Form: "text+STOP@after:text1", Help: "the customer texts STOP",
			on: []Kind{Text, Create}, info: Adds, from: "D", fact: "F-444"},
		{What: Kill, Form: "kill@after:POINT, kill@in:POINT", Help: "the app is killed and started " +
			"again", on: []Kind{Text, Create, Callback}, info: Keeps, from: "H"},
	}
}

// byWhat has the catalogue by its words: a search asks for them all the time.
var byWhat = sync.OnceValue(func() map[string]Entry {
	entries := map[string]Entry{}
	for _, e := range Catalogue() {
		entries[e.What] = e
	}
	return entries
})

func lookup(what string) (Entry, bool) {
	e, ok := byWhat()[what]
	return e, ok
}

func whats() []string {
	var words []string
	for _, e := range Catalogue() {
		words = append(words, e.What)
	}
	return words
}

// whatsOf returns the words for points of a kind.
func whatsOf(kind Kind) []string {
	var words []string
	for _, e := range Catalogue() {
		if slices.Contains(e.on, kind) {
			words = append(words, e.What)
		}
	}
	return words
}

// check returns an error if the detail is missing, superfluous or wrong.
func (e Entry) check(d Deviation) error {
	switch {
	case e.What == Same || e.What == Stop || e.What == Kill:
		return fmt.Errorf("%q has no place; write %s", d.String(), e.Form)
	case e.detail == nil && d.Detail != "":
		return fmt.Errorf("%q: %s has nothing behind it; write %s", d.String(), e.What, e.Form)
	case e.detail == nil:
		return nil
	}
	if err := e.detail(d.Detail); err != nil {
		return fmt.Errorf("%q: %w; write %s", d.String(), err, e.Form)
	}
	return nil
}

func given(what string) func(string) error {
	return func(s string) error {
		if s == "" {
			return fmt.Errorf("it does not name %s", what)
		}
		return nil
	}
}

func anything(string) error { return nil }

func isTime(s string) error {
	if s == "" {
		return nil
	}
	if d, err := clock.ParseDuration(s); err != nil || d <= 0 {
		return fmt.Errorf("%q is not a time such as 5s", s)
	}
	return nil
}

func isCode(s string) error {
	if n, err := strconv.Atoi(s); err != nil || n < 10000 {
		return fmt.Errorf("%q is not an error code of Twilio's such as 21610", s)
	}
	return nil
}

func isScript(s string) error {
	script, err := carrier.ParseScript(Deviation{Detail: s}.scriptText())
	if err != nil {
		return err
	}
	return script.Check(carrier.Queued)
}
