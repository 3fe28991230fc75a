package messaging

import (
	"twilsim/simulator/fault"
)

// applyFaults has the rules about webhooks look at callbacks whose turn it is, and returns those that leave now. One that a rule has
// held back before is not looked at again. paused tells that the line waits from now on: whoever sends it must leave it alone, as
// resumeCallbacks may be sending it already.
func (m *Message) applyFaults(jobs []callbackJob) (leaving []callbackJob, paused bool) {
	if !m.account.Rules.AboutWebhooks() {
		return jobs, false
	}
	for _, job := range jobs {
		if len(job.faults) == 0 {
			job.faults = m.faultsOf(job)
			if !departureOf(job.faults).atOnce() {
				paused = m.delay(job, len(jobs) > 1) || paused
				continue
			}
		}
		leaving = append(leaving, job)
	}
	return leaving, paused
}

// faultsOf returns what a rule does to a callback.
func (m *Message) faultsOf(job callbackJob) fault.List {
	f, a := m.Snapshot(), m.account
	w := callbackWebhook(f)
	a.mu.Lock()
	w.Alone = m.callbacks.last()
	a.mu.Unlock()
	return a.faultsOf(w, a.statusParams(f, job))
}

func callbackWebhook(f Snapshot) fault.Webhook {
	return fault.Webhook{Purpose: fault.Status, Method: f.Callback.Method, URL: f.Callback.URL}
}

// delay keeps a callback back: for the next one, alone, or with the line behind it, which it reports. Callbacks that go out
// together are no line.
func (m *Message) delay(job callbackJob, together bool) (paused bool) {
	a, f, d := m.account, m.Snapshot(), departureOf(job.faults)
	a.recordHeld(job.faults, f.SID, callbackWebhook(f), string(job.status))
	a.mu.Lock()
	defer a.mu.Unlock()
	switch at := a.Clock.Now().Add(d.wait); {
	case d.swapped:
		m.callbacks.swap(job)
	case d.overtaken || m.callbacks.overlap || together:
		a.Clock.At(at, func() { m.sendOvertaken(job) })
	default:
		m.callbacks.pause(job)
		a.Clock.At(at, m.resumeCallbacks)
		return true
	}
	return false
}

// sendOvertaken sends a callback that others were to overtake.
func (m *Message) sendOvertaken(job callbackJob) {
	m.account.mu.Lock()
	m.callbacks.putBack(job)
	m.account.mu.Unlock()
	m.sendReady()
}

// resumeCallbacks sends the callback that the line has waited for, and the line.
func (m *Message) resumeCallbacks() {
	m.account.mu.Lock()
	m.callbacks.resume()
	m.account.mu.Unlock()
	m.sendReady()
}
