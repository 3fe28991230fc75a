package control

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/clock"
)

// flaky is a connection to a server that gives each of its answers once, and is then gone.
type flaky struct {
	answers []string
	asked   []string // the queries
}

func (f *flaky) RoundTrip(r *http.Request) (*http.Response, error) {
	f.asked = append(f.asked, r.URL.RawQuery)
	if len(f.answers) == 0 {
		return nil, errors.New("connection refused")
	}
	body := f.answers[0]
	f.answers = f.answers[1:]
	return &http.Response{StatusCode: 200, Header: http.Header{},
		Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// TestWatcherGivesUp lets time stand still in a bubble: the waits between the tries add up, and
// cost nothing.
func TestWatcherGivesUp(t *testing.T) {
	const event = `{"id":7,"type":"changed"}` + "\n"
	tests := []struct {
		name    string
		answers []string
		events  int
		asked   []string // the first queries
		tries   int      // connections in all
		took    time.Duration
	}{
		{"never there", nil, 0, []string{""}, 1, 0},
		{"gone after an event", []string{event}, 1, []string{"", "after=7"}, 1 + giveUp,
			7100 * time.Millisecond},
		{"cut in a line", []string{event + `{"id":8,`}, 1, []string{"", "after=7"}, 1 + giveUp,
			7100 * time.Millisecond},
		{"not an event", []string{"<html>\n"}, 0, []string{"", ""}, 1 + giveUp,
			7100 * time.Millisecond},
		{"silent connections", []string{"", "", ""}, 0, []string{"", "", "", ""}, 2 + giveUp,
			7200 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &flaky{answers: tt.answers}
				c := &Client{URL: "http://127.0.0.1:2010", HTTP: &http.Client{Transport: server}}
				began, events, failures := clock.Wall(), 0, 0
				for _, err := range c.Events(t.Context(), 0) {
					switch {
					case err == nil:
						events++
					case errors.Is(err, ErrUnreachable):
						failures++
					default:
						t.Errorf("got %v", err)
					}
				}
				got := []any{events, failures, len(server.asked),
					clock.Wall().Sub(began).String(), server.asked[:len(tt.asked)]}
				want := []any{tt.events, 1, tt.tries, tt.took.String(), tt.asked}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("events, failures, connections, time, queries (-want +got):\n%s", diff)
				}
			})
		})
	}
}
