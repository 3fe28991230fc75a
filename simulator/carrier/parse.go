package carrier

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/errcode"
	"twilsim/simulator/suggest"
)

// ParseScript reads a script, as the package comment describes it. Any error is a [*ScriptError].
// It does not check whether Twilio's messages can make these changes; [Script.Check] does.
func ParseScript(s string) (Script, error) {
	p := parser{src: s}
	script := make(Script, 0, 1+strings.Count(s, ","))
	var before time.Duration
	callbacks := 0
	for {
		start := p.pos
		step, err := p.step(before)
		if err != nil {
			return nil, err
		}
		if callbacks += step.Copies; callbacks > maxCallbacks {
			return nil, p.fail(start, fmt.Sprintf("more than %d callbacks for one message",
				maxCallbacks),
				"fewer steps or copies")
		}
		script = append(script, step)
		before = step.At
		if p.pos == len(s) {
			return script, nil
		}
		if !p.take(',') { // the only mark that can stop step here is a ~ behind the status
			return nil,
				p.fail(p.pos, fmt.Sprintf("%q in the middle of a step", p.src[p.pos:p.pos+1]),
					"~ in front of the status")
		}
	}
}

// marks end a word and open the next part of a step.
const marks = ",~:@>*"

// parser reads from left to right and never back, so every error has the offset at which reading
// stopped.
type parser struct {
	src string
	pos int
}

func (p *parser) fail(offset int, what, try string) *ScriptError {
	return &ScriptError{Script: p.src, Offset: offset, What: what, Try: try}
}

// take skips c and returns true if c is next.
func (p *parser) take(c byte) bool {
	if p.pos < len(p.src) && p.src[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

// word reads up to the next mark or the end; it may be empty.
func (p *parser) word() string {
	rest := p.src[p.pos:]
	if end := strings.IndexAny(rest, marks); end >= 0 {
		rest = rest[:end]
	}
	p.pos += len(rest)
	return rest
}

// parts has the offset of each part of a step, without its mark; 0 if the part is absent. No part
// can stand at offset 0, where the status is.
type parts struct{ code, at, send, copies int }

func (s *parts) of(mark byte) *int {
	switch mark {
	case ':':
		return &s.code
	case '@':
		return &s.at
	case '>':
		return &s.send
	}
	return &s.copies
}

func (p *parser) step(before time.Duration) (Step, error) {
	var seen parts
	step := Step{Lost: p.take('~'), At: before + stepGap, Copies: 1}
	if err := p.status(&step); err != nil {
		return Step{}, err
	}
	for p.pos < len(p.src) && strings.IndexByte(":@>*", p.src[p.pos]) >= 0 {
		if err := p.part(&step, &seen); err != nil {
			return Step{}, err
		}
	}
	// behind the loop, because @ may stand behind > or be absent
	if seen.send == 0 {
		step.Send = step.At
	}
	if seen.code == 0 {
		step.Code = usualCode(step.Status)
	}
	return step, p.order(step, seen, before)
}

func (p *parser) status(step *Step) error {
	start := p.pos
	word := p.word()
	if slices.Contains(scriptable, Status(word)) {
		step.Status = Status(word)
		return nil
	}
	switch {
	case word == "":
		return p.fail(start, "a status is missing", "one of "+wordList(scriptable))
	case Status(word).Known():
		return p.fail(start, fmt.Sprintf("a script cannot set the status %s", word),
			"one of "+wordList(scriptable))
	}
	return p.fail(start, fmt.Sprintf("unknown status %q", word), nearStatus(word))
}

// nearStatus returns what to try instead of an unknown status: the most similar one, and all.
func nearStatus(word string) string {
	if near := suggest.Nearest(word, stringsOf(scriptable)); near != "" {
		return fmt.Sprintf("%s   (statuses: %s)", near, wordList(scriptable))
	}
	return "one of " + wordList(scriptable)
}

// part reads a mark and the word behind it.
func (p *parser) part(step *Step, seen *parts) error {
	mark := p.src[p.pos]
	p.pos++
	start := p.pos
	if *seen.of(mark) != 0 {
		return p.fail(start-1, fmt.Sprintf("a second %q in one step", string(mark)),
			"each part once")
	}
	*seen.of(mark) = start
	word := p.word()
	var err *ScriptError
	switch mark {
	case ':':
		step.Code, err = p.code(start, word)
	case '@':
		step.At, err = p.time(start, word)
	case '>':
		step.Send, err = p.time(start, word)
	case '*':
		step.Copies, err = p.copies(start, word)
	}
	if err != nil {
		return err
	}
	return nil
}

func (p *parser) code(start int, word string) (int, *ScriptError) {
	code, err := strconv.Atoi(word)
	if err != nil || len(word) != 5 || code < 10000 {
		return 0, p.fail(start, fmt.Sprintf("%q is not a code of five digits", word),
			nearCode(word))
	}
	if _, ok := errcode.Lookup(code); !ok {
		return 0, p.fail(start, fmt.Sprintf("unknown error code %d", code), nearCode(word))
	}
	return code, nil
}

// nearCode returns what to try instead of an unknown code, among the codes with which a delivery
// can end: those that are spelled most alike, or else all, and of them the one whose digits are the
// nearest keys, then the nearest number.
func nearCode(word string) string {
	var codes []string
	for row := range errcode.All() {
		if row.Final != "" {
			codes = append(codes, strconv.Itoa(row.Code))
		}
	}
	alike := suggest.Closest(word, codes)
	if _, err := strconv.Atoi(word); len(alike) == 0 && err == nil && len(word) == 5 &&
		word[0] != '+' {
		alike = codes
	}
	if len(alike) == 0 {
		return "a code of five digits, as 30003"
	}
	want, _ := strconv.Atoi(word) // a word that is not a number is as far from all numbers
	number := func(text string) int {
		code, _ := strconv.Atoi(text) // it came from a number
		return code
	}
	near := number(slices.MinFunc(alike, func(a, b string) int {
		x, y := number(a)-want, number(b)-want
		return cmp.Or(keysApart(word, a)-keysApart(word, b), max(x, -x)-max(y, -y))
	}))
	return fmt.Sprintf("%d   (%s)", near, errcode.Title(near))
}

// keysApart is how many keys the digits of two codes are apart, on a keyboard where 0 is beside 9:
// a slip of the finger types 30093 for 30003. It is 0 for words that differ in length.
func keysApart(a, b string) int {
	if len(a) != len(b) {
		return 0
	}
	key := func(digit byte) int { return (int(digit-'0') + 9) % 10 }
	apart := 0
	for i := range a {
		apart += max(key(a[i])-key(b[i]), key(b[i])-key(a[i]))
	}
	return apart
}

func (p *parser) time(start int, word string) (time.Duration, *ScriptError) {
	d, err := clock.ParseDuration(word)
	switch {
	case err == nil:
		return d, nil
	case word == "":
		return 0, p.fail(start, "a time is missing", "2s, or 500ms, 1h30m, 30d")
	case errors.Is(err, clock.ErrNoUnit):
		return 0, p.fail(start, fmt.Sprintf("%q has no unit", word), word+"s")
	}
	return 0, p.fail(start, fmt.Sprintf("%q is not a time", word),
		"a number and its unit: 500ms, 2s, 1h30m, 30d (the longest: 3650d)")
}

const (
	// maxCopies keeps a typing mistake from flooding the app.
	maxCopies = 100
	// maxCallbacks is the same for all steps of a script.
	maxCallbacks = 1000
)

func (p *parser) copies(start int, word string) (int, *ScriptError) {
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 || n > maxCopies || word[0] == '+' {
		return 0, p.fail(start, fmt.Sprintf("%q is not a number of copies", word), "1 to 100")
	}
	return n, nil
}

// order refuses a step that is earlier than the previous one, and a callback that leaves before its
// status changes.
func (p *parser) order(step Step, seen parts, before time.Duration) error {
	if step.At < before {
		return p.fail(seen.at, fmt.Sprintf("@%s is earlier than the step before it, at %s",
			clock.FormatDuration(step.At), clock.FormatDuration(before)),
			"@"+clock.FormatDuration(before)+" or later, or the steps in the order of their time")
	}
	if step.Send < step.At {
		return p.fail(seen.send,
			fmt.Sprintf("the callback leaves at %s, before the status changes at %s",
				clock.FormatDuration(step.Send), clock.FormatDuration(step.At)),
			">"+clock.FormatDuration(step.At)+" or later")
	}
	return nil
}

func stringsOf[T ~string](words []T) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}

func wordList[T ~string](words []T) string { return strings.Join(stringsOf(words), " ") }
