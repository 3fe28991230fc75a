package coverage

import (
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// verified finds out what became of the codes of Verify: its requests tell what the API answered,
// its verifications how each ended.
func (s Seen) verified(j *journal.Journal, checked map[string]bool) {
	approved := map[string]bool{} // recipients
	for _, thing := range j.Things(journal.Verifications) {
		to, _ := thing.Field("to")
		status, _ := thing.Field("status")
		switch status {
		case "approved":
			approved[to] = true
			s.add("verify/approved", checked[thing.ID()])
		case "expired":
			s.add("verify/expired", checked[thing.ID()])
		}
		s.add(useKey(verify), false)
	}
	for _, thing := range j.Things(journal.Requests) {
		x := thing.(*journal.Exchange)
		if x.Method == "POST" {
			s.asked(x, approved, checked[x.Name] || x.SID != "" && checked[x.SID])
		}
	}
	for _, thing := range j.Things(journal.Messages) {
		f := thing.(*messaging.Message).Snapshot()
		if f.From == "VERIFY" && (f.Status == "undelivered" || f.Status == "failed") {
			s.add("verify/lost", checked[f.SID])
		}
	}
}

// asked reads a request to Verify: one that sends a code, or one that checks it. Verify answers a
// code that was used and one that expired with the same 20404; which it was, the verification
// tells.
func (s Seen) asked(x *journal.Exchange, approved map[string]bool, checked bool) {
	start, check := strings.HasSuffix(x.Path(), "/Verifications"),
		strings.HasSuffix(x.Path(), "/VerificationCheck")
	if !start && !check {
		return
	}
	s.add(useKey(verify), false)
	switch code := errorCode(x); {
	case code == "60202":
		s.add("verify/checks", checked)
	case code == "60203":
		s.add("verify/sends", checked)
	case code == "60200":
		s.add("verify/invalid", checked)
	case code == "20404" && check:
		if approved[x.Params().Get("To")] {
			s.add("verify/again", checked)
		} else {
			s.add("verify/expired", checked)
		}
	case check && strings.Contains(x.ResponseBody, `"pending"`):
		s.add("verify/wrong", checked)
	}
}
