package messaging

import (
	"cmp"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/content"
	"twilsim/simulator/directory"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
	"twilsim/simulator/recent"
	"twilsim/simulator/sid"
	"twilsim/simulator/webhook"
)

// Options are the settings of an [Account]. The zero value of each works.
type Options struct {
	SID string // "" makes one from the seed
	// "" makes one from the seed, or a secret one; letters and digits only, because the Go SDK
	// insists (F-478)
	Token string
	Seed  uint64 // of every SID, token and chance
	// SecretTokens makes tokens and secrets of keys that nobody can know from the seed.
	SecretTokens bool
	Clock        *clock.Clock // nil is a real clock
	Keep         int          // how many things of each kind the journal keeps; 0 is all
	// Budget is how many bytes the journal keeps, together with those of other accounts; nil is
	// all.
	Budget *journal.Budget
	Hooks  *webhook.Client // calls the app; nil is a client with Twilio's limits
	Log    *slog.Logger    // nil is none
	// PublicURL is the simulator's own base URL, for links to media; nil is Twilio's.
	PublicURL func() string
	// Patience returns the real time that the app has for an answer while the clock is virtual:
	// after it, Twilio's time limits pass on the clock. 0, and nil, wait for the limits in real time.
	Patience func() time.Duration
	Quirks   quirk.Set // what the sources leave open (section J)
	// these are test credentials (section H): nothing is stored and no callback is made
	Test bool
	// MagicSender sends from the account's first number what asks for the sender that only test
	// credentials have (F-456), and gives a hint.
	MagicSender bool
	// Products are the other products whose state can be stored.
	Products []ProductType
}

// Account is a world of its own: an Account SID and its token, its numbers, handsets, bins,
// messages, rules, clock and journal. Accounts share nothing, so that parallel tests cannot affect
// each other. It is safe for concurrent use. SID, Clock, Journal, Rules, Directory and Content do
// not change after it was made; Token changes only while stored accounts are read. How its locks
// are ordered is in the package comment.
type Account struct {
	SID, Token string
	Clock      *clock.Clock
	Journal    *journal.Journal
	Rules      *carrier.Rules
	Test       bool // as in [Options]

	*directory.Directory                  // what the account has
	Content              *content.Library // its templates

	chance chance
	quirks atomic.Pointer[quirk.Set] // read often, replaced rarely
	// called when a switch was set; nil for an account that is not in [Accounts]
	quirkSet func()
	prices   atomic.Pointer[priceTable]

	director Director    // nil for none
	recorder *recorder   // nil if the account is not stored
	past     *pastReader // of before this run; nil for none

	// Reset drops what is in it.
	schedule *clock.Schedule // what the account has scheduled on Clock, which others share

	hooks   *webhook.Client
	ids     *sid.Source
	options Options
	install string // the SID of the WhatsApp channel's installation (F-176)

	productMu sync.Mutex
	products  map[string]Product // those in use, by name

	// guards what is below
	mu sync.Mutex
	// messages, each with the next older one, for the lists that stand there
	deleted *recent.Map[string, string]
	spoil   fault.Signature // of the next webhook
	// the last webhook with a valid signature; nil before the first
	valid  *journal.Exchange
	places map[string]address.Place // of the numbers seen lately
	pairs  map[pair][]int64
	hinted *recent.Map[string, bool] // causes about which a hint was given
	// messages with a step on the clock, and some that had one, in the order of their first
	due      []*Message
	dueCount int // how many of them have one
	// webhooks that are held back; nil before the first
	waiting map[*Planned]bool
	// when users last wrote on WhatsApp, in nanoseconds of Unix time, by sender and user
	windows *recent.Map[pair, int64]
	sweep   int // how many pairs there may be before the old ones go
	// how often [Account.Reset] was called: what began before the last time is forgotten
	resets int32
}

// New returns an account without numbers.
func New(o Options) *Account {
	ids := sid.New(o.Seed)
	if o.SecretTokens {
		ids.KeepSecret()
	}
	return openAccount(o, ids, "")
}

// openAccount returns an account whose SIDs come from ids. owner is the SID of its parent account,
// "" for an account without one.
func openAccount(o Options, ids *sid.Source, owner string) *Account {
	a := &Account{
		SID: o.SID, Token: o.Token, Clock: o.Clock, Rules: &carrier.Rules{}, Test: o.Test,
		hooks: o.Hooks, ids: ids, install: ids.Next("XE"), options: o,
		chance:  chance{rand: ids.Rand("chance")},
		deleted: recent.New[string, string](manyDeleted),
		hinted:  recent.New[string, bool](manyHints),
		windows: recent.New[pair, int64](manyWindows),
		pairs:   map[pair][]int64{},
	}
	if a.SID == "" {
		a.SID = ids.Next("AC")
	}
	if a.Token == "" {
		a.Token = ids.AuthToken()
	}
	if a.Clock == nil {
		a.Clock = clock.Real()
	}
	if a.hooks == nil {
		a.hooks = &webhook.Client{}
	}
	a.schedule = a.Clock.Schedule()
	a.Journal = journal.New(a.Clock.Now, o.Keep)
	a.Journal.Limit(o.Budget)
	a.quirks.Store(&o.Quirks)
	a.Directory = directory.New(directory.Options{
		SIDs: ids, Now: a.Clock.Now, Changed: a.changed, Draw: a.chance.draw,
		CheckURL: webhook.CheckURL, Owner: cmp.Or(owner, a.SID), Keep: o.Keep, Test: o.Test,
		Touched: a.touched,
	})
	a.Content = a.Product(Templates).(*content.Library)
	return a
}

// changed writes a change of the account's settings into the journal.
func (a *Account) changed(note string) {
	a.Journal.Append(journal.Event{Type: journal.Changed, Note: note}, "", nil)
}

// touched notes a change of the directory. The directory's lock may be held.
func (a *Account) touched(section directory.Section, key string) {
	a.recorder.touched(section, key)
}

// Close drops what is scheduled and blocks until the work under way has ended. It closes the clock
// and the webhook client also if other accounts share them.
func (a *Account) Close() {
	a.Clock.Close()
	a.hooks.Close()
}

func (a *Account) publicURL() string {
	if a.options.PublicURL == nil {
		return "https://api.twilio.com"
	}
	return a.options.PublicURL()
}

func (a *Account) log() *slog.Logger {
	if a.options.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return a.options.Log
}

// chance is the account's source of random numbers. Its lock is its own, so that the rules and the
// directory can draw while they hold theirs.
type chance struct {
	mu   sync.Mutex
	rand *rand.Rand
}

// draw returns the next number, from 0 up to 1.
func (c *chance) draw() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rand.Float64()
}

// quirk returns how the account's switches stand.
func (a *Account) quirk() *quirk.Set { return a.quirks.Load() }

// Quirks returns how the switches for what the sources leave open stand. See package quirk.
func (a *Account) Quirks() quirk.Set { return *a.quirk() }

// SetQuirk sets a switch for what the sources leave open, from now on. See package quirk. The set
// is replaced as a whole, so a reader sees one state of all switches. The error is about an unknown
// name or value.
func (a *Account) SetQuirk(name, value string) error {
	a.mu.Lock()
	changed := *a.quirk()
	err := changed.Set(name, value)
	if err == nil {
		a.quirks.Store(&changed)
	}
	a.mu.Unlock()
	if err == nil && a.quirkSet != nil {
		a.quirkSet()
	}
	return err
}

// Removed is how many things [Account.Reset] removed.
type Removed struct {
	Messages  int `json:"messages"`
	Webhooks  int `json:"webhooks"`
	Requests  int `json:"requests"`
	Alerts    int `json:"alerts"`
	Rules     int `json:"rules"`
	Handsets  int `json:"handsets"`
	Scheduled int `json:"scheduled"`
}

// Reset removes messages, webhooks, requests, alerts, rules, handsets and everything scheduled, and
// returns how many there were. Numbers and bins stay. Messages that are on their way end there:
// each compares its own count of resets with the account's before it goes on.
func (a *Account) Reset() Removed {
	// First, so that work in progress schedules nothing after its schedule was dropped.
	a.mu.Lock()
	a.resets++
	a.mu.Unlock()
	removed := Removed{
		Messages: a.Journal.Count(journal.Messages), Webhooks: a.Journal.Count(journal.Webhooks),
		Requests: a.Journal.Count(journal.Requests), Alerts: a.Journal.Count(journal.Alerts),
		Rules: len(a.Rules.List()), Scheduled: a.schedule.Drop(),
	}
	a.Rules.Reset()
	a.hooks.ForgetCookies(a.SID)
	removed.Handsets = a.Directory.Reset()
	a.mu.Lock()
	a.pairs = map[pair][]int64{}
	a.deleted.Clear()
	a.hinted.Clear()
	a.waiting = nil
	a.due, a.dueCount = nil, 0
	a.windows.Clear()
	a.spoil, a.valid = "", nil
	a.mu.Unlock()
	a.Journal.Clear()
	a.eachProduct(Product.Reset)
	a.Journal.Append(journal.Event{Type: journal.Cleared}, "", nil)
	return removed
}
