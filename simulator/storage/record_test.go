package storage

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/messaging"
)

var someRows = []messaging.Row{
	{Account: 1, Kind: "message", ID: "SM1", Place: 7, Pending: true, Value: []byte(`{"body":"hi"}`)},
	{Account: 2, Kind: messaging.RowEvents, Place: 1, Last: 9, Value: []byte{1, 2, 3}},
	{Account: 1, Kind: "bins", ID: "EH1"},
	{Account: 1, Kind: "media", ID: "SM1/ME1", Place: 7, Value: []byte{}},
}

func TestRecord(t *testing.T) {
	var r recorder
	first := bytes.Clone(r.encode(someRows))
	both := append(bytes.Clone(first), r.encode(someRows[:1])...)
	rows, rest, err := readRecord(nil, both)
	if diff := cmp.Diff(someRows, rows); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	rows, rest, err = readRecord(nil, rest)
	if diff := cmp.Diff(someRows[:1], rows); diff != "" || err != nil || len(rest) > 0 {
		t.Errorf("%v, %d bytes left (-want +got)\n%s", err, len(rest), diff)
	}
	for n := range first {
		if _, _, err := readRecord(nil, first[:n]); !errors.Is(err, errCut) {
			t.Errorf("the first %d bytes: %v", n, err)
		}
	}
	for i := range first {
		changed := bytes.Clone(first)
		changed[i] ^= 0x10
		if _, _, err := readRecord(nil, changed); err == nil {
			t.Errorf("a change of byte %d was not found", i)
		}
	}
	if _, _, err := readRecord(nil, make([]byte, 100)); !errors.Is(err, errCut) {
		t.Errorf("zeros: %v", err)
	}
}

// FuzzReadRecord checks that what is read of a log can be written and read again, and that nothing
// else than what was written is read.
func FuzzReadRecord(f *testing.F) {
	var r recorder
	f.Add(bytes.Clone(r.encode(someRows)))
	f.Add(bytes.Clone(r.encode(nil)))
	f.Add(make([]byte, 20))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, rest, err := readRecord(nil, data)
		if err != nil {
			return
		}
		if len(rest) > len(data)-recordHead {
			t.Fatalf("%d of %d bytes are left", len(rest), len(data))
		}
		again, left, err := readRecord(nil, new(recorder).encode(rows))
		if diff := cmp.Diff(rows, again); err != nil || diff != "" || len(left) > 0 {
			t.Errorf("%v, %d bytes left (-want +got)\n%s", err, len(left), diff)
		}
	})
}
