package testscript

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/fault"
	"twilsim/simulator/messaging"
	"twilsim/testscript/explore"
)

// Message says what happens to an outbound message that would follow the script. A plan without a
// script leaves the one that there is. Only the statuses of which the app is told are points.
func (d *director) Message(m messaging.Snapshot, script carrier.Script) messaging.MessagePlan {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := d.nameMessageLocked(m)
	d.names[m.SID] = name
	plan := messaging.MessagePlan{Patience: d.patience}
	if ends, ok := d.schedule.At(name, explore.Ends); ok && sends(script) {
		d.hit[ends.String()] = true
		script = timed(ends.Script())
		plan.Script = script
	}
	if m.Callback.URL == "" {
		d.notePointLocked(m, name, nil)
		return plan
	}
	usual := script
	script = slices.Clone(script)
	plan.Callbacks = make([]messaging.CallbackPlan, len(script))
	callbacks := 0
	for i, step := range script {
		if step.Lost || step.Status == carrier.Sending { // no callback, so there is no point (F-157)
			continue
		}
		callbacks++
		point := name + "." + string(step.Status)
		d.planCallbackLocked(point, script, i, &plan.Callbacks[i])
		if _, ok := d.atLocked(point, explore.Early); ok {
			plan.Early = callbacks
		}
	}
	if !slices.Equal(script, usual) {
		plan.Script = script
	}
	d.notePointLocked(m, name, script)
	return plan
}

// sends reports whether a script sends the message. Only then has the carrier a say in how it ends:
// a message that fails before, such as one to a customer who has opted out, must stay failed.
func sends(script carrier.Script) bool {
	return slices.ContainsFunc(script,
		func(s carrier.Step) bool { return s.Status == carrier.Sent })
}

// timed gives steps that have none the usual times: half a second after each other.
func timed(script carrier.Script) carrier.Script {
	for i := range script {
		if script[i].At == 0 {
			at := time.Duration(i+1) * 500 * time.Millisecond
			script[i].At, script[i].Send = at, at
		}
		script[i].Copies = max(script[i].Copies, 1)
	}
	return script
}

// planCallbackLocked applies the schedule to the callback of the i-th step. A deviation that needs
// a callback behind this one has no effect at the last, and does not count as played there.
func (d *director) planCallbackLocked(point string, script carrier.Script, i int,
	plan *messaging.CallbackPlan) {
	step, last := &script[i], script[len(script)-1]
	switch deviation, ok := d.schedule.At(point, explore.Twice, explore.Lost, explore.Cut,
		explore.Behind, explore.Last, explore.With); {
	case !ok:
	case deviation.What == explore.Twice:
		plan.Faults = fault.List{{Kind: fault.Duplicate, Copies: 2}}
	case deviation.What == explore.Lost:
		plan.Faults = fault.List{{Kind: fault.Drop}}
	case deviation.What == explore.Cut:
		plan.Faults = fault.List{{Kind: fault.Cut, Bytes: -1}}
	case i+1 == len(script): // nothing follows it
		return
	case deviation.What == explore.Behind: // the smallest time at which the next has left already
		step.Send = script[i+1].At + time.Millisecond
	case deviation.What == explore.Last:
		step.Send = last.At + deviation.Time()
	case deviation.What == explore.With:
		plan.Together = true
	}
	if deviation, ok := d.schedule.At(point, explore.Twice, explore.Lost, explore.Cut,
		explore.Behind, explore.Last, explore.With); ok {
		d.hit[deviation.String()] = true
	}
}

// nameMessageLocked returns the point of a message: of a reply the one that has the same place
// among the replies to the same text in the baseline, of any other that of its request. Neither
// SIDs nor times can name it: a deviation earlier in the run changes both.
func (d *director) nameMessageLocked(m messaging.Snapshot) string {
	if m.Direction != messaging.OutboundReply {
		for _, c := range d.creates {
			if c.sid == "" && c.to == d.usual(m.To) && c.body == d.usual(m.Body) {
				c.sid = m.SID
				return c.name
			}
		}
		return d.newNameLocked(explore.Create)
	}
	text := d.names[m.ReplyTo]
	d.replies[text]++
	key := fmt.Sprintf("%s/%d", text, d.replies[text])
	if d.memory == nil {
		name := d.newNameLocked(explore.Reply)
		d.replyTo[key] = name
		return name
	}
	if name, ok := d.memory.replyTo[key]; ok {
		return name
	}
	return d.newNameLocked(explore.Reply)
}

// notePointLocked notes a message and its callbacks as points. The point of a create was noted with
// its request; both get the final status here.
func (d *director) notePointLocked(m messaging.Snapshot, name string, script carrier.Script) {
	if m.Direction == messaging.OutboundReply {
		d.points = append(d.points,
			explore.Point{Name: name, Kind: explore.Reply, Handset: d.usual(m.To)})
	}
	for i := range d.points {
		if d.points[i].Name == name && len(script) > 0 {
			final := script[len(script)-1]
			d.points[i].Final = string(final.Status)
			if final.Code != 0 {
				d.points[i].Final += ":" + strconv.Itoa(final.Code)
			}
		}
	}
}
