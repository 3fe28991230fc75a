package config

import (
	"testing"

	"twilsim/simulator/quirk"
)

// TestParseQuirks checks that a switch that is named wins over --strict, and the later of two over
// the earlier.
func TestParseQuirks(t *testing.T) {
	for _, tt := range []struct {
		name   string
		strict bool
		given  []string
		want   string // of sending-callback, whose default is off and strictest value on
	}{
		{"default", false, nil, "off"},
		{"strict", true, nil, "on"},
		{"named", false, []string{"sending-callback=on"}, "on"},
		{"named and strict", true, []string{"sending-callback=off"}, "off"},
		{"twice", false, []string{"sending-callback=on", "sending-callback=off"}, "off"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, err := ParseQuirks(tt.strict, tt.given)
			if got := set.Get(quirk.SendingCallback); err != nil || got != tt.want {
				t.Errorf("sending-callback is %s, %v, want %s", got, err, tt.want)
			}
		})
	}
}

// TestQuirksKey checks the key quirks of the file and the places of its errors.
func TestQuirksKey(t *testing.T) {
	for _, tt := range []struct{ yaml, want, err string }{
		{"quirks:\n  sending-callback: on\n", "on", ""},
		{"quirks:\n  sending-callback: on\n  queue-full-status: 400\n", "on", ""},
		{"seed: 7\nquirks:\n  sending-calback: on\n", "", "f.yaml:3:3: quirks: " +
			`unknown quirk "sending-calback": did you mean "sending-callback"?`},
		{"quirks:\n  sending-callback:\n", "",
			"f.yaml:2:21: quirks: sending-callback needs a value"},
		{"quirks: sending-callback\n", "", "f.yaml:1:9: quirks: want lines of NAME: VALUE"},
		{"quirk: sending-callback=on\n", "", `f.yaml:1:1: unknown key "quirk"`},
	} {
		file, err := parseFile("f.yaml", []byte(tt.yaml))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != tt.err {
			t.Errorf("%q\n got %s\nwant %s", tt.yaml, got, tt.err)
		}
		if tt.err != "" {
			continue
		}
		set, err := ParseQuirks(false, file.Values["quirk"].Words)
		if got := set.Get(quirk.SendingCallback); err != nil || got != tt.want {
			t.Errorf("%q: sending-callback is %s, %v", tt.yaml, got, err)
		}
	}
}
