package testscript

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/carrier"
	"twilsim/simulator/messaging"
	"twilsim/testscript/explore"
)

// createRequest is a request that makes a message.
type createRequest struct {
	name     string
	to, body string
	sid      string // "" if it was refused
	stopped  bool   // the app had received the recipient's STOP before
}

// Request says what happens to a request to the API. It is called before the request is carried
// out. What the app is told about its request belongs to what it has received, so that is noted at
// the end.
func (d *director) Request(method, path string, form url.Values) messaging.RequestPlan {
	path, form = d.usual(path), d.usualForm(form)
	spoiled := "answered"
	// What the text says may differ from run to run, and tells the app nothing.
	if d.quiet.requested("asks " + method + " " + path + " " + form.Get("To")) {
		d.mu.Lock()
		d.calls = append(d.calls, apiCall{d.cause, method, path, form})
		d.mu.Unlock()
		defer func() {
			d.history.asks(method, path, form, spoiled)
			d.quiet.pass(spoiled)
		}()
	}
	if method != http.MethodPost ||
		!strings.HasSuffix(strings.TrimSuffix(path, ".json"), "/Messages") {
		return messaging.RequestPlan{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	c := &createRequest{to: form.Get("To"), body: form.Get("Body")}
	c.name = d.nameCreateLocked(c)
	c.stopped = d.stopped[c.to+" "+form.Get("From")]
	d.creates = append(d.creates, c)
	d.points = append(d.points,
		explore.Point{Name: c.name, Kind: explore.Create, Handset: c.to, Final: "delivered"})
	plan := messaging.RequestPlan{Answering: func(string) { d.answering(c) }}
	deviation, ok := d.atLocked(c.name, explore.Busy, explore.Broken, explore.Reset, explore.Lost,
		explore.Refused)
	if !ok {
		return plan
	}
	spoiled = deviation.String()
	plan.Respond = &carrier.Response{
		Reset: deviation.What == explore.Reset, Lost: deviation.What == explore.Lost,
	}
	plan.Respond.Status, _ = strconv.Atoi(deviation.What) // 429 and 500
	plan.Respond.Code, _ = strconv.Atoi(deviation.Detail) // of refused
	return plan
}

// usualForm is usual for parameters.
func (d *director) usualForm(form url.Values) url.Values {
	if d.world.handsets == nil {
		return form
	}
	other := url.Values{}
	for name, values := range form {
		for _, value := range values {
			other.Add(name, d.usual(value))
		}
	}
	return other
}

// nameCreateLocked returns the point of a create: the next one of the baseline with the same To and
// Body, else a retry of the last one of these, else the next one to the same handset, else a new
// one.
func (d *director) nameCreateLocked(c *createRequest) string {
	if d.memory == nil {
		// An app may send one text twice on purpose: it is a retry only if the first one failed.
		for _, other := range d.creates {
			_, spoiled := d.schedule.At(other.name, explore.Busy, explore.Broken, explore.Reset,
				explore.Lost, explore.Refused)
			if other.to == c.to && other.body == c.body && (spoiled || other.sid == "") {
				return d.retryNameLocked(other.name)
			}
		}
		return d.newNameLocked(explore.Create)
	}
	used := func(name string) bool {
		return slices.ContainsFunc(d.creates, func(o *createRequest) bool { return o.name == name })
	}
	last := ""
	for _, b := range d.memory.creates {
		if b.to != c.to || b.body != c.body {
			continue
		}
		if !used(b.name) {
			return b.name
		}
		last = b.name
	}
	if last != "" {
		return d.retryNameLocked(last)
	}
	for _, b := range d.memory.creates {
		if b.to == c.to && !used(b.name) && d.memory.volatile[b.name] {
			return b.name
		}
	}
	return d.newNameLocked(explore.Create)
}

// retryNameLocked returns the name of one more create like that with a name: create1~2.
func (d *director) retryNameLocked(name string) string {
	name, _, _ = strings.Cut(name, "~")
	n := 1
	for _, c := range d.creates {
		if base, _, _ := strings.Cut(c.name, "~"); base == name {
			n++
		}
	}
	return fmt.Sprintf("%s~%d", name, n)
}

// answering does what is to happen while the app waits for the answer to a create. The request was
// carried out, and its answer is held until this returns.
func (d *director) answering(c *createRequest) {
	for _, deviation := range d.schedule {
		switch {
		case deviation.What == explore.AgainIn && deviation.Detail == c.name:
			d.inside(deviation, func() { d.repeat(deviation.Point) })
		case deviation.What == explore.In && deviation.Detail == c.name:
			d.inside(deviation, func() { d.textAhead(deviation.Point) })
		case deviation.Point != c.name || !deviation.In:
		case deviation.What == explore.Kill:
			d.killNow(deviation)
		default:
			d.inside(deviation, func() { d.addText(deviation, c.to) })
		}
	}
}
