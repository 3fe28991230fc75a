package testscript

import "strings"

// results makes the phases of the script, with what the steps and the marks of t say about them.
// Comments without commands are not phases. It also sets what the app printed in the phase that
// failed, unless the failure says that already.
func (s *script) results(steps []step, t *watch, r *Result) []Phase {
	stepsOf := make([][]step, len(s.phases))
	var all []Phase
	for _, one := range steps {
		if one.line == 0 { // the setup failed: no phase of the script has begun
			all = append(all, newPhase(phase{line: 1}, []step{one}, t, r))
			continue
		}
		i := s.phaseAt(one.line)
		stepsOf[i] = append(stepsOf[i], one)
	}
	for i, p := range s.phases {
		if len(p.commands) == 0 && len(stepsOf[i]) == 0 {
			continue
		}
		result := newPhase(p, stepsOf[i], t, r)
		if from, to, ok := t.span(i); ok {
			result.Time, result.Virtual = to.at.Sub(from.at), to.virtual-from.virtual
			if result.Outcome == Failed && r.Printed == "" {
				r.Printed, r.printedBefore = t.printed(from, to)
				if tells(result.Failures, r.Printed) {
					r.Printed = ""
				}
			}
		}
		all = append(all, result)
	}
	return all
}

// newPhase makes the result of a phase from its steps; without steps it was not reached.
func newPhase(p phase, steps []step, t *watch, r *Result) Phase {
	result := Phase{Line: p.line, Title: t.clean(p.title), Outcome: Passed}
	for _, s := range steps {
		result.Log += t.clean(s.log())
		if s.failed {
			failure := Failure{Line: max(s.line, 1), Text: t.clean(s.reason())}
			result.Failures = append(result.Failures, failure)
		}
	}
	switch {
	case len(result.Failures) > 0:
		result.Outcome = Failed
	case r.Outcome == Skipped || len(steps) == 0:
		result.Outcome, result.Reason = Skipped, skipReason(r)
	}
	return result
}

// tells reports whether the failures contain all lines of a text.
func tells(failures []Failure, text string) bool {
	told := texts(failures)
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.Contains(told, strings.TrimSpace(line)) {
			return false
		}
	}
	return true
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
