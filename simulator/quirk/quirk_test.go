package quirk

import (
	"slices"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	for i, q := range table {
		var s Set
		switch {
		case q.ID != ID(i):
			t.Errorf("%s stands at %d, its ID is %d", q.Name, i, q.ID)
		case q.Values != nil && (q.Values[0] != q.Default || !slices.Contains(q.Values, q.Strict)):
			t.Errorf("%s: default %q, strict %q, values %q", q.Name, q.Default, q.Strict, q.Values)
		case !strings.HasPrefix(q.Fact, "F-") || q.Help == "":
			t.Errorf("%s has no fact or no help", q.Name)
		case s.Get(q.ID) != q.Default:
			t.Errorf("%s stands at %q at first", q.Name, s.Get(q.ID))
		}
		if found, err := lookup(q.Name); err != nil || found.ID != q.ID {
			t.Errorf("Lookup(%q) = %+v, %v", q.Name, found, err)
		}
	}
}

func TestSet(t *testing.T) {
	for _, tt := range []struct{ assignment, want string }{
		{"queue-full-status=400", ""},
		{"old-texts=on", ""},
		{"stop-text=Bye = bye", ""},
		{"old-texts=onn", `quirk old-texts is off or on, not "onn": did you mean "on"?`},
		{"old-texts=", "quirk old-texts needs a value: off, on"},
		{"old-text=on", `unknown quirk "old-text": did you mean "old-texts"?`},
		{"xyzzy=on", `unknown quirk "xyzzy": twilsim facts --quirks lists them`},
		{"prices=US:0.0079, *:0.01", ""},
		{"prices=none", ""},
		{"prices=US", `quirk prices: "US" is not WHERE:PRICE; write a table such as ` +
			"US:0.0079,whatsapp:0.005,*:0.0075"},
		{"old-texts", `"old-texts" is not NAME=VALUE, for example sending-callback=on`},
	} {
		var s Set
		err := s.Assign(tt.assignment)
		if got := text(err); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.assignment, got, tt.want)
		}
		name, value, _ := strings.Cut(tt.assignment, "=")
		if err == nil {
			q, _ := lookup(name)
			if got := s.Get(q.ID); got != value {
				t.Errorf("%s is %q", name, got)
			}
		} else if s != (Set{}) {
			t.Errorf("%s: refused, and changed to %+v", tt.assignment, s)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestStrict(t *testing.T) {
	s := Strict()
	for _, q := range All() {
		if got := s.Get(q.ID); got != q.Strict {
			t.Errorf("%s is %q, want %q", q.Name, got, q.Strict)
		}
	}
	if s.Int(QueueFullStatus) != 429 || !s.On(SendingCallback) || s.On(OldTexts) {
		t.Errorf("%+v", s)
	}
}
