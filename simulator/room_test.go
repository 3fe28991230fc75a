package simulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestRoom fills an account with something that nothing else limits, until there is one clear
// error.
func TestRoom(t *testing.T) {
	s := &Server{}
	defer s.Close()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	s.room.limit = 1 << 20
	do := func(method, path, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	bin := func(n int) *httptest.ResponseRecorder {
		return do(http.MethodPut, fmt.Sprintf("/sim/v1/bins/b%d", n),
			`{"body":"<Response>`+strings.Repeat(" ", 10_000)+`</Response>"}`)
	}
	made := 0
	for ; made < 1000; made++ {
		if w := bin(made); w.Code == http.StatusInsufficientStorage {
			break
		} else if w.Code != http.StatusOK && w.Code != http.StatusCreated {
			t.Fatalf("bin %d: %d %s", made, w.Code, w.Body)
		}
	}
	if size := s.Accounts().Size(); made < 80 || made > 110 || size > s.room.limit {
		t.Errorf("%d bins of 10 kB were made, and there are %d bytes", made, size)
	}
	w := bin(made)
	if w.Code != http.StatusInsufficientStorage || !strings.Contains(w.Body.String(),
		"the accounts have more than 1 MiB of numbers") {
		t.Errorf("another bin: %d %s", w.Code, w.Body)
	}
	if w := do(http.MethodGet, "/sim/v1/bins", ""); w.Code != http.StatusOK {
		t.Errorf("GET: %d", w.Code)
	}
	for n := range 20 {
		if w := do(http.MethodDelete, fmt.Sprintf("/sim/v1/bins/b%d", n), ""); w.Code/100 != 2 {
			t.Fatalf("DELETE: %d %s", w.Code, w.Body)
		}
	}
	if w := bin(0); w.Code/100 != 2 {
		t.Errorf("after deletions: %d %s", w.Code, w.Body)
	}
}

// TestRoomIsMeasuredRarely checks that requests that add nothing do not fill the room.
func TestRoomIsMeasuredRarely(t *testing.T) {
	measured := 0
	r := &room{limit: 1 << 20, size: func() int64 { measured++; return 1000 }}
	for range 10_000 {
		if !r.take(100) {
			t.Fatal("there is no room")
		}
	}
	if measured < 3 || measured > 10 {
		t.Errorf("it was measured %d times", measured)
	}
}

// TestRoomLimits checks the last request for which there is room, and the last one before it is
// measured how much there is.
func TestRoomLimits(t *testing.T) {
	const limit, rest = 160_000, 10_000 // a sixteenth is left
	for _, tt := range []struct {
		name        string
		sent, used  int64 // before, and when it is measured
		bytes       int64
		room        bool
		measurement bool
	}{
		{"nothing to measure", 0, 0, limit - requestBytes, true, false},
		{"a byte more", 0, 0, limit - requestBytes + 1, false, true},
		{"nothing to measure after others", 50_000, 0, limit - 50_000 - requestBytes, true, false},
		{"a byte more after others", 50_000, 0, limit - 50_000 - requestBytes + 1, true, true},
		{"just room", limit, limit - rest - requestBytes - 100, 100, true, true},
		{"a byte too many", limit, limit - rest - requestBytes - 100, 101, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			measured := 0
			r := &room{limit: limit, sent: tt.sent, size: func() int64 { measured++; return tt.used }}
			if got := r.take(tt.bytes); got != tt.room || (measured > 0) != tt.measurement {
				t.Errorf("room %t, measured %d times", got, measured)
			}
			if tt.room {
				want := tt.sent + tt.bytes + requestBytes
				if tt.measurement {
					want = tt.bytes + requestBytes
				}
				if r.sent != want {
					t.Errorf("%d bytes count as sent, want %d", r.sent, want)
				}
			}
		})
	}
}
