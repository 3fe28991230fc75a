package testscript

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"twilsim/simulator/journal"
)

// Outcome is how a scenario ended.
type Outcome string

// The outcomes of a scenario.
const (
	Passed  Outcome = "ok"
	Failed  Outcome = "FAIL"
	Skipped Outcome = "skip"
)

// Result is one run of one scenario.
type Result struct {
	Scenario
	Outcome Outcome
	Reason  string        // why it was skipped
	Time    time.Duration // real
	Virtual time.Duration // how far its clock went
	Account string
	Seed    uint64
	Phases  []Phase
	Log     string // of the phase that failed, or of all when verbose
	Line    int    // of the failure, from 1; 0 when it passed
	Failure string // the failure in words
	Saw     string // the callbacks that the app got, in order
	Work    string // the directory that was kept; "" for none
}

// Phase is one part of a scenario.
type Phase struct {
	Title   string
	Line    int // from 1
	Time    time.Duration
	Outcome Outcome // Skipped when an earlier phase failed
}

// Summary adds up the results of a run.
type Summary struct {
	Passed, Failed, Skipped int
	NotRun                  int // after the first failure, or because the run was interrupted
	Time                    time.Duration
	Virtual                 time.Duration
	Seed                    uint64
	Parallel                int
}

func (s *Summary) add(r Result) {
	switch r.Outcome {
	case Passed:
		s.Passed++
	case Failed:
		s.Failed++
	default:
		s.Skipped++
	}
	s.Virtual += r.Virtual
}

// String returns the summary's line, but for its first word.
func (s Summary) String() string {
	n := s.Passed + s.Failed + s.Skipped
	text := fmt.Sprintf("%d scenarios: %d passed, %d failed", n, s.Passed, s.Failed)
	if n == 1 {
		text = "1 scenario"
	}
	if s.Skipped > 0 {
		text += fmt.Sprintf(", %d skipped", s.Skipped)
	}
	if s.NotRun > 0 {
		text += fmt.Sprintf(", %d not run", s.NotRun)
	}
	return fmt.Sprintf("%s   %.2fs   v %s   seed %d   parallel %d", text, s.Time.Seconds(), short(s.Virtual), s.Seed, s.Parallel)
}

// short prints a virtual time in whole seconds where it has them: 4s, 1.5s, 720h0m0s.
func short(d time.Duration) string {
	if d < time.Hour {
		return strconv.FormatFloat(d.Seconds(), 'g', 4, 64) + "s"
	}
	return d.String()
}

var (
	failLine  = regexp.MustCompile(`(?m)^FAIL: (.*?):(\d+): (?s:(.*))\z`)
	phaseTime = regexp.MustCompile(`^# ?(.*) \((\d+\.\d+)s\)$`)
)

// read takes the engine's log apart.
func (r *Result) read(j job, t *recorder, verbose int) {
	log := t.log.String()
	if verbose == 1 {
		_, log, _ = strings.Cut(log, "\n\n") // the environment, which the engine prints before the first phase
	}
	r.Log = plain(strings.TrimSuffix(log, "PASS\n"))
	switch {
	case t.skipped:
		r.Outcome, r.Reason = Skipped, t.reason
	case t.failed, t.ended != nil:
		r.Outcome = Failed
		r.fail(j, t)
	default:
		r.Outcome = Passed
	}
	r.Phases = phases(j.script, log, r)
}

// plain shows control characters and marks that reverse the text's direction as Go would write them: what an app prints
// or a message holds must not reach a terminal raw.
func plain(s string) string {
	var b strings.Builder
	for _, c := range s {
		if c == '\n' || c == '\t' || !unicode.In(c, unicode.Cc, unicode.Bidi_Control) {
			b.WriteRune(c)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(c)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}

func (r *Result) fail(j job, t *recorder) {
	if m := failLine.FindStringSubmatch(t.log.String()); m != nil {
		r.Line, _ = strconv.Atoi(m[2]) // digits by the expression
		r.Failure = strings.TrimSpace(m[3])
	}
	if t.ended != nil {
		r.Line, r.Failure = j.script.lastLine(), t.ended.Error()
		r.Log += r.Failure + "\n"
	}
	r.Log = strings.ReplaceAll(r.Log, "FAIL: "+j.file+":"+strconv.Itoa(r.Line)+": ", "")
}

// phases gives each phase its time and outcome.
func phases(s *script, log string, r *Result) []Phase {
	times := phaseTimes(log)
	var all []Phase
	for i, p := range s.phases {
		phase := Phase{Title: p.title, Line: p.line, Outcome: Passed, Time: times[p.title]}
		next := 1 << 30
		if i+1 < len(s.phases) {
			next = s.phases[i+1].line
		}
		switch {
		case r.Outcome == Skipped:
			phase.Outcome = Skipped
		case r.Outcome == Failed && p.line <= r.Line && r.Line < next:
			phase.Outcome = Failed
		case r.Outcome == Failed && p.line > r.Line:
			phase.Outcome = Skipped
		}
		all = append(all, phase)
	}
	return all
}

func phaseTimes(log string) map[string]time.Duration {
	times := map[string]time.Duration{}
	for line := range strings.SplitSeq(log, "\n") {
		if m := phaseTime.FindStringSubmatch(line); m != nil {
			seconds, _ := strconv.ParseFloat(m[2], 64) // digits by the expression
			times[m[1]] = time.Duration(seconds * float64(time.Second))
		}
	}
	return times
}

// saw lists the callbacks that the app got.
func (w *world) saw() string {
	var seen []string
	for _, thing := range w.account.Journal.Things(journal.Webhooks) {
		x := thing.(*journal.Exchange)
		if x.Purpose != journal.Status || x.Dropped() {
			continue
		}
		seen = append(seen, fmt.Sprintf("v+%s %s %s", span(x.At.Sub(start)), x.Params().Get("MessageStatus"), httpStatus(x)))
	}
	return strings.Join(seen, "    ")
}
