package main

import (
	"testing"

	"twilsim/simulator/display"
	"twilsim/simulator/journal"
)

func TestRepeats(t *testing.T) {
	for _, tt := range []struct {
		name  string
		codes []string
		want  string
	}{
		{"none", nil, ""},
		{"all different", []string{"11200", "12100", "SIM-4"}, ""},
		{"the most frequent first", []string{"12100", "11200", "SIM-4", "11200", "12100", "12100"},
			"   12100 x3   11200 x2   SIM-4 x1"},
		{"as frequent", []string{"SIM-1", "12100", "SIM-1", "12100"}, "   12100 x2   SIM-1 x2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var alerts []*journal.Alert
			for _, code := range tt.codes {
				alerts = append(alerts, &journal.Alert{Code: code})
			}
			if got := display.Repeats(alerts); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
