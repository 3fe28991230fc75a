package messaging

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"twilsim/simulator/address"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/twiml"
)

// reply creates the message that a <Message> asks for, and hands it to the carrier. A reply that is
// not accepted raises an alert, and counts as carried out: a restart does not try it again.
func (r *run) reply(v *twiml.Message, exchange string) {
	inbound := r.message.Snapshot()
	f := Snapshot{
		From: cmp.Or(v.From, inbound.To), To: cmp.Or(v.To, inbound.From), // F-104, F-105
		Body: v.Body, Direction: OutboundReply, Status: carrier.Queued, // F-102, F-166
		ReplyTo: inbound.SID, Callback: callbackOf(v),
	}
	for _, url := range v.Media {
		f.Media = append(f.Media, Media{URL: url, ContentType: typeOf(url)})
	}
	a := r.account
	a.awaitPast() // for loops
	end := a.together()
	if !r.accepts(f, v, exchange) {
		r.message.updateRun(func(p *pendingRun) { p.Verbs = r.verb })
		end()
		return
	}
	m := a.newMessage(f)
	r.created(m)
	r.receipt.Replies = append(r.receipt.Replies, m)
	if a.looping(pair{f.From, f.To}) {
		r.warn(codeReplyLoop, fmt.Sprintf("more than %d replies in %s between %s and %s",
			loopReplies, loopTime, f.From, f.To),
			v.Pos, exchange)
		a.play(m, carrier.Script{{Status: carrier.Failed, Code: codeReplyLoop}},
			strconv.Itoa(codeReplyLoop), false)
		end()
		return
	}
	end()
	a.dispatch(m)
}

// created writes a reply into the journal, in the same moment as that its verb was carried out.
func (r *run) created(reply *Message) {
	a := r.account
	a.mu.Lock()
	defer a.mu.Unlock()
	a.Journal.Append(journal.Event{Type: journal.MessageCreated, SID: reply.ID(),
		Status: string(carrier.Queued)}, journal.Messages, reply)
	r.message.updateRunLocked(func(p *pendingRun) { p.Verbs, p.Replies = r.verb, p.Replies+1 })
}

// callbackOf returns where a reply's statuses are reported. If both attributes are given, it is
// action for a text and statusCallback for a message with media, which has historical reasons
// (F-108).
func callbackOf(v *twiml.Message) Callback {
	if v.Action == "" || len(v.Media) > 0 && v.StatusCallback != "" {
		// F-181: the attribute method is about action
		return Callback{URL: v.StatusCallback, Method: http.MethodPost}
	}
	return Callback{URL: v.Action, Method: v.Method} // F-107
}

// accepts checks what package twiml cannot check: limits of the whole run, and the account's
// numbers. It raises the alert itself if it does not accept the reply.
func (r *run) accepts(f Snapshot, v *twiml.Message, exchange string) bool {
	switch {
	case r.full:
	case r.replies+len(r.receipt.Replies) == twiml.MaxMessages:
		r.full = true
		r.warn(codeTooManyReplies, fmt.Sprintf("more than %d replies to one message; this one "+
			"and the rest are dropped", twiml.MaxMessages),
			v.Pos, exchange)
	case v.To != "" && !isReachable(f.To):
		r.warn(codeBadTo, "the reply would go to "+f.To+", which is not a valid phone number",
			v.Pos, exchange) // F-104
	case address.Prefix(f.To) != address.Prefix(f.From):
		r.warn(mismatch(v), "the reply would go from "+f.From+" to "+f.To+
			", which is an address of another channel", v.Pos, exchange) // F-229
	case f.To == f.From:
		r.warn(codeBadTo, "the reply would go from "+f.From+" to itself", v.Pos, exchange)
	case !r.account.owns(f.From):
		r.warn(codeBadFrom, f.From+" is not a number of this account", v.Pos, exchange)
	default:
		return true
	}
	return false
}

// isReachable reports whether a reply can go to an address: a number or a short code, with or
// without a channel's prefix.
func isReachable(to string) bool {
	_, ok := address.Normalize(to)
	return ok && !address.IsPremium(to) || address.IsShortCode(to)
}

// mismatch returns the code about the attribute that gives a reply an address of another channel.
func mismatch(v *twiml.Message) int {
	if v.To == "" {
		return codeBadFrom
	}
	return codeBadTo
}

// owns reports whether the account may send from the address: one of its numbers, or an
// alphanumeric sender, which needs no owner (F-105). The format of the address has been checked
// before.
func (a *Account) owns(from string) bool {
	if strings.ContainsFunc(from, unicode.IsLetter) && !strings.Contains(from, ":") {
		return true
	}
	_, ok := a.Number(address.Bare(from))
	return ok && (address.Prefix(from) == "" || address.Prefix(from) == address.WhatsApp ||
		address.IsAgent(from))
}

// pair is the sender and the recipient of replies.
type pair struct{ from, to string }

// The reply loop that Twilio breaks (F-101).
const (
	loopReplies = 30
	loopTime    = 30 * time.Second
	fewPairs    = 64 // below this it does not run
)

// looping counts a reply between two numbers and reports whether there were too many in too short a
// time. Only as many times are kept as it takes to tell.
func (a *Account) looping(p pair) bool {
	now := a.Clock.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	recent := a.pairs[p][:0]
	for _, at := range a.pairs[p] {
		if now.Sub(time.Unix(0, at)) < loopTime {
			recent = append(recent, at)
		}
	}
	recent = append(recent, now.UnixNano())
	a.pairs[p] = recent[max(0, len(recent)-loopReplies-1):]
	a.sweepLocked(now)
	return len(recent) > loopReplies
}

// sweepLocked forgets pairs without recent replies. It runs whenever the number of pairs has
// doubled since the last time, so that its cost per reply is constant.
func (a *Account) sweepLocked(now time.Time) {
	if len(a.pairs) <= max(a.sweep, fewPairs) {
		return
	}
	for p, times := range a.pairs {
		if now.Sub(time.Unix(0, times[len(times)-1])) >= loopTime {
			delete(a.pairs, p)
		}
	}
	a.sweep = 2 * len(a.pairs)
}
