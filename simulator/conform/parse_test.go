package conform

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

const goodProbe = "probe a.b\nfact F-192\nask GET Messages.json\nstatus 200\n"

// TestLoadRefuses wants an error with file and line for each fault of the data.
func TestLoadRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"unknown directive", goodProbe + "statsu 200",
			`x.probe:5: unknown directive "statsu": did you mean status?`},
		{"duplicate name", goodProbe + goodProbe, "x.probe:5: the name a.b is taken by x.probe:1"},
		{"missing fact", "\nprobe a\nask GET Messages.json\nstatus 200",
			"x.probe:2: probe a has no fact"},
		{"missing ask", "probe a\nfact F-192\nstatus 200", "x.probe:1: probe a has no ask"},
		{"missing expectation", "probe a\nfact F-192\nask GET x",
			"x.probe:1: probe a has no expectation, such as status"},
		{"bad fact", "probe a\nfact 192", `x.probe:2: "192" is not the number of a fact such as F-192`},
		{"bad name", "probe A b", `x.probe:1: "A b" is not a name: use letters, digits, _ and dots`},
		{"no probe yet", "status 200", "x.probe:1: status stands before the first probe"},
		{"no value", "probe a\nfact", "x.probe:2: fact has no value"},
		{"bad status", goodProbe + "status ok", `x.probe:5: "ok" is not a number`},
		{"bad value", goodProbe + "value status queued",
			`x.probe:5: value takes FIELD JSON, such as value status "queued"`},
		{"bad type", goodProbe + "type status strnig",
			`x.probe:5: unknown type "strnig": did you mean string?`},
		{"bad pattern", goodProbe + "match sid [",
			"x.probe:5: error parsing regexp: missing closing ]: `[`"},
		{"bad count", goodProbe + "count messages many", "x.probe:5: count takes FIELD N"},
		{"unknown variable", goodProbe + "match sid $SN", `x.probe:5: unknown variable "SN"`},
		{"unknown fixture", "probe a\nuse nothing", `x.probe:2: unknown fixture "nothing"`},
		{"unknown method", "probe a\nask PATCH x", `x.probe:2: unknown method "PATCH"`},
		{"unknown identity", "probe a\nas tset",
			`x.probe:2: unknown identity "tset": did you mean test?`},
		{"bad parameter", "probe a\nask GET x PageSize", `x.probe:2: "PageSize" is not NAME=VALUE`},
		{"two asks", goodProbe + "ask GET x", "x.probe:5: a probe has one ask"},
		{"fixture with an ask", "fixture a\nask GET x", "x.probe:2: a fixture has no ask"},
		{"fixture with a status", "fixture a\nstatus 200", "x.probe:2: a fixture has no status"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadFrom(fstest.MapFS{"probes/x.probe": {Data: []byte(tt.text)}})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
	if probes, err := loadFrom(
		fstest.MapFS{"probes/x.probe": {Data: []byte(goodProbe)}}); err != nil || len(probes) != 1 {
		t.Errorf("%d probes, %v", len(probes), err)
	}
}

// TestChoose selects by fact and by word.
func TestChoose(t *testing.T) {
	probes, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ words, first, near string }{
		{"F-453", "magic.from_invalid", ""},
		{"f-453", "magic.from_invalid", ""},
		{"refused.to_short", "refused.to_short", ""},
		{"F-9999", "", ""},
		{"schedule.accep", "schedule.accepted", ""},
		{"shedule", "", "schedule"},
		{"F-1922", "", "F-192"},
	} {
		got, err := choose(probes, strings.Fields(tt.words))
		var refused *SelectionError
		switch {
		case tt.first == "":
			if !errors.As(err, &refused) || tt.near != "" && refused.Near != tt.near {
				t.Errorf("%s: %v, near %+v, want %s", tt.words, err, refused, tt.near)
			}
		case err != nil || len(got) == 0 || got[0].name != tt.first:
			t.Errorf("%s: %v, %d probes", tt.words, err, len(got))
		}
	}
}
