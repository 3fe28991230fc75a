package config

import (
	"strings"
	"testing"

	"twilsim/simulator"
	"twilsim/simulator/events"
	"twilsim/simulator/lookup"
	"twilsim/simulator/verify"
)

// TestProducts: services of Verify, sinks and what Lookup says come from the file.
func TestProducts(t *testing.T) {
	const va, other = "VA0123456789abcdef0123456789abcdef", "VA00000000000000000000000000000001"
	f, err := parseFile(FileName, []byte("verify:\n  Shop: "+va+"\n  Bank:\n    sid: "+other+
		"\n    code-length: 8\n    custom-code: on\n    events: on\n    lookup: off\n"+
		"sinks:\n  all:\n    url: http://localhost:3000/events\n    types:\n"+
		"      - com.twilio.messaging.message.sent\n"+
		"  quiet:\n    url: http://localhost:3000/quiet\n"+
		"lookup:\n  +12025550142:\n    type: landline\n"))
	if err != nil {
		t.Fatal(err)
	}
	sim := &simulator.Server{}
	t.Cleanup(sim.Close)
	if err := f.Apply(sim); err != nil {
		t.Fatal(err)
	}
	a := sim.Account()
	shop, ok := verify.Of(a).Service(va)
	bank, ok2 := verify.Of(a).Service(other)
	if !ok || !ok2 || shop.FriendlyName != "Shop" || shop.CodeLength != 6 || bank.CodeLength != 8 ||
		!bank.CustomCodeEnabled || bank.LookupEnabled ||
		bank.Other["VerifyEventSubscriptionEnabled"] != "true" {
		t.Errorf("the services are %+v, %+v", shop, bank)
	}
	subs := events.Of(a).Subscriptions()
	if sinks := events.Of(a).Sinks(); len(sinks) != 2 || len(subs) != 1 ||
		strings.Join(subs[0].Names(), " ") != "com.twilio.messaging.message.sent" {
		t.Errorf("the sinks are %+v, %+v", sinks, subs)
	}
	if e := lookup.Of(a).Entry("+12025550142"); e.Values["type"] != "landline" {
		t.Errorf("Lookup says %+v", e)
	}
	names := f.seed.names()
	if len(names["verify"]) != 2 || len(names["sinks"]) != 2 || len(names["lookup"]) != 1 {
		t.Errorf("the names are %v", names)
	}
}

// TestProductErrors: the place of each mistake, and what is wrong.
func TestProductErrors(t *testing.T) {
	for yaml, want := range map[string]string{
		"verify: Shop\n":                           "1:9: verify: want lines of NAME: VALUE",
		"verify:\n  Shop: VA1\n":                   "2:9: Shop: want VA and 32 hex digits",
		"verify:\n  Shop:\n    sid: VA1\n":         "3:10: sid: want VA and 32 hex digits",
		"verify:\n  Shop:\n    code-length: six\n": "3:18: code-length: want a number",
		"verify:\n  Shop:\n    lookup: maybe\n":    "3:13: lookup: want on or off",
		"verify:\n  Shop:\n    look: on\n":         `3:5: Shop: unknown setting "look"`,
		"sinks:\n  all: [a]\n":                     "2:8: all: want lines of SETTING: VALUE",
		"sinks:\n  all:\n    types: [x]\n":         "3:13: types: want types of events",
		"sinks:\n  all:\n    link: x\n":            `3:5: all: unknown setting "link"`,
		"lookup:\n  Ana:\n    type: mobile\n":      `2:3: lookup: "Ana" is not a phone number`,
		"lookup:\n  +12025550142:\n    typ: x\n":   "3:5: +12025550142: ",
	} {
		_, err := parseFile("x.yaml", []byte(yaml))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", yaml, err, want)
		}
	}
	for yaml, want := range map[string]string{
		"verify:\n  Shop 12345: VA0123456789abcdef0123456789abcdef\n": "x.yaml:2:3: verify: ",
		"sinks:\n  all:\n    url: nowhere\n":                          "x.yaml:2:3: sinks: all: ",
	} {
		f, err := parseFile("x.yaml", []byte(yaml))
		if err != nil {
			t.Fatal(err)
		}
		sim := &simulator.Server{}
		t.Cleanup(sim.Close)
		if err := f.Apply(sim); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", yaml, err, want)
		}
	}
}
