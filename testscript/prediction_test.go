package testscript

import (
	"os"
	"strings"
	"testing"
	"time"

	"twilsim/testscript/explore"
)

// TestForesight checks that a search that starts the program only where it does not know what it
// does finds the same as one that always starts it.
func TestForesight(t *testing.T) {
	s := Scenario{Name: "shop", File: write(t, foresightStory)}
	search := func(noSkip bool) (string, *explore.Report) {
		x := Exploration{NoSkip: noSkip, Parallel: 2, Options: Options{App: []string{os.Args[0]},
			AppEnv: []string{appVar + "=known"}, Timeout: time.Minute}}
		report, err := x.Search(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := explore.WriteJSON(&b, []*explore.Report{report}); err != nil {
			t.Fatal(err)
		}
		return b.String(), report
	}
	got, skipping := search(false)
	want, all := search(true)
	if got != want {
		t.Errorf("%s\nwithout skipping:\n%s", got, want)
	}
	if skipping.Skipped == 0 || all.Skipped != 0 || len(all.Findings) == 0 {
		t.Errorf("skipped %d of %d, and %d of %d; %d findings", skipping.Skipped, skipping.Played,
			all.Skipped, all.Played, len(all.Findings))
	}
	t.Logf("skipped %d of %d", skipping.Skipped, skipping.Played)
}

// foresightStory has deviations that leave others without an effect: of a text that does not come,
// there is no reply.
var foresightStory = strings.ReplaceAll(shopStory, "explore only behind\nexplore only twice\n"+
	"explore only text+STOP\n", "explore only lost\nexplore only twice\nexplore only behind\n")
