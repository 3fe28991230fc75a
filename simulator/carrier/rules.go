package carrier

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"twilsim/simulator/fault"
)

// Rules is the list of rules of an account. The first rule that matches decides. The zero Rules is
// empty and ready. It is safe for concurrent use.
type Rules struct {
	mu sync.Mutex
	// values: a caller's copy does not change when a use is counted
	rules []Rule
	last  int // the number of the newest ID; numbers are not used twice
	// changed is told of every change, with the lock held; nil is nobody
	changed func()
}

// Add appends a rule and returns it as it is kept: with the next ID (r1, r2 and so on) and not used
// yet.
func (l *Rules) Add(r Rule) Rule {
	l.mu.Lock()
	defer l.mu.Unlock()
	r = r.withID(l.nextIDLocked(), 0)
	l.rules = append(l.rules, r)
	l.changedLocked()
	return r
}

// AddFirst is Add in front of the other rules.
func (l *Rules) AddFirst(r Rule) Rule {
	l.mu.Lock()
	defer l.mu.Unlock()
	r = r.withID(l.nextIDLocked(), 0)
	l.rules = slices.Insert(l.rules, 0, r)
	l.changedLocked()
	return r
}

// withID returns the rule under another ID, which its faults name as well.
func (r Rule) withID(id string, used int) Rule {
	r.ID, r.Used, r.Faults = id, used, r.Faults.ForRule(id)
	return r
}

func (l *Rules) nextIDLocked() string {
	l.last++
	return "r" + strconv.Itoa(l.last)
}

// Change replaces the rule with this ID. The rule keeps its place, its ID and its count.
func (l *Rules) Change(id string, r Rule) (Rule, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, err := l.indexLocked(id)
	if err != nil {
		return Rule{}, err
	}
	l.rules[i] = r.withID(id, l.rules[i].Used)
	l.changedLocked()
	return l.rules[i], nil
}

// Disable lets the rule with this ID apply no more, or again if disabled is false.
func (l *Rules) Disable(id string, disabled bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, err := l.indexLocked(id)
	if err != nil {
		return err
	}
	l.rules[i].Disabled = disabled
	l.changedLocked()
	return nil
}

// Move moves the rule with this ID by so many places, up if by is below 0, but not over either end.
func (l *Rules) Move(id string, by int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, err := l.indexLocked(id)
	if err != nil {
		return err
	}
	r := l.rules[i]
	to := max(0, min(len(l.rules)-1, i+by))
	l.rules = slices.Insert(slices.Delete(slices.Clone(l.rules), i, i+1), to, r)
	l.changedLocked()
	return nil
}

func (l *Rules) indexLocked(id string) (int, error) {
	i := slices.IndexFunc(l.rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return 0, unknownRule(id, l.rules)
	}
	return i, nil
}

// Remove removes the rule with this ID.
func (l *Rules) Remove(id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, err := l.indexLocked(id)
	if err != nil {
		return err
	}
	l.rules = slices.Delete(l.rules, i, i+1)
	l.changedLocked()
	return nil
}

func unknownRule(id string, rules []Rule) error {
	if len(rules) == 0 {
		return fmt.Errorf("no rule %q, there are no rules", id)
	}
	var ids strings.Builder
	for _, r := range rules[:min(len(rules), 10)] {
		ids.WriteString(" " + r.ID)
	}
	if more := len(rules) - 10; more > 0 {
		fmt.Fprintf(&ids, " and %d more", more)
	}
	return fmt.Errorf("no rule %q, there are%s", id, ids.String())
}

// List returns the rules in their order.
func (l *Rules) List() []Rule {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.rules)
}

// Replace replaces all rules at once and returns the new ones as they are kept. A rule that has an
// ID keeps it and its count, so that a caller can reorder or shorten a List and put it back. The
// others get the next IDs.
func (l *Rules) Replace(rules []Rule) []Rule {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := slices.Clone(rules)
	seen := map[string]bool{}
	for i := range kept {
		n, err := strconv.Atoi(strings.TrimPrefix(kept[i].ID, "r"))
		// an ID that is not ours, such as r01, or that a rule before it has
		if id := kept[i].ID; err != nil || n < 1 || id != "r"+strconv.Itoa(n) || seen[id] {
			kept[i] = kept[i].withID("", 0)
			continue
		}
		seen[kept[i].ID] = true
		l.last = max(l.last, n)
	}
	for i := range kept {
		if kept[i].ID == "" {
			kept[i] = kept[i].withID(l.nextIDLocked(), 0)
		}
	}
	l.rules = kept
	l.changedLocked()
	return slices.Clone(kept)
}

// Reset removes all rules and counts from r1 again.
func (l *Rules) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rules, l.last = nil, 0
	l.changedLocked()
}

// Match returns the first rule that applies to m, and counts its use; false if none does. It skips
// rules that are used up. chance returns the next random number, at least 0 and below 1. It is
// called only for a rule with a chance whose other conditions match, so that the numbers do not
// depend on other messages, and it must not call the Rules.
func (l *Rules) Match(m Message, chance func() float64) (Rule, bool) {
	return l.first(chance, func(r *Rule) bool { return r.matches(m) })
}

// MatchBut is Match as if the rule with this ID did not exist.
func (l *Rules) MatchBut(m Message, id string, chance func() float64) (Rule, bool) {
	return l.first(chance, func(r *Rule) bool { return r.ID != id && r.matches(m) })
}

// Candidates returns the rules that may decide about m, in order: those with a chance, up to the
// first one without. It counts no use.
func (l *Rules) Candidates(m Message) []Rule {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []Rule
	for i := range l.rules {
		r := &l.rules[i]
		if r.idle() || !r.matches(m) {
			continue
		}
		found = append(found, *r)
		if r.Chance == 0 {
			break
		}
	}
	return found
}

// Races reports whether the first rule that is about m has race. It counts no use and ignores
// chance.
func (l *Rules) Races(m Message) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.rules, func(r Rule) bool { return !r.idle() && r.matches(m) })
	return i >= 0 && l.rules[i].Race
}

// Response returns the first rule about the API that applies to a request, as Match does for a
// message. path is that of the URL: /2010-04-01/Accounts/AC…/Messages.json.
func (l *Rules) Response(method, path string, chance func() float64) (Rule, bool) {
	return l.first(chance, func(r *Rule) bool { return r.matchesRequest(method, path) })
}

// Code returns the code of the first rule about codes of Verify that applies to a number, as Match
// does for a message, and whether one does.
func (l *Rules) Code(to string, chance func() float64) (string, bool) {
	r, ok := l.first(chance, func(r *Rule) bool { return r.Code != "" && fits(r.To, to) })
	return r.Code, ok
}

// AboutWebhooks reports whether any rule is about webhooks. Most accounts have none, and then the
// caller need not collect what such a rule would match.
func (l *Rules) AboutWebhooks() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.rules, func(r Rule) bool { return r.Webhook != "" })
}

// Faults returns the faults of the first rule about webhooks that applies to w, as Match does for a
// message; none if no rule does.
func (l *Rules) Faults(w fault.Webhook, chance func() float64) fault.List {
	r, _ := l.first(chance, func(r *Rule) bool { return r.matchesWebhook(w) })
	return r.Faults
}

// The order of the conditions matters: chance is drawn last, so that a rule that does not match
// uses up no random number and a change of one rule does not shift the chance of the others.
func (l *Rules) first(chance func() float64, matches func(*Rule) bool) (Rule, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.rules {
		r := &l.rules[i]
		if r.idle() || !matches(r) || (r.Chance > 0 && chance() >= r.Chance) {
			continue
		}
		r.Used++
		l.changedLocked()
		return *r, true
	}
	return Rule{}, false
}
