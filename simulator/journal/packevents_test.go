package journal

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func someEvents() []Event {
	at := time.Date(2026, 3, 1, 12, 0, 0, 5, time.UTC)
	return []Event{
		{ID: 1, At: at, Real: at.Add(time.Hour), Type: ResourceChanged, SID: "SM1", Status: "sent",
			ErrorCode: 30003, Rule: "rule r1", Exchange: "W1", Alert: "A1", HTTP: 200, Note: "é\x00"},
		{ID: 1 << 40, At: at, Real: at, Type: MessageReceived},
	}
}

func TestAppendEvents(t *testing.T) {
	events := someEvents()
	old, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{AppendEvents(nil, events), old} {
		got, err := UnpackEvents(data)
		if diff := cmp.Diff(events, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	packed := AppendEvents(nil, events)
	for n := range packed {
		if got, err := UnpackEvents(packed[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are %v", n, len(packed), got)
		}
	}
}

// FuzzUnpackEvents checks that what can be read is what would be written.
func FuzzUnpackEvents(f *testing.F) {
	f.Add(AppendEvents(nil, someEvents()))
	f.Add([]byte("[]"))
	f.Add([]byte{packedEvents, 200, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		events, err := UnpackEvents(data)
		if err != nil || len(events) == 0 {
			return
		}
		again, err := UnpackEvents(AppendEvents(nil, events))
		if diff := cmp.Diff(events, again); data[0] == packedEvents && (err != nil || diff != "") {
			t.Errorf("%v %s", err, diff)
		}
	})
}
