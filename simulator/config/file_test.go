package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var fileTests = []struct{ name, yaml, want string }{
	{"nothing", "", ""},
	{"comments", "# nothing yet\n", ""},
	{"flags", "port: 0\nspeed: 10x\nrequire-token: true\nparallel: 2\ntimeout: 5s\n", ""},
	{"lists", "allow-host: [a.example, b.example]\nforward:\n  - " +
		"https://a.example=http://localhost:3000\n", ""},
	{"list of one", "fail-on: alert\n", ""},
	{"numbers", "forward-to: http://localhost:3000\nnumbers:\n  +12025550101: /support\n  " +
		"+12025550102:\n", ""},
	{"quoted number", "numbers:\n  \"+12025550101\": http://localhost:3000/support\n", ""},
	{"rules", "rules:\n- to: +1202*\n  then: unreachable\n", ""},
	{"unknown key", "\nspeeed: fast\n", `x.yaml:2:1: unknown key "speeed"`},
	{"no mapping", "- port: 0\n", "x.yaml:1:1: want lines of KEY: VALUE, one document"},
	{"two documents", "port: 0\n---\nport: 0\n", "x.yaml:3:5: want lines of KEY: VALUE, one document"},
	{"twice", "port: 0\nport: 1\n", `x.yaml:2:1: mapping key "port" already defined at [1:1]`},
	{"broken", "a: [", "x.yaml:1:4: sequence end token ']' not found"},
	{"no value", "app:\n", "x.yaml:1:6: app: want a value"},
	{"list for one value", "app: [a, b]\n", "x.yaml:1:6: app: want one value"},
	{"mapping for one value", "app: {a: b}\n", "x.yaml:1:6: app: want a value"},
	{"wrong type", "port: http\n", "x.yaml:1:7: port: http is wrong: want a number up to 65535"},
	{"wrong in a list", "fail-on:\n- alert\n- blokced\n",
		`x.yaml:3:3: fail-on: unknown value "blokced"`},
	{"speed", "speed: fats\n", `x.yaml:1:8: speed: unknown speed "fats"`},
	{"seed", "seed: 0\n", "x.yaml:1:7: seed: 0 is wrong: want a whole number above 0"},
	{"timeout", "timeout: -1s\n", "x.yaml:1:10: timeout: -1s is wrong: want a time above 0"},
	{"color", "color: red\n", `x.yaml:1:8: color: unknown value "red"`},
	{"about one call", "update: true\n",
		"x.yaml:1:1: update does not belong in this file: it is about one call of the command"},
	{"a secret", "access-token: x\n",
		"x.yaml:1:1: access-token does not belong in this file: it is a secret, and the file is for " +
			"the repository"},
	{"wrong rule", "rules:\n- then: delivrd\n",
		`x.yaml:2:9: then: unknown status or outcome "delivrd"`},
	{"rules of another kind", "rules: {then: stuck}\n",
		"x.yaml:1:8: rules: want a list of rules, or the name of a file with them"},
	{"rules missing", "rules: nowhere.yaml\n",
		"x.yaml:1:8: rules: cannot read the rules file nowhere.yaml"},
	{"path without an app", "numbers: {+12025550101: /x}\n",
		"x.yaml:1:25: +12025550101: a path needs forward-to, the app's URL"},
	{"no number", "numbers: {abc: /x}\n",
		`x.yaml:1:11: numbers: "abc" is not a phone number: write + and the country code first, for ` +
			`example +12025550142`},
	{"bin", "bins:\n  hello: <Response/>\nnumbers:\n  +12025550101: hello\n", ""},
	{"misspelt bin", "bins:\n  hello: <Response/>\nnumbers:\n  +12025550101: helo\n",
		`x.yaml:4:17: +12025550101: "helo" is not an absolute http or https URL`},
	{"bin without a file", "bins:\n  hello: nowhere.xml\n",
		"x.yaml:2:10: hello: cannot read the document nowhere.xml"},
	{"service", "services:\n  shop: {senders: [SHOP], advanced-opt-out: on}\n", ""},
	{"service setting", "services:\n  shop: {sender: SHOP}\n",
		`x.yaml:2:10: shop: unknown setting "sender"`},
	{"service switch", "services:\n  shop: {advanced-opt-out: 7}\n",
		"x.yaml:2:28: advanced-opt-out: want a value; on or off for a switch"},
	{"phone", "phones:\n  +12025550142: of\n", `x.yaml:2:17: unknown handset state "of"`},
	{"opt-out", "optouts:\n  +12025550142: [+12025550100, shop]\n", ""},
	{"no opt-outs", "optouts: [+12025550142]\n", "x.yaml:1:10: optouts: want lines of NAME: VALUE"},
	{"key", "keys:\n  SK1: secret\n", "x.yaml:2:3: keys: want lines of SID: SECRET"},
	{"history", "history: [a]\n",
		"x.yaml:1:10: history: want the name of a file that twilsim export wrote"},
	{"no numbers", "numbers: /x\n", "x.yaml:1:10: numbers: want lines of NUMBER: URL"},
}

func TestParseFile(t *testing.T) {
	for _, tt := range fileTests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseFile("x.yaml", []byte(tt.yaml))
			got := ""
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// FuzzParseFile checks that every error names a place in the file.
func FuzzParseFile(f *testing.F) {
	for _, tt := range fileTests {
		f.Add(tt.yaml)
	}
	f.Fuzz(func(t *testing.T, yaml string) {
		// They may name any file of this machine.
		if strings.Contains(yaml, "rules") || strings.Contains(yaml, "bins") {
			return
		}
		_, err := parseFile("x.yaml", []byte(yaml))
		var wrong *Error
		if err != nil && (!errors.As(err, &wrong) || !strings.HasPrefix(wrong.What, "x.yaml:")) {
			t.Errorf("%q: %v", yaml, err)
		}
	})
}

// TestByteOrderMark checks that a file may begin with the mark of some editors of Windows.
func TestByteOrderMark(t *testing.T) {
	name := filepath.Join(t.TempDir(), FileName)
	if err := os.WriteFile(name, []byte("\ufeffspeed: fast\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := ReadFile(filepath.Dir(name), "")
	if err != nil || file.Values["speed"].Words[0] != "fast" {
		t.Errorf("%v, %v", file.Values, err)
	}
}
