package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/intercept"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// begin says where the traffic goes, and what is not as it was.
func (e *execution) begin() {
	u := e.c.ui
	account := e.env.simulator[0].value
	u.progressf("twilsim: *.twilio.com -> simulator (%s, account %s..%s), seed %d\n",
		strings.TrimPrefix(e.place.url, "http://"), account[:2], account[max(2, len(account)-4):], e.seed)
	if names := e.env.replaced(); len(names) > 0 {
		u.progressf("twilsim: %s replaced by the simulator's, for this command (--keep-credentials leaves them)\n",
			strings.Join(names, ", "))
	}
	if e.env.Trust.Roots == 0 {
		u.warnf("the system's own roots were not found, so the command trusts no host but Twilio's; SSL_CERT_FILE can name them")
	}
}

// findings are what happened while the command ran.
type findings struct {
	*intercept.Report
	direct   int // API requests that named the simulator itself
	messages int
	statuses map[string]int // of the messages
	ok       int            // webhooks
	failed   int
	alerts   []string
	serious  int // alerts that are no advice
}

// end says what happened, and makes of it the exit code.
func (e *execution) end(ctx context.Context, code int) error {
	f := &findings{Report: e.proxy.Report(), direct: int(e.direct.Load())}
	events, err := e.events(ctx)
	if err != nil {
		e.c.ui.warnf("the simulator does not say what happened: %s", err)
	}
	f.count(events)
	f.print(e.c.ui)
	if code == 0 {
		return e.options.verdict(f)
	}
	return &failure{code: code}
}

// verdict turns findings into a failure where --fail-on wants that.
func (o execOptions) verdict(f *findings) error {
	var found []string
	if f.serious > 0 && slices.Contains(o.failOn, "alert") {
		found = append(found, count(f.serious, "alert"))
	}
	if n := f.Refusals(); n > 0 && slices.Contains(o.failOn, "blocked") {
		found = append(found, count(n, "blocked request"))
	}
	if len(found) == 0 {
		return nil
	}
	return fail(exitNo, "the command succeeded, with %s (--fail-on)", strings.Join(found, " and "))
}

// events returns what the simulator's journal has about the command.
func (e *execution) events(ctx context.Context) ([]journal.Event, error) {
	if e.sim == nil {
		return e.eventsAttached(ctx)
	}
	var all []journal.Event
	for _, account := range e.sim.Accounts().List() {
		events, _ := account.Journal.Events(0)
		for i, event := range events {
			if thing, ok := account.Journal.Thing(journal.Alerts, event.Alert); ok && event.Type == journal.AlertRaised {
				events[i] = explained(event, thing.(*journal.Alert))
			}
		}
		all = append(all, events...)
	}
	return all, nil
}

// eventsAttached asks a simulator that runs for the events since the command began.
func (e *execution) eventsAttached(ctx context.Context) ([]journal.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, e.c.timeout)
	defer cancel()
	client := e.place.client()
	server, err := client.Server(ctx)
	if err != nil || server.LastEvent <= e.after {
		return nil, err
	}
	var all []journal.Event
	for event, err := range client.Events(ctx, e.after) {
		var lost *control.LostError
		switch {
		case errors.As(err, &lost):
			continue
		case err != nil:
			return all, err
		}
		if event.Type == journal.AlertRaised {
			if alert, err := client.Alert(ctx, event.Alert); err == nil {
				event = explained(event, alert)
			}
		}
		all = append(all, event)
		if event.ID >= server.LastEvent {
			break
		}
	}
	return all, ctx.Err()
}

// explained is the event of an alert with all that the alert says: a simulator that ends with its command shows it nowhere else.
func explained(event journal.Event, a *journal.Alert) journal.Event {
	event.Note = a.Code + " " + alertText(a.Title, a.Text)
	if a.Try != "" {
		event.Note += "   try: " + a.Try
	}
	return event
}

// count reads the events.
func (f *findings) count(events []journal.Event) {
	status := map[string]string{}
	for _, event := range events {
		switch event.Type {
		case journal.MessageReceived, journal.MessageCreated:
			f.messages++
			status[event.SID] = event.Status
		case journal.MessageStatus:
			if _, ours := status[event.SID]; ours {
				status[event.SID] = event.Status
			}
		case journal.WebhookAttempt:
			switch {
			case event.HTTP >= 200 && event.HTTP < 300:
				f.ok++
			case !event.Dropped():
				f.failed++
			}
		case journal.AlertRaised:
			f.alerts = append(f.alerts, event.Alert+" "+event.Note)
			if !advice(event.Note) {
				f.serious++
			}
		}
	}
	f.statuses = map[string]int{}
	for _, s := range status {
		f.statuses[s]++
	}
}

// advice reports whether an alert, which begins with its code, is a hint that fails nothing.
func advice(alert string) bool {
	code, _, _ := strings.Cut(alert, " ")
	return slices.ContainsFunc(messaging.Hints(), func(h messaging.Hint) bool { return h.Code == code && h.Level != journal.LevelError })
}

// print prints the block at the end.
func (f *findings) print(u *ui) {
	if f.silent() {
		u.progressf("twilsim: the command made no Twilio request; twilsim doctor --exec explains how SDKs are intercepted\n")
	}
	if f.Requests()+f.direct+f.messages+f.ok+f.failed > 0 {
		u.progressf("twilsim: %s%s, %s%s, %s%s, %s\n",
			count(f.Requests()+f.direct, "API request"), f.hosts(), count(f.messages, "message"), listed(f.statuses),
			count(f.ok+f.failed, "webhook"), listed(map[string]int{"ok": f.ok, "failed": f.failed}), count(len(f.alerts), "alert"))
	}
	for i, alert := range f.alerts {
		if i == maxAlerts {
			u.progressf("twilsim: and %s\n", count(len(f.alerts)-i, "alert"))
			break
		}
		u.progressf("twilsim: alert %s\n", alert)
	}
	f.printBlocked(u)
	for _, host := range f.Distrusted {
		u.progressf("twilsim: %s to %s ended without a request: most often because the command does not trust the local CA\n",
			count(host.Count, "connection"), host.Name)
	}
	if len(f.Tunnelled) > 0 {
		u.progressf("twilsim: let out%s\n", listed(countsOf(f.Tunnelled)))
	}
}

// silent reports whether nothing was asked of Twilio, which who runs tests would not notice.
func (f *findings) silent() bool {
	asked := slices.ContainsFunc(f.Blocked, func(b intercept.Blocked) bool { return b.Reason == intercept.NotSimulated })
	return !asked && f.Requests()+f.direct+len(f.Distrusted) == 0
}

// maxAlerts is how many alerts are printed.
const maxAlerts = 10

func (f *findings) hosts() string {
	counts := countsOf(f.Intercepted)
	if f.direct > 0 {
		counts["the simulator's own address"] = f.direct
	}
	return listed(counts)
}

func countsOf(hosts []intercept.Host) map[string]int {
	counts := map[string]int{}
	for _, host := range hosts {
		counts[host.Name] = host.Count
	}
	return counts
}

// listed writes counts between brackets: (1 delivered, 2 sent); nothing where all are zero.
func listed(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// printBlocked prints what was refused, on the same line where it is one request.
func (f *findings) printBlocked(u *ui) {
	if len(f.Blocked) == 0 {
		return
	}
	u.progressf("twilsim: blocked %s:", count(f.Refusals(), "request"))
	indent := " "
	if len(f.Blocked) > 1 {
		u.progressf("\n")
		indent = "  "
	}
	for _, b := range f.Blocked {
		times := ""
		if b.Count > 1 {
			times = fmt.Sprintf("   %dx", b.Count)
		}
		u.progressf("%s%s %s   %s%s%s\n", indent, b.Method, b.URL, b.Reason, times, wayOut(b))
	}
}

// wayOut says how a request could go out. There is none for the products that are simulated.
func wayOut(b intercept.Blocked) string {
	if intercept.Simulated(b.Host) {
		return ""
	}
	return " (--allow-host " + b.Host + " lets it out)"
}
