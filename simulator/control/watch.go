package control

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"twilsim/simulator/journal"
)

// A [Client] reconnects to a stream at once, then after longer and longer waits, until it gives up.
const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 2 * time.Second
	giveUp     = 8 // tries in a row: about seven seconds
)

// Events yields the events after the one with the given ID, and then each new one as it happens,
// until ctx ends or the loop is left. With after 0 it begins at the oldest that is kept. With types
// it yields only those types.
//
// When the connection is lost, Events reconnects and continues after the last event. If events are
// no longer kept by then, it yields a [*LostError] and continues; any other error is the last thing
// it yields.
func (c *Client) Events(ctx context.Context, after int64,
	types ...string) iter.Seq2[journal.Event, error] {
	return func(yield func(journal.Event, error) bool) {
		w := &watcher{client: c, after: after, types: types, yield: yield}
		for !w.left {
			before, opened := w.after, w.opened
			err := w.read(ctx)
			if w.left || ctx.Err() != nil {
				return
			}
			switch {
			case w.after != before:
				w.tries = 0
			// the server answers without any event: wait before the next try
			case w.opened > opened:
				w.tries = min(w.tries, 1)
			}
			if !w.again(ctx, err) {
				if ctx.Err() == nil {
					yield(journal.Event{}, err)
				}
				return
			}
		}
	}
}

// watcher is one reader of events. One goroutine uses it.
type watcher struct {
	client *Client
	after  int64
	types  []string
	yield  func(journal.Event, error) bool
	left   bool // the loop was left
	opened int  // how many connections there were
	tries  int  // in a row without success
}

// again waits before the next connection, and reports whether to make one. It makes none if the
// first one failed, which is a wrong URL and not a broken connection, nor after an error that the
// API itself reports, which would come again.
func (w *watcher) again(ctx context.Context, err error) bool {
	var refused *Error
	if w.opened == 0 || errors.As(err, &refused) || w.tries == giveUp {
		return false
	}
	w.tries++
	if w.tries == 1 {
		return true
	}
	wait := time.NewTimer(min(firstRetry<<(w.tries-2), lastRetry))
	defer wait.Stop()
	select {
	case <-wait.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// read reads one connection to its end. The error is never nil.
func (w *watcher) read(ctx context.Context) error {
	resp, err := w.client.do(ctx, http.MethodGet, "/events?"+w.query(), nil, ndjson)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	w.opened++
	lines := bufio.NewReader(resp.Body)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil { // line is incomplete
			return fmt.Errorf("%w: the stream of events broke off: %w", ErrUnreachable, err)
		}
		if err := w.take(line); err != nil {
			return err
		}
	}
}

func (w *watcher) query() string {
	q := url.Values{"type": w.types}
	if w.after > 0 {
		q.Set("after", strconv.FormatInt(w.after, 10))
	}
	return q.Encode()
}

// take yields the event of a line. Its error ends the connection.
func (w *watcher) take(line []byte) error {
	event, lost, err := readLine(line)
	switch {
	case err != nil:
		return fmt.Errorf("%w: a line of the stream is not an event: %w", ErrUnreachable, err)
	case lost != nil:
		// events begin at 1 again; with the old ID the next connection would report the same
		if lost.Restarted {
			w.after = 0
		}
		w.left = !w.yield(journal.Event{}, lost)
	default:
		w.after = event.ID
		w.left = !w.yield(event, nil)
	}
	if w.left {
		return io.EOF
	}
	return nil
}
