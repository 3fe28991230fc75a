package messaging

import (
	"twilsim/simulator/fault"
)

// applyFaults applies the rules about webhooks to callbacks that are about to be sent, and returns
// those that leave now. Rules apply only once to a callback, not again after one has held it back.
// paused reports that the queue is paused from now on: the caller must stop sending, because
// the work that resumes it may be doing so already.
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

// faultsOf returns what a rule does to a callback. It counts the rule's use.
func (m *Message) faultsOf(job callbackJob) fault.List {
	f, a := m.Snapshot(), m.account
	w := callbackWebhook(f)
	a.mu.Lock()
	w.Alone = m.queue().last()
	a.mu.Unlock()
	return a.faultsOf(w, a.statusParams(f, job))
}

func callbackWebhook(f Snapshot) fault.Webhook {
	return fault.Webhook{Purpose: fault.Status, Method: f.Callback.Method, URL: f.Callback.URL}
}

// delay holds a callback back: until the next one was sent, by itself, or together with those
// behind it. It reports the last case, in which the queue is paused. Callbacks that leave together
// do not delay each other.
func (m *Message) delay(job callbackJob, together bool) (paused bool) {
	a, f, d := m.account, m.Snapshot(), departureOf(job.faults)
	a.recordHeld(job.faults, f.SID, callbackWebhook(f), string(job.status))
	a.mu.Lock()
	defer a.mu.Unlock()
	at := a.Clock.Now().Add(d.wait)
	if d.swapped { // until the next callback was sent, whenever that is
		m.queue().swap(job)
	} else if d.overtaken || m.queue().overlap || together {
		m.laterLocked(lateJob{at: at, what: lateSend, job: job})
	} else {
		m.queue().pause(job)
		m.laterLocked(lateJob{at: at, what: lateResume, job: job})
		paused = true
	}
	m.landedLocked(job.token) // it is not on its way, but waits
	return paused
}
