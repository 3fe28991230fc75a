package directory

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"twilsim/simulator/apierr"
	"twilsim/simulator/sid"
	"twilsim/simulator/webhook"
)

const (
	shop     = "+12025550100"
	customer = "+12025550142"
)

// world is a directory with a clock that a test moves.
type world struct {
	*Directory
	now time.Time
}

// start is the time at which a test begins.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// newWorld returns a directory with one number.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{now: start}
	ids := sid.New(1)
	rand := ids.Rand("chance")
	o := Options{
		SIDs: ids, Now: func() time.Time { return w.now }, Draw: rand.Float64,
		Changed:  func(string) {},
		CheckURL: webhook.CheckURL, Owner: "AC1",
	}
	w.Directory = New(o)
	if _, err := w.SetNumber(shop, "", ""); err != nil {
		t.Fatal(err)
	}
	return w
}

// refused writes an error as the API would answer it.
func refused(err error) string {
	var e *apierr.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return fmt.Sprintf("%d %d %s", e.Status, e.Code, e.Message)
	}
	return err.Error()
}

// TestUpdatesAtOnce changes one resource from many goroutines, each of them a counter of its own in
// the friendly name: a read-modify-write outside the lock loses some of them.
func TestUpdatesAtOnce(t *testing.T) {
	const goroutines, each = 20, 100
	w := newWorld(t)
	number, _ := w.Number(shop)
	app, err := w.CreateApplication(func(a *Application) error { a.FriendlyName = "0"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	service, err := w.CreateService(func(s *Service) error { s.FriendlyName = "0"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	count := func(name *string) error {
		n, _ := strconv.Atoi(*name) // the number's friendly name is not a count at first: 0
		runtime.Gosched()           // lets the others in, if they can come in
		*name = strconv.Itoa(n + 1)
		return nil
	}
	var wait sync.WaitGroup
	for range goroutines {
		wait.Go(func() {
			for range each {
				_, e1 := w.UpdateNumber(number.SID,
					func(n *Number) error { return count(&n.FriendlyName) })
				_, e2 := w.UpdateApplication(app.SID, func(a *Application) error {
					return count(&a.FriendlyName)
				})
				_, e3 := w.UpdateService(service.SID, func(s *Service) error {
					return count(&s.FriendlyName)
				})
				if err := errors.Join(e1, e2, e3); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	number, _ = w.Number(shop)
	app, _ = w.Application(app.SID)
	service, _ = w.Service(service.SID)
	want := strconv.Itoa(goroutines * each)
	for _, got := range []string{number.FriendlyName, app.FriendlyName, service.FriendlyName} {
		if got != want {
			t.Errorf("%s updates are left of %s", got, want)
		}
	}
}

// TestUpdateOfADeletedResource deletes while an update is in progress: the update must not bring
// the resource back.
func TestUpdateOfADeletedResource(t *testing.T) {
	w := newWorld(t)
	number, _ := w.Number(shop)
	app, err := w.CreateApplication(func(*Application) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	service, err := w.CreateService(func(s *Service) error { s.FriendlyName = "x"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	for name, resource := range map[string]struct {
		update func(change func() error) error
		remove func() error
		exists func() bool
	}{
		"number": {func(change func() error) error {
			_, err := w.UpdateNumber(number.SID, func(*Number) error { return change() })
			return err
		}, func() error { return w.ReleaseNumber(number.SID) },
			func() bool { _, ok := w.Number(shop); return ok }},
		"application": {func(change func() error) error {
			_, err := w.UpdateApplication(app.SID, func(*Application) error { return change() })
			return err
		}, func() error { return w.DeleteApplication(app.SID) },
			func() bool { _, ok := w.Application(app.SID); return ok }},
		"service": {func(change func() error) error {
			_, err := w.UpdateService(service.SID, func(*Service) error { return change() })
			return err
		}, func() error { return w.DeleteService(service.SID) },
			func() bool { _, ok := w.Service(service.SID); return ok }},
	} {
		t.Run(name, func(t *testing.T) {
			removed := make(chan error, 1)
			err := resource.update(func() error {
				go func() { removed <- resource.remove() }()
				select {
				case err := <-removed: // it did not wait for the update
					removed <- err
				case <-time.After(20 * time.Millisecond): // it waits
				}
				return nil
			})
			if err := errors.Join(err, <-removed); err != nil {
				t.Error(err)
			}
			if resource.exists() {
				t.Error("the resource is back")
			}
		})
	}
}

// TestRefusedUpdate checks that a refused update leaves a resource as it was.
func TestRefusedUpdate(t *testing.T) {
	w := newWorld(t)
	before, _ := w.Number(shop)
	for _, change := range []func(*Number) error{
		func(n *Number) error { n.FriendlyName = "x"; return apierr.New(apierr.FallbackNeedsURL) },
		func(n *Number) error { n.FriendlyName, n.SmsURL = "x", "nowhere"; return nil },
		func(n *Number) error { n.FriendlyName, n.SmsMethod = "x", "PUT"; return nil },
	} {
		if _, err := w.UpdateNumber(before.SID, change); err == nil {
			t.Error("no error")
		}
		if after, _ := w.Number(shop); after != before {
			t.Errorf("changed to %+v", after)
		}
	}
}
