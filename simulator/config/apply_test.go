package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"twilsim/simulator"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
)

const everything = `numbers:
  +12025550101: hello
bins:
  hello: hello.xml
  bye: <Response/>
services:
  shop:
    senders: [+12025550101, SHOP]
    status-callback: http://localhost:3000/status
    advanced-opt-out: on
phones:
  +12025550143: off
optouts:
  +12025550144: [shop, +12025550100]
keys:
  SK0123456789abcdef0123456789abcdef: hunter2
history: history.ndjson
`

// TestApply gives an account one thing of each kind.
func TestApply(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"seed.yaml": everything, "hello.xml": "<Response><Message>hi</Message></Response>",
		"history.ndjson": `{"type":"webhook","id":"W7","purpose":"status","attempt":1,"method":"POST",` +
			`"url":"http://localhost/status","signature":"valid"}` + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := ReadSeed(filepath.Join(dir, "seed.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	sim := &simulator.Server{}
	defer sim.Close()
	if err := f.Apply(sim); err != nil {
		t.Fatal(err)
	}
	account := sim.Account()
	bin, _ := account.Bin("hello")
	if n, ok := account.Number("+12025550101"); !ok || n.SmsURL != bin.URL ||
		!strings.Contains(bin.Body, ">hi<") {
		t.Errorf("number %+v, bin %+v", n, bin)
	}
	services := account.Services()
	if len(services) != 1 || !services[0].AdvancedOptOut || !services[0].Has("SHOP") ||
		!services[0].Has("+12025550101") ||
		services[0].StatusCallback != "http://localhost:3000/status" {
		t.Errorf("services %+v", services)
	}
	if h := account.Handset("+12025550143"); h.State != carrier.HandsetOff {
		t.Errorf("handset %+v", h)
	}
	if outs := account.OptOuts(); len(outs) != 2 || !account.OptedOut("+12025550101", "+12025550144") {
		t.Errorf("opt-outs %+v", outs)
	}
	if _, ok := account.Key("SK0123456789abcdef0123456789abcdef", "hunter2"); !ok {
		t.Error("the key does not let anybody in")
	}
	if got := account.Journal.Things(journal.Webhooks); len(got) != 1 {
		t.Errorf("%d webhooks in the history", len(got))
	}
}

// TestApplyErrors wants each error to name its line.
func TestApplyErrors(t *testing.T) {
	for yaml, want := range map[string]string{
		"bins:\n  Hello: <Response/>\n": `:2:3: bins: bad bin name "Hello"`,
		"numbers:\n  +12025550101: /support\n": ":2:17: +12025550101: a path needs the app's " +
			"URL, --forward-to",
		"services:\n  shop: {senders: +12025550199}\n": ":2:3: shop: the account has no number " +
			"+12025550199",
		"optouts:\n  +12025550142: store\n": ":2:17: optouts: store is neither a number nor a service",
		"history: nowhere.ndjson\n":         "cannot read the history",
		"forward-to: http://localhost:3000\n": ":1: forward-to is a setting, and a seed file has " +
			"bins, content, history",
		"phones:\n  nobody: off\n": ":2:3: phones: ",
	} {
		file := filepath.Join(t.TempDir(), "seed.yaml")
		if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := ReadSeed(file)
		if err == nil {
			sim := &simulator.Server{}
			defer sim.Close()
			err = f.Apply(sim)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", yaml, err, want)
		}
	}
}
