package config

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// TestSettings checks that each setting has a default of its type, help, and a name that its
// command uses once.
func TestSettings(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Settings() {
		if seen[s.Command+" "+s.Name] {
			t.Errorf("%s --%s is there twice", s.Command, s.Name)
		}
		seen[s.Command+" "+s.Name] = true
		if s.Help == "" {
			t.Errorf("%s --%s has no help", s.Command, s.Name)
		}
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		s.addFlag(flags, nil)
		if s.Default != "" {
			if err := flags.Set(s.Name, s.Default); err != nil {
				t.Errorf("%s --%s: the default: %v", s.Command, s.Name, err)
			}
			if got := flags.Lookup(s.Name).DefValue; got != s.Default {
				t.Errorf("%s --%s: the default is %q, not %q", s.Command, s.Name, got, s.Default)
			}
		}
	}
}

// TestValues checks values that flags accept and refuse.
func TestValues(t *testing.T) {
	for _, tt := range []struct {
		command, flag, value string
		want                 string // the error; "" for none
	}{
		{"", "url", "http://localhost:2010", ""},
		{"", "url", "localhost:2010", `--url: "localhost:2010" is not an absolute http or https URL`},
		{"", "color", "never", ""},
		{"", "color", "nevr", `--color: unknown value "nevr"`},
		{"", "timeout", "2m", ""},
		{"", "timeout", "0", "--timeout 0 is wrong: want a time above 0"},
		{"", "timeout", "soon", "--timeout soon is wrong: want a time such as 10s"},
		{"", "json", "maybe", "--json maybe is wrong: want true or false"},
		{"serve", "speed", "10x", ""},
		{"serve", "speed", "0x", `--speed: unknown speed "0x"`},
		{"serve", "speed", "NaNx", `--speed: unknown speed "NaNx"`},
		{"serve", "seed", "18446744073709551615", ""},
		{"serve", "seed", "0", "--seed 0 is wrong: want a whole number above 0"},
		{"serve", "keep", "0", ""},
		{"serve", "keep", "-1", "--keep -1 is wrong: want 0 or more"},
		{"serve", "port", "65536", "--port 65536 is wrong: want a number up to 65535"},
		{"serve", "allow-host", "staging.example", ""},
		{"serve", "allow-host", "api.twilio.com",
			"--allow-host: api.twilio.com would let messages out to Twilio"},
		{"serve", "allow-host", "https://a.example/x", "--allow-host: https://a.example/x is not a host"},
		{"serve", "fallback-url", "/fallback", ""},
		{"serve", "number", "12", `--number: "12" is not a phone number: ` +
			"write + and the country code first, for example +12025550142"},
		{"serve", "quirk", "queue-full-status=400", ""},
		{"run", "quirk", "queue-full-status=404",
			`--quirk: quirk queue-full-status is 429 or 400, not "404": did you mean "400"?`},
		{"exec", "quirk", "queue-status=400", `--quirk: unknown quirk "queue-status": ` +
			`did you mean "queue-full-status"?`},
		{"exec", "fail-on", "alert,blocked", ""},
		{"exec", "fail-on", "alert,blokced", `--fail-on: unknown value "blokced"`},
		{"run", "parallel", "0", "--parallel 0 is wrong: want 1 or more"},
		{"run", "count", "many", "--count many is wrong: want a whole number"},
		{"run", "app-env", "A=", ""},
		{"run", "app-env", "=A", "--app-env: =A is not NAME=VALUE"},
	} {
		t.Run(tt.flag+" "+tt.value, func(t *testing.T) {
			rows := Settings()
			i := slices.IndexFunc(rows, func(s Setting) bool {
				return s.Command == tt.command && s.Name == tt.flag
			})
			flags := pflag.NewFlagSet("", pflag.ContinueOnError)
			rows[i].addFlag(flags, nil)
			flag := flags.Lookup(tt.flag)
			got := ""
			if err := flag.Value.Set(tt.value); err != nil {
				got = OptionError(flag, tt.value, err).Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestSources checks which source wins.
func TestSources(t *testing.T) {
	file, err := parseFile("twilsim.yaml",
		[]byte("seed: 7\nspeed: virtual\nutc: true\nallow-host: [a.example]\n"))
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"TWILSIM_SPEED": "fast", "TWILSIM_FAIL_ON": "alert blocked"}
	c := New(file, func(name string) string { return env[name] })
	given := pflag.NewFlagSet("", pflag.ContinueOnError)
	AddFlags(given, "", map[string]any{
		"url": new(string), "access-token": new(string), "account": new(string),
		"color": new(string), "json": new(bool),
		"quiet": new(bool), "utc": new(bool), "verbose": new(bool), "timeout": nil, "config": new(string),
	})
	if err := given.Set("color", "never"); err != nil {
		t.Fatal(err)
	}
	given.VisitAll(func(flag *pflag.Flag) {
		if err := c.Fill(flag, true); err != nil {
			t.Error(err)
		}
	})
	settings, err := c.Sourced(given)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][2]string{}
	for _, s := range settings {
		if s.Source != "default" {
			got[s.Key] = [2]string{s.Source, s.Value}
		}
	}
	want := map[string][2]string{
		"seed": {"twilsim.yaml:1", "7"}, "speed": {"TWILSIM_SPEED", "fast"}, "color": {"flag", "never"},
		"utc": {"twilsim.yaml:3", "true"}, "allow-host": {"twilsim.yaml:4", "a.example"},
		"fail-on": {"TWILSIM_FAIL_ON", "alert blocked"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	env["TWILSIM_SEED"] = "none"
	if _, err := c.Sourced(given); err == nil ||
		err.Error() != "TWILSIM_SEED=none is wrong: want a whole number above 0" {
		t.Errorf("a wrong variable: %v", err)
	}
}
