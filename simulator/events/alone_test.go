package events

import "testing"

// TestAloneRemoved asks about a delivery that a reset removed after its attempt began.
func TestAloneRemoved(t *testing.T) {
	s := &State{waiting: map[string]*delivery{"2": {Number: 2, Sink: "DG2"}}}
	if !s.alone("1", "DG1") {
		t.Error("another sink's delivery counts")
	}
}
