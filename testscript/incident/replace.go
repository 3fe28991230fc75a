package incident

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"twilsim/simulator"
	"twilsim/simulator/address"
	"twilsim/simulator/segment"
)

// replacement replaces personal data: the same value by the same, whatever file it is from. The key
// is random and kept nowhere, so nobody can compute back from the digits of a number; that is why
// two calls give two scenarios.
type replacement struct {
	key    []byte
	owns   map[string]string // the account's numbers
	others map[string]string // handsets
	fixed  map[string]bool   // texts that the app sends to everybody
	keep   bool              // texts stay
	counts map[string]int    // how much was replaced, by kind
}

// newReplacement prepares the replacement for messages. A text that three people or more got is the
// app's own wording, says nothing about any of them and makes the scenario readable, so it stays.
func newReplacement(messages []*message, keep bool) *replacement {
	r := &replacement{key: make([]byte, 32), owns: map[string]string{}, others: map[string]string{},
		fixed: map[string]bool{}, keep: keep, counts: map[string]int{}}
	_, _ = rand.Read(r.key) // never fails
	to := map[string]map[string]bool{}
	for _, m := range messages {
		if m.inbound() {
			continue
		}
		if to[m.body] == nil {
			to[m.body] = map[string]bool{}
		}
		to[m.body][m.to] = true
	}
	for body, people := range to {
		r.fixed[body] = len(people) >= 3
	}
	return r
}

// own returns the number that stands for one of the account's. The first is the one that a
// scenario's account has from the start; the others are among those that are reserved for fiction.
func (r *replacement) own(number string) string {
	return r.number(r.owns, number, func(n int) string {
		if n == 0 {
			return simulator.DefaultPhoneNumber
		}
		return fmt.Sprintf("+1202555%04d", 180+n%20)
	})
}

// other returns the number that stands for a handset. The country stays, and with it the number's
// length. A number of another country keeps its first three digits.
func (r *replacement) other(number string) string {
	return r.number(r.others, number, func(n int) string {
		bare := address.Bare(number)
		if !strings.HasPrefix(bare, "+") || strings.HasPrefix(bare, "+1") {
			return fmt.Sprintf("+1202555%04d", 101+n%79)
		}
		return bare[:min(4, len(bare))] + r.digits(bare, len(bare)-4)
	})
}

// number returns what stands for a number; make makes the n-th. The prefix of a channel stays. A
// number with and without one is the same person.
func (r *replacement) number(known map[string]string, number string, make func(int) string) string {
	bare := address.Bare(number)
	if known[bare] == "" {
		known[bare] = make(len(known))
		r.counts["numbers"]++
	}
	return address.Prefix(number) + known[bare]
}

// digits returns n digits that depend on a value and the key.
func (r *replacement) digits(value string, n int) string {
	sum := r.sum(value)
	var b strings.Builder
	for i := range max(n, 0) {
		b.WriteByte('0' + sum[i%len(sum)]%10)
	}
	return b.String()
}

func (r *replacement) sum(value string) []byte {
	h := hmac.New(sha256.New, r.key)
	h.Write([]byte(value))
	return h.Sum(nil)
}

// lorem is what words become, letter by letter.
const lorem = "loremipsumdolorsitametconsecteturadipiscingelit"

// text returns what stands for a text: of the same length and alphabet, with as many segments.
// Segments decide about the price and about errors, so a text that would have another number of
// them becomes a row of letters instead. Words of opt-out stay, because they have an effect.
func (r *replacement) text(body string) string {
	keywords := []string{"STOP", "START", "HELP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT",
		"YES", "UNSTOP", "INFO"}
	if r.keep || r.fixed[body] || body == "" ||
		slices.Contains(keywords, strings.ToUpper(strings.TrimSpace(body))) {
		return body
	}
	r.counts["texts"]++
	digits, i := r.digits(body, len(body)), 0
	replaced := strings.Map(func(c rune) rune {
		i++
		switch {
		case unicode.IsDigit(c):
			return rune(digits[i%len(digits)])
		case !unicode.IsLetter(c):
			return c
		case c > unicode.MaxASCII:
			return c // in most languages one letter tells nothing
		case unicode.IsUpper(c):
			return unicode.ToUpper(rune(lorem[i%len(lorem)]))
		}
		return rune(lorem[i%len(lorem)])
	}, body)
	if segment.Of(replaced).Count() != segment.Of(body).Count() {
		return strings.Repeat("l", len([]rune(body)))
	}
	return replaced
}

// summary says what was replaced, by kind.
func (r *replacement) summary() string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(r.counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", r.counts[kind], kind))
	}
	return strings.Join(parts, ", ")
}
