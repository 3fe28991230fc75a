package explore

import (
	"fmt"
	"os"
	"strings"
	"testing"

	simscript "twilsim/testscript"
)

// TestSpace checks the table in the package comment: how large the space of each story is, and what
// a search with pairs does with it. Only the first row is searched unless the long suite is asked
// for, which prints the whole table if it is wrong.
func TestSpace(t *testing.T) {
	rows := []struct {
		name, story string
		change      func(*Shop)
		durable     bool
	}{
		{"order", orderStory, func(*Shop) {}, false},
		{"courier", courierStory, courier, false},
		{"durable", durableStory, courier, true},
		{"order, the last status wins", orderStory, func(s *Shop) { s.LastWins = true }, false},
		{"courier, copies are obeyed", courierStory, func(s *Shop) { courier(s); s.NoDedup = true },
			false},
	}
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	if !long() {
		rows = rows[:1]
	}
	var table strings.Builder
	for _, row := range rows {
		x := simscript.Exploration{Options: simscript.Options{
			Handler: handler(row.change, row.durable)}, Depth: 2}
		r, err := x.Search(t.Context(), write(t, "space", row.story))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&table, "//\t%-28s%7d%7d%8d%7d%7d%7d%7d%9d\n", row.name, r.Singles, r.Pairs,
			r.ShowedUp, r.Run, r.Equal, r.Masked, r.Left, len(r.Findings))
	}
	for _, line := range strings.SplitAfter(table.String(), "\n") {
		if !strings.Contains(string(doc), line) {
			t.Fatalf("the package comment does not have\n%s", table.String())
		}
	}
}
