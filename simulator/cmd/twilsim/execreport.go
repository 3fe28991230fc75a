package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"twilsim/simulator/child"
	"twilsim/simulator/intercept"
)

// begin says where the traffic goes, and what is not as it was.
func (e *execution) begin() {
	u := e.c.ui
	account := e.session.Env.Simulator[0].Value
	u.progressf("twilsim: *.twilio.com -> simulator (%s, account %s..%s), seed %d\n",
		strings.TrimPrefix(e.place.url, "http://"), account[:2], account[max(2, len(account)-4):], e.session.Seed)
	if names := e.session.Env.Replaced(); len(names) > 0 {
		u.progressf("twilsim: %s replaced by the simulator's, for this command (--keep-credentials leaves them)\n",
			strings.Join(names, ", "))
	}
	if e.session.Env.Trust.Roots == 0 {
		u.warnf("the system's own roots were not found, so the command trusts no host but Twilio's; SSL_CERT_FILE can name them")
	}
}

// findings prints what happened while a command ran.
type findings struct{ *child.Report }

// end says what happened, and makes of it the exit code.
func (e *execution) end(ctx context.Context, code int) error {
	r, err := e.session.Report(ctx)
	if err != nil {
		e.c.ui.warnf("the simulator does not report what happened: %s", e.place.explain(err))
	}
	f := findings{r}
	f.print(e.c.ui)
	if code == 0 {
		return e.options.verdict(f)
	}
	return &failure{code: code}
}

// verdict turns findings into a failure where --fail-on wants that.
func (o execOptions) verdict(f findings) error {
	var found []string
	if f.Serious > 0 && slices.Contains(o.failOn, "alert") {
		found = append(found, count(f.Serious, "alert"))
	}
	if n := f.Refusals(); n > 0 && slices.Contains(o.failOn, "blocked") {
		found = append(found, count(n, "blocked request"))
	}
	if len(found) == 0 {
		return nil
	}
	return fail(exitNo, "the command succeeded, with %s (--fail-on)", strings.Join(found, " and "))
}

// print prints the block at the end.
func (f findings) print(u *ui) {
	if f.Silent() {
		u.progressf("twilsim: the command made no Twilio request; twilsim doctor --exec explains how SDKs are intercepted\n")
	}
	if f.Requests()+f.Direct+f.Messages+f.WebhooksOK+f.WebhooksFailed > 0 {
		u.progressf("twilsim: %s%s, %s%s, %s%s, %s\n",
			count(f.Requests()+f.Direct, "API request"), f.hosts(), count(f.Messages, "message"), listed(f.Statuses),
			count(f.WebhooksOK+f.WebhooksFailed, "webhook"), listed(map[string]int{"ok": f.WebhooksOK, "failed": f.WebhooksFailed}), count(len(f.Alerts), "alert"))
	}
	for i, alert := range f.Alerts {
		if i == maxAlerts {
			u.progressf("twilsim: and %s\n", count(len(f.Alerts)-i, "alert"))
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

// maxAlerts is how many alerts are printed.
const maxAlerts = 10

func (f findings) hosts() string {
	counts := countsOf(f.Intercepted)
	if f.Direct > 0 {
		counts["the simulator's own address"] = f.Direct
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
func (f findings) printBlocked(u *ui) {
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
