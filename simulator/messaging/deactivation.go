package messaging

import (
	"slices"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
)

// DeactivationPath is where the simulator serves the numbers of a day; the day follows.
const DeactivationPath = "/deactivations/"

// DeactivationURL returns the address of the file with the numbers of a day (F-617).
func (a *Account) DeactivationURL(day time.Time) string {
	return a.publicURL() + DeactivationPath + a.SID + "/" + day.Format(time.DateOnly)
}

// Deactivations returns the numbers that were put into the state gone on a day of the account's
// time, in their order, as far as the journal remembers.
func (a *Account) Deactivations(day time.Time) []string {
	events, _ := a.Journal.Events(0)
	var numbers []string
	for _, e := range events {
		words := strings.Fields(e.Note)
		if e.Type == journal.Changed && len(words) == 3 && words[0] == "phone" &&
			words[2] == string(carrier.HandsetGone) &&
			e.At.UTC().Format(time.DateOnly) == day.Format(time.DateOnly) {
			numbers = append(numbers, words[1])
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}
