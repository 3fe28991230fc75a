package testscript

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

// parts is the engine's log of a script, taken apart: one for what stands before the first # line, one for each # line.
type parts []part

// part is a piece of a script, and what the log tells of it.
type part struct {
	heading  string // its # line; "" for what stands before the first
	line     int    // from 1
	commands int
	reached  bool
	log      []string
	failures []Failure
}

// echo is a line that the engine repeats in its log when it comes to it.
type echo struct {
	text     string
	part     int
	heading  bool
	compares bool // cmp or cmpenv, whose diff has its sides the other way round
	open     bool // exec or wait, whose output may end without ending its line
}

// transcript takes the log of a run of the script apart. file is what the engine took for the script's name.
func (s *script) transcript(log, file string) parts {
	all, echoes := s.echoes()
	r := logReader{parts: all, echoes: echoes, failed: regexp.MustCompile(`FAIL: ` + regexp.QuoteMeta(file) + `:(\d+): (.*)$`)}
	all[0].reached = true
	for line := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSuffix(log, "\n"), "\nPASS"), "\n") {
		r.read(line)
	}
	r.endCommand()
	return all
}

// echoes lists what the engine will repeat, in order.
func (s *script) echoes() (parts, []echo) {
	all, echoes := parts{{line: 1}}, []echo(nil)
	for i, text := range strings.Split(string(s.archive.Comment), "\n") {
		if strings.HasPrefix(text, "#") {
			if n := len(s.phases); n > 0 && i+1 > s.phases[n-1].line {
				break // the script is run up to here
			}
			all = append(all, part{heading: text, line: i + 1})
			echoes = append(echoes, echo{text: text, part: len(all) - 1, heading: true})
			continue
		}
		if words, err := splitWords(text); err != nil || len(words) == 0 {
			continue
		}
		if all[len(all)-1].commands++; len(all) == 1 && all[0].commands == 1 {
			all[0].line = i + 1
		}
		c, _, _ := parseCommand(text) // its words are good
		e := echo{text: "> " + text, part: len(all) - 1}
		if len(c.words) > 0 {
			e.compares = c.words[0] == "cmp" || c.words[0] == "cmpenv"
			e.open = c.words[0] == "exec" || c.words[0] == "wait"
		}
		echoes = append(echoes, e)
	}
	return all, echoes
}

// logReader goes through the log line by line.
type logReader struct {
	parts   parts
	echoes  []echo // those to come
	failed  *regexp.Regexp
	now     echo
	command []string // what the present command printed
	failure *Failure // that the present command is telling of
}

// headingTime is what the engine appends to a # line when the phase has ended.
var headingTime = regexp.MustCompile(` \(\d+\.\d+s\)$`)

func (r *logReader) read(line string) {
	if i := r.seam(line); i > 0 {
		r.read(line[:i])
		line = line[i:]
	}
	if len(r.echoes) > 0 {
		next := r.echoes[0]
		if line == next.text || next.heading && headingTime.ReplaceAllString(line, "") == next.text {
			r.endCommand()
			r.echoes, r.now = r.echoes[1:], next
			r.parts[next.part].reached = true
			if !next.heading {
				r.command = append(r.command, line)
			}
			return
		}
	}
	if m := r.failed.FindStringSubmatch(line); m != nil && strings.HasPrefix(line, "FAIL: ") {
		r.endFailure()
		n, _ := strconv.Atoi(m[1]) // digits by the expression
		r.failure, line = &Failure{Line: max(n, 1), Text: m[2]}, m[2]
	} else if strings.HasPrefix(line, "[background] ") {
		r.endFailure()
	} else if r.failure != nil {
		r.failure.Text += "\n" + line
	}
	r.command = append(r.command, line)
}

// seam finds where the engine's own words begin in a line that a program has not ended; 0 where they do not.
func (r *logReader) seam(line string) int {
	if !r.now.open {
		return 0
	}
	if m := r.failed.FindStringIndex(line); m != nil {
		return m[0]
	}
	if len(r.echoes) > 0 && strings.HasSuffix(line, r.echoes[0].text) {
		return len(line) - len(r.echoes[0].text)
	}
	return 0
}

// endCommand puts what the present command printed into its part.
func (r *logReader) endCommand() {
	p := &r.parts[r.now.part]
	diff := ""
	if r.now.compares {
		r.command, diff = turnDiff(r.command)
	}
	if r.failure != nil && diff != "" {
		r.failure.Text += "\n" + diff
	}
	r.endFailure()
	p.log = append(p.log, r.command...)
	r.command = nil
}

func (r *logReader) endFailure() {
	if r.failure != nil {
		p := &r.parts[r.now.part]
		r.failure.Text = strings.TrimSpace(r.failure.Text)
		p.failures = append(p.failures, *r.failure)
		r.failure = nil
	}
}

// fail adds a failure that came up after the last line.
func (all parts) fail(f Failure) {
	at := 0
	for i, p := range all {
		if p.reached && p.commands > 0 {
			at = i
		}
	}
	all[at].failures = append(all[at].failures, f)
	all[at].log = append(all[at].log, f.Text)
}

// blame makes sure that a script which failed has a failure: the last part that was reached, where the log tells of none.
func (all parts) blame() {
	for _, p := range all {
		if len(p.failures) > 0 {
			return
		}
	}
	last := 0
	for i, p := range all {
		if p.reached {
			last = i
		}
	}
	text := strings.Join(all[last].log, "\n")
	all[last].failures = []Failure{{Line: all[last].line, Text: cmp.Or(text, "the scenario failed")}}
}

// phases makes the phases of the parts that have commands, with what the marks tell of them.
func phases(all parts, t *watch, r *Result) []Phase {
	var phases []Phase
	for i, p := range all {
		if p.commands == 0 && len(p.failures) == 0 {
			continue // a remark
		}
		phase := Phase{Line: p.line, Outcome: p.outcome(r.Outcome), Title: t.clean(strings.TrimSpace(strings.TrimLeft(p.heading, "#")))}
		for _, f := range p.failures {
			phase.Failures = append(phase.Failures, Failure{Line: f.Line, Text: t.clean(f.Text)})
		}
		if len(p.log) > 0 {
			phase.Log = t.clean(strings.Join(p.log, "\n") + "\n")
		}
		if phase.Outcome == Skipped {
			phase.Reason = skipReason(r)
		}
		if from, to, ok := t.span(i); ok {
			phase.Time, phase.Virtual = to.at.Sub(from.at), to.virtual-from.virtual
			if phase.Outcome == Failed && r.Printed == "" {
				if r.Printed, r.printedBefore = t.printed(from, to); tells(p.failures, r.Printed) {
					r.Printed = ""
				}
			}
		}
		phases = append(phases, phase)
	}
	return phases
}

// tells reports whether the failures have all lines of a text already.
func tells(failures []Failure, text string) bool {
	told := texts(failures)
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.Contains(told, strings.TrimSpace(line)) {
			return false
		}
	}
	return true
}

// outcome is how the part ended in a script that ended so.
func (p part) outcome(script Outcome) Outcome {
	switch {
	case len(p.failures) > 0:
		return Failed
	case script == Skipped || !p.reached:
		return Skipped
	}
	return Passed
}

// skipReason says why a phase was not run.
func skipReason(r *Result) string {
	switch r.Outcome {
	case Skipped:
		return r.Reason
	case Failed:
		return "an earlier phase failed"
	}
	return "the scenario stopped before it"
}
