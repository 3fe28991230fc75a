package host

import "testing"

// TestQuiet checks that memory is given back once in each quiet time, and never while things
// happen.
func TestQuiet(t *testing.T) {
	activity, released := int64(0), 0
	q := &quiet{activity: func() int64 { return activity }, release: func() { released++ }}
	for i, tt := range []struct {
		happens int64
		want    int
	}{{1, 0}, {0, 0}, {0, 0}, {1, 0}, {0, 0}, {0, 0}, {0, 1}, {0, 1}, {0, 1}, {5, 1},
		{0, 1}, {0, 1}, {0, 2}} {
		activity += tt.happens
		if q.tick(); released != tt.want {
			t.Errorf("after tick %d: released %d times, want %d", i+1, released, tt.want)
		}
	}
}
