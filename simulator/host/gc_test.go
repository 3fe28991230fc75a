package host

import "testing"

func TestGCPercent(t *testing.T) {
	for _, tt := range []struct {
		used uint64
		want int
	}{
		{0, 900}, {4 << 20, 900}, {smallHeap / 2, 100}, {smallHeap, 100}, {1 << 40, 100},
	} {
		got := gcPercent(tt.used)
		if got != tt.want {
			t.Errorf("%d bytes in use: %d %%, want %d %%", tt.used, got, tt.want)
		}
		if goal := tt.used + tt.used*uint64(got)/100; goal > max(smallHeap, 2*tt.used) {
			t.Errorf("%d bytes in use: the heap may grow to %d", tt.used, goal)
		}
	}
}
