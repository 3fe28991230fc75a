package display

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"twilsim/simulator/child"
	"twilsim/simulator/intercept"
	"twilsim/simulator/terminal"
)

// Findings prints what happened while a command ran. It prints on standard error, because standard
// output is the command's.
type Findings struct{ *child.Report }

// Print prints the summary. A command that has caused nothing prints nothing, except for a hint if
// it was expected to.
func (f Findings) Print(u *terminal.UI) {
	if f.Silent() {
		u.Progressf("twilsim: the command made no Twilio request; twilsim doctor --exec explains " +
			"how SDKs are intercepted\n")
	}
	if f.Requests()+f.Direct+f.Messages+f.WebhooksOK+f.WebhooksFailed > 0 {
		u.Progressf("twilsim: %s%s, %s%s, %s%s, %s\n",
			terminal.Count(f.Requests()+f.Direct, "API request"), f.hosts(),
			terminal.Count(f.Messages,
				"message"), listed(f.Statuses),
			terminal.Count(f.WebhooksOK+f.WebhooksFailed,
				"webhook"), listed(map[string]int{"ok": f.WebhooksOK,
				"failed": f.WebhooksFailed}), terminal.Count(len(f.Alerts), "alert"))
	}
	for i, alert := range f.Alerts {
		if i == maxAlerts {
			u.Progressf("twilsim: and %s\n", terminal.Count(len(f.Alerts)-i, "alert"))
			break
		}
		u.Progressf("twilsim: alert %s\n", alert)
	}
	f.printBlocked(u)
	for _, host := range f.Distrusted {
		u.Progressf("twilsim: %s to %s ended without a request: most often the command does not "+
			"trust the local CA; twilsim doctor --exec -- CMD explains it\n",
			terminal.Count(host.Count, "connection"), host.Name)
	}
	if len(f.Tunnelled) > 0 {
		u.Progressf("twilsim: sent to other hosts%s\n", listed(countsOf(f.Tunnelled)))
	}
}

// maxAlerts is how many alerts the summary lists.
const maxAlerts = 10

func (f Findings) hosts() string {
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

// listed writes counts in parentheses: (1 delivered, 2 sent); "" if all are zero.
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

// printBlocked prints the refused requests, on the same line if there is only one.
func (f Findings) printBlocked(u *terminal.UI) {
	if len(f.Blocked) == 0 {
		return
	}
	u.Progressf("twilsim: blocked %s:", terminal.Count(f.Refusals(), "request"))
	indent := " "
	if len(f.Blocked) > 1 {
		u.Progressf("\n")
		indent = "  "
	}
	for _, b := range f.Blocked {
		times := ""
		if b.Count > 1 {
			times = fmt.Sprintf("   %dx", b.Count)
		}
		u.Progressf("%s%s %s   %s%s%s\n", indent, b.Method, b.URL, b.Reason, times, allowHint(b))
	}
}

// allowHint says how to allow a request, or what explains it. Nothing allows requests for products
// that are simulated.
func allowHint(b intercept.Blocked) string {
	switch {
	case b.Reason == intercept.NotResolved:
		return "; twilsim doctor --exec -- CMD explains it"
	case intercept.Simulated(b.Host):
		return ""
	}
	return " (--allow-host " + b.Host + " allows it)"
}
