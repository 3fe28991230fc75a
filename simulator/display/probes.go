package display

import (
	"strings"

	"twilsim/simulator/conform"
	"twilsim/simulator/terminal"
)

// Probes prints the probes whose answers differ, and how many there are of each verdict. It returns
// how many differ. Probes without a verdict are counted by reason, because one cause, such as
// missing credentials, usually has many of them.
func Probes(u *terminal.UI, results []conform.Result) (differ int, err error) {
	counts, reasons, order := map[conform.Verdict]int{}, map[string]int{}, []string{}
	for _, result := range results {
		counts[result.Verdict]++
		if result.Verdict == conform.Unknown {
			if reasons[result.Reason]++; reasons[result.Reason] == 1 {
				order = append(order, result.Reason)
			}
		}
		if err := printProbe(u, result); err != nil {
			return 0, err
		}
	}
	for _, why := range order {
		u.Progressf("unknown  %s: %s\n", terminal.Count(reasons[why], "probe"), why)
	}
	u.Progressf("%s: %d agree, %d differ, %d unknown\n", terminal.Count(len(results), "probe"),
		counts[conform.Agrees], counts[conform.Differs], counts[conform.Unknown])
	return counts[conform.Differs], nil
}

func printProbe(u *terminal.UI, result conform.Result) error {
	if u.JSON {
		return u.Encode(result)
	}
	if result.Verdict != conform.Differs && !u.Verbose {
		return nil
	}
	u.Printf("%-7s  %s  %s  %s\n",
		result.Verdict, strings.Join(result.Facts, " "), result.Probe, result.Request)
	for diff := range strings.Lines(result.Diff) {
		u.Printf("  %s\n", strings.TrimSuffix(diff, "\n"))
	}
	return nil
}
