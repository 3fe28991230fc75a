package storage_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"twilsim/simulator"
	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/storage"
)

// open opens a file that belongs to the test.
func open(t *testing.T, path string) *storage.File {
	t.Helper()
	file, err := storage.Open(path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// serve starts a server with a file, and returns what stops it.
func serve(t *testing.T, path string, start time.Time) (s *simulator.Server, stop func()) {
	t.Helper()
	file := open(t, path)
	s = &simulator.Server{Data: file, Clock: clock.Virtual(start), Keep: 100}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	number, _, err := file.Run()
	if err != nil {
		t.Fatal(err)
	}
	s.BeginRun(number)
	return s, func() {
		s.Close()
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
}

// state is what an account has, for a comparison.
type state struct {
	Token        string
	Now          time.Time
	Numbers      []directory.Number
	Services     []directory.Service
	Senders      []directory.Sender
	Applications []directory.Application
	Keys         []directory.Key
	Bins         []directory.Bin
	Handsets     []directory.Handset
	Profile      directory.Profile
	Rules        []carrier.Rule
	OptedOut     bool
	Sender       string
	Messages     []messaging.Snapshot
	Exchanges    []journal.Thing
	Alerts       []*journal.Alert
	Events       []journal.Event
	Last         journal.Numbers
	Subaccounts  []string
}

func stateOf(s *simulator.Server) state {
	a := s.Account()
	x := state{
		Token: a.Token, Now: a.Clock.Now(), Numbers: a.Numbers(), Services: a.Services(),
		Applications: a.Applications(), Keys: a.Keys(), Bins: a.Bins(), Handsets: a.Handsets(),
		Profile: a.Profile(), Rules: a.Rules.List(), Last: a.Journal.Numbers(),
		OptedOut:  a.OptedOut("+12025550100", "+12025550149"),
		Exchanges: append(a.Journal.Things(journal.Webhooks), a.Journal.Things(journal.Requests)...),
	}
	for _, service := range x.Services {
		senders, _ := a.Directory.Senders(service.SID, directory.PhoneNumberSender)
		x.Senders = append(x.Senders, senders...)
	}
	for _, m := range a.Journal.Things(journal.Messages) {
		x.Messages = append(x.Messages, m.(*messaging.Message).Snapshot())
	}
	for _, alert := range a.Journal.Things(journal.Alerts) {
		x.Alerts = append(x.Alerts, alert.(*journal.Alert))
	}
	x.Events, _ = a.Journal.Events(0)
	for _, other := range s.Accounts().List() {
		x.Subaccounts = append(x.Subaccounts, other.SID+" "+other.Token+" "+other.Profile().FriendlyName)
	}
	return x
}

// TestEverythingIsStored fills an account, and compares it with what another server reads.
func TestEverythingIsStored(t *testing.T) {
	path, start := filepath.Join(t.TempDir(), "data.db"), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s, stop := serve(t, path, start)
	fill(t, s)
	if err := s.Account().Clock.Advance(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	want := stateOf(s)
	stop()

	again, stop := serve(t, path, start)
	defer stop()
	// the directory's note that the default number was set is new
	got := stateOf(again)
	got.Events, got.Last.Event = got.Events[:len(got.Events)-1], got.Last.Event-1
	options := []cmp.Option{
		cmpopts.IgnoreUnexported(messaging.Snapshot{}, directory.Service{},
			directory.Key{}, journal.Alert{},
			carrier.Rule{}),
		cmp.AllowUnexported(journal.Flag{}),
		cmp.Transformer("text", func(r carrier.Rule) string { return r.ID + " " + r.String() }),
		cmp.Transformer("flag", func(f *journal.Flag) bool { return f.Load() }),
		cmpopts.IgnoreFields(journal.Alert{}, "Acknowledged"),
		cmpopts.EquateEmpty(),
	}
	if diff := cmp.Diff(want, got, options...); diff != "" {
		t.Errorf("a restart has changed the account (-want +got):\n%s", diff)
	}
	if !acknowledged(again) || !again.Account().Rules.List()[0].Exhausted() {
		t.Error("it was forgotten that an alert is acknowledged or that a rule is used")
	}
	m, err := again.Account().Send(t.Context(), messaging.Draft{To: "+12025550142",
		From: "+12025550100", Body: "new", HasBody: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, old := range want.Messages {
		if old.SID == m.ID() {
			t.Errorf("%s was issued again", m.ID())
		}
	}
}

func acknowledged(s *simulator.Server) bool {
	alert := s.Account().Journal.Things(journal.Alerts)[0].(*journal.Alert)
	return alert.Acknowledged.Load()
}

// fill gives the main account something of each kind.
func fill(t *testing.T, s *simulator.Server) {
	t.Helper()
	a := s.Account()
	must := func(errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	_, err := a.SetNumber("+12025550101", "", "")
	must(err)
	service, err := a.CreateService(func(s *directory.Service) error {
		s.FriendlyName = "shop"
		return nil
	})
	must(err)
	number, _ := a.Number("+12025550101")
	_, err = a.AddSender(service.SID, directory.PhoneNumberSender, number.SID)
	must(err)
	_, err = a.CreateApplication(func(p *directory.Application) error {
		p.FriendlyName = "app"
		return nil
	})
	must(err)
	a.AddKey("ci")
	_, err = a.SetBin("hello", "<Response><Message>hello</Message></Response>")
	must(err)
	_, err = a.SetNumber("+12025550101", "hello", "")
	must(err)
	_, err = a.SetHandset("+12025550143", carrier.HandsetOff)
	must(err)
	_, err = a.NameHandset("+12025550143", "Ada")
	must(err)
	rule, err := carrier.ParseRule(
		[]string{"to=+12025550144", "then=sent,undelivered:30003@2s", "times=1"})
	must(err)
	a.Rules.Add(rule)
	_, err = a.UpdateProfile(func(p *directory.Profile) { p.FriendlyName = "mine" })
	must(err)
	s.Accounts().Create("branch")
	for _, text := range []messaging.Text{
		{From: "+12025550142", To: "+12025550101", Body: "to a bin"},
		{From: "+12025550149", To: "+12025550100", Body: "STOP"},
		{From: "+12025550142", To: "+12025550100", Body: "no webhook",
			Media: []messaging.Media{messaging.ReadMedia("x.png", []byte("\x89PNG\r\n"))}},
	} {
		_, err := a.Receive(t.Context(), text)
		must(err)
	}
	for _, d := range []messaging.Draft{
		{To: "+12025550144", From: "+12025550100", Body: "by a rule"},
		{To: "+12025550142", MessagingServiceSID: service.SID, Body: "by a service"},
		{To: "+12025550142", From: "+12025550100", Body: "deleted"},
	} {
		d.HasBody = true
		_, err := a.Send(t.Context(), d)
		must(err)
	}
	must(a.Clock.Advance(t.Context(), 10*time.Second))
	things := a.Journal.Things(journal.Messages)
	must(a.Delete(things[len(things)-1].ID()))
	a.Acknowledge(a.Journal.Things(journal.Alerts)[0].(*journal.Alert))
	a.RecordRequest(&journal.Exchange{Purpose: journal.API, Method: "POST",
		URL: "/x", Body: "\xff\x00",
		Header: "Host: x\n"}, time.Millisecond)
}

// TestPendingWorkGoesOn checks each kind of work that a restart finds.
func TestPendingWorkGoesOn(t *testing.T) {
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name    string
		rule    string
		service bool
		at      time.Duration // of the restart
		want    carrier.Status
	}{
		{"nothing done", "then=sent,delivered", false, 0, carrier.Delivered},
		{"between two steps", "then=sent,undelivered:30003@5s", false, time.Second, carrier.Undelivered},
		{"by hand", "then=sent", false, time.Second, carrier.Sent},
		{"at the end", "then=sent,delivered", false, time.Minute, carrier.Delivered},
		{"a service that has chosen no sender", "then=sent,delivered", true, 0, carrier.Delivered},
		{"a service that has", "then=sent,undelivered:30003@1h", true, time.Second, carrier.Undelivered},
		{"that expires", "then=queued@10h", true, time.Second, carrier.Failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data.db")
			s, stop := serve(t, path, start)
			a := s.Account()
			rule, err := carrier.ParseRule([]string{tt.rule})
			if err != nil {
				t.Fatal(err)
			}
			a.Rules.Add(rule)
			d := messaging.Draft{To: "+12025550142", From: "+12025550100", Body: "hi", HasBody: true}
			if tt.service {
				service, err := a.CreateService(func(s *directory.Service) error {
					s.FriendlyName = "x"
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				number, _ := a.Number("+12025550100")
				if _, err := a.AddSender(service.SID, directory.PhoneNumberSender, number.SID); err != nil {
					t.Fatal(err)
				}
				d.From, d.MessagingServiceSID = "", service.SID
			}
			m, err := a.Send(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			if err := a.Clock.Advance(t.Context(), tt.at); err != nil {
				t.Fatal(err)
			}
			stop()

			again, stop := serve(t, path, start)
			defer stop()
			again.Resume()
			if _, err := again.Account().Clock.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			restored, ok := again.Account().Message(m.ID())
			if !ok {
				t.Fatal("the message is lost")
			}
			if got := restored.Snapshot(); got.Status != tt.want || got.From == "" {
				t.Errorf("it is %s from %q, want %s", got.Status, got.From, tt.want)
			}
		})
	}
}

// TestUnusableFiles checks that a file that cannot be used is refused and not changed.
func TestUnusableFiles(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.db")
	if err := open(t, good).Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	at := func(offset int, with string) []byte {
		changed := bytes.Clone(content)
		copy(changed[offset:], with)
		return changed
	}
	for _, tt := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"text", []byte("hello"), "is not a file of twilsim"},
		{"long text", bytes.Repeat([]byte("hello "), 1000), "is not a file of twilsim"},
		{"cut in the header", content[:50], "is not a file of twilsim"},
		{"another program's", at(68, "\x00\x00\x00\x07"), "is an SQLite database of another program"},
		{"a newer version's", at(60, "\x00\x00\x00\x63"),
			"has version 99, and this twilsim knows version 3"},
		{"with another use of pages", at(20, "\x04"), "is damaged"},
		{"cut in the middle", content[:len(content)/2], "is damaged"},
		{"overwritten", at(16<<10, strings.Repeat("x", 8192)), "is damaged"}, // the second page
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data.db")
			if err := os.WriteFile(path, tt.content, 0o600); err != nil {
				t.Fatal(err)
			}
			file, err := storage.Open(path, storage.Options{})
			if err == nil {
				use := func(messaging.Row) error { return nil }
				err = errors.Join(file.State(use), file.History(use))
				file.Close()
			}
			var data *storage.Error
			if !errors.As(err, &data) || !strings.Contains(err.Error(), tt.want) || data.Try == "" {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			now, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(now, tt.content) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
	t.Run("second process", func(t *testing.T) {
		first := open(t, good)
		defer first.Close()
		if file, err := storage.Open(good, storage.Options{}); err == nil {
			file.Close()
			t.Error("two processes have the same file")
		} else if !strings.Contains(err.Error(), "is used by another process") {
			t.Error(err)
		}
	})
	t.Run("not a file", func(t *testing.T) {
		link := filepath.Join(dir, "dangling")
		if err := os.Symlink("nothing", link); err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]string{dir: "is not a file", os.DevNull: "is not a file",
			link: "is a link to a file that does not exist"} {
			if _, err := storage.Open(path, storage.Options{}); err == nil ||
				!strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", path, err)
			}
		}
	})
	t.Run("no directory", func(t *testing.T) {
		_, err := storage.Open(filepath.Join(dir, "missing", "data.db"), storage.Options{})
		if err == nil || !strings.Contains(err.Error(), "cannot be made") {
			t.Error(err)
		}
	})
	t.Run("read-only", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "data.db")
		if err := os.WriteFile(path, content, 0o400); err != nil {
			t.Fatal(err)
		}
		if f, err := os.OpenFile(path, os.O_RDWR, 0); err == nil {
			f.Close()
			t.Skip("this user can write every file")
		}
		if _, err := storage.Open(path, storage.Options{}); err == nil ||
			!strings.Contains(err.Error(), "permission denied") {
			t.Error(err)
		}
	})
}

// TestCheck checks that damage within the file is found, and that a good file has none.
func TestCheck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.db")
	s, stop := serve(t, path, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	fill(t, s)
	stop()
	file := open(t, path)
	report, err := file.Check()
	if err != nil || len(report.Problems) > 0 || report.Accounts != 2 || report.Messages == 0 {
		t.Errorf("a good file: %+v, %v", report, err)
	}
	before, after, err := file.Compact()
	if err != nil || before < after || after == 0 {
		t.Errorf("compact: %d to %d bytes, %v", before, after, err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content = bytes.ReplaceAll(content, []byte(`{"sid":"`), []byte(`x"sid":"`)) // of messages
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	file = open(t, path)
	defer file.Close()
	if report, err := file.Check(); err != nil || len(report.Problems) == 0 {
		t.Errorf("a damaged file: %+v, %v", report, err)
	}
}

// TestTrim checks that the file keeps no more than it should, and every message with work to do.
func TestTrim(t *testing.T) {
	file, err := storage.Open(filepath.Join(t.TempDir(), "data.db"), storage.Options{Keep: 50})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows := []messaging.Row{{Account: 1, Kind: messaging.RowAccount, ID: "AC1", Value: []byte("{}")}}
	for place := int64(1); place <= 2500; place++ {
		rows = append(rows,
			messaging.Row{Account: 1, Kind: "message", Place: place, Pending: place == 7,
				Value: []byte("{}")},
			messaging.Row{Account: 1, Kind: messaging.RowMedia, ID: "x", Place: place, Value: []byte("x")},
			messaging.Row{Account: 1, Kind: "webhook", Place: place, Value: []byte("{}")},
			messaging.Row{Account: 1, Kind: messaging.RowEvents, Place: place, Last: place,
				Value: []byte("[]")})
		if len(rows) > 100 {
			if err := file.Commit(rows); err != nil {
				t.Fatal(err)
			}
			rows = nil
		}
	}
	counts, oldest := map[string]int{}, map[string]int64{}
	if err := file.History(func(row messaging.Row) error {
		if counts[row.Kind]++; counts[row.Kind] == 1 {
			oldest[row.Kind] = row.Place
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for kind, limit := range map[string]int{"message": 300, "media": 300,
		"webhook": 300, "events": 700} {
		if n := counts[kind]; n < 50 || n > limit {
			t.Errorf("%d of %s are kept", n, kind)
		}
	}
	if oldest["message"] != 7 || oldest["media"] != 7 || oldest["webhook"] == 7 {
		t.Errorf("the oldest are %v", oldest)
	}
}
