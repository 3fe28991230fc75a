package testscript

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestSlotIsLent checks that another scenario runs while one waits, and not more than there are
// slots when it goes on.
func TestSlotIsLent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlots(2)
		s.take()
		s.take()
		third := make(chan struct{})
		go func() { s.take(); close(third) }()
		done := s.lendAfter(time.Second)
		time.Sleep(time.Second - time.Nanosecond)
		synctest.Wait()
		select {
		case <-third:
			t.Fatal("a slot was lent too early")
		default:
		}
		<-third
		done() // three run in two slots

		fourth := make(chan struct{})
		go func() { s.take(); close(fourth) }()
		s.give()
		synctest.Wait()
		select {
		case <-fourth:
			t.Fatal("three run in two slots for longer than necessary")
		default:
		}
		s.give()
		<-fourth

		s.lendAfter(time.Second)() // ended before it began
		if s.free != 0 || s.loans != 2*loansPerSlot {
			t.Errorf("%d free, %d loans", s.free, s.loans)
		}
	})
}

// TestSlotAloneIsNotLent checks that scenarios that run one at a time do so.
func TestSlotAloneIsNotLent(t *testing.T) {
	s := newSlots(1)
	s.take()
	back := s.lend()
	if s.taken() {
		t.Error("the only slot was lent")
	}
	back()
	many := newSlots(2)
	for range 3 * loansPerSlot {
		many.lend()
	}
	if many.free != 2+2*loansPerSlot {
		t.Errorf("%d free: loans have no limit", many.free)
	}
}

// TestWaitingScenariosDoNotCount checks that a third scenario begins while two wait for apps that
// answer when the third has been called.
func TestWaitingScenariosDoNotCount(t *testing.T) {
	var called atomic.Int64
	third := make(chan struct{})
	app := func(AppEnv) (http.Handler, error) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost {
				return
			}
			if called.Add(1) == 3 {
				close(third)
			}
			select {
			case <-third:
			case <-r.Context().Done():
			}
			w.Header().Set("Content-Type", "text/xml")
			_, _ = io.WriteString(w, "<Response/>")
		}), nil
	}
	var scenarios []Scenario
	for i := range 3 {
		scenarios = append(scenarios, Scenario{Name: fmt.Sprint("waits/", i),
			File: write(t, "app\nsms +12025550142 +12025550100 hi\nexpect webhook http=200\n")})
	}
	r := &Runner{Options: Options{Handler: app, Patience: 10 * time.Second}, Parallel: 2}
	results, err := runAll(r, scenarios)
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range results {
		if result.Outcome != Passed {
			t.Errorf("%s: %s\n%s", result.Scenario.Name, result.Outcome, result.Log)
		}
	}
}
