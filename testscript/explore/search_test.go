package explore

import (
	"context"
	"sync"
	"testing"
)

// racer is an app that runs share, and that loses a race in each third run of two requests in
// flight together. It counts what it is asked to play.
type racer struct {
	batch int  // after how many runs it is checked; 0 for never
	good  bool // what the checks say

	mu           sync.Mutex
	open, most   int
	played       map[string]int // by schedule
	fresh, races int
}

func (r *racer) Play(_ context.Context, s Schedule) (*Run, error) {
	r.mu.Lock()
	r.open++
	r.most = max(r.most, r.open)
	r.played[s.String()]++
	run := &Run{Schedule: s, Door: s.String()}
	if s.Concurrent() {
		if r.races++; r.races%3 == 0 {
			run.Failures = []Failure{{Check: "K8", Place: "line 1", Text: "lost"}}
		}
	}
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.open--
	}()
	return run, nil
}

func (r *racer) Batch() int                          { return r.batch }
func (r *racer) Check(context.Context) (bool, error) { return r.good, nil }
func (r *racer) PlayFresh(ctx context.Context, s Schedule) (*Run, error) {
	r.mu.Lock()
	r.fresh++
	r.mu.Unlock()
	return r.Play(ctx, s)
}

// TestRepeats checks that a race is played until it is lost, several runs at once, but not more
// than the search may play, and that it is repeated as well if a batch of runs is played again.
func TestRepeats(t *testing.T) {
	story := Story{Points: []Point{{Name: "text1", Kind: Text, Handset: "+12025550142"}}}
	for _, good := range []bool{true, false} {
		r := &racer{batch: 5, good: good, played: map[string]int{}}
		s := &Search{Player: r, Scenario: "race", Depth: 1, Parallel: 3,
			Baseline: &Run{Door: "baseline", Story: story}, Limits: Limits{Only: []string{With}}}
		report, err := s.Do(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Findings) != 1 || report.Findings[0].Always {
			t.Errorf("%d findings, want one that is there sometimes", len(report.Findings))
		}
		if r.most > 3 {
			t.Errorf("%d runs at once, want 3 at most", r.most)
		}
		if again := report.Again > 0; again == good {
			t.Errorf("good %t: %d again", good, report.Again)
		}
		if n := r.played["text1=with:itself"]; n >= 4*repeatsSingle || r.fresh == 0 {
			t.Errorf("%d runs, %d with a fresh app", n, r.fresh)
		}
	}
}

// TestShardLeft checks that a machine that shares a search counts what the budget leaves as one
// that does not.
func TestShardLeft(t *testing.T) {
	story := Story{Points: []Point{{Name: "text1", Kind: Text}, {Name: "text2", Kind: Text}}}
	left := func(shard, shards int) int {
		s := &Search{Player: &racer{played: map[string]int{}}, Depth: 2, Budget: 8, Shard: shard,
			Shards: shards, Baseline: &Run{Door: "baseline", Story: story},
			Limits: Limits{Only: []string{Twice, Lost, Cut}}}
		report, err := s.Do(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return report.Left
	}
	want := left(0, 0)
	if one, two := left(1, 2), left(2, 2); want == 0 || one != want || two != want {
		t.Errorf("the parts leave %d and %d, want %d", one, two, want)
	}
}
