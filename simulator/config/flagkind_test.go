package config

import (
	"testing"

	"github.com/spf13/pflag"
)

func TestParseShard(t *testing.T) {
	for text, want := range map[string][2]int{"": {0, 0}, "1/1": {1, 1}, "2/3": {2, 3}} {
		part, parts, err := parseShard(text)
		if got := [2]int{part, parts}; got != want || err != nil {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"1", "0/3", "4/3", "/", "a/3", "1/b", "1/2/3", "-1/3"} {
		if _, _, err := parseShard(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

// TestRunValues checks values that only run has.
func TestRunValues(t *testing.T) {
	for flag, values := range map[string]struct{ good, bad string }{
		"shard": {"1/3", "3/1"}, "app-ready": {"/health", "health"}, "app-env": {"A=", "PORT=1"},
	} {
		flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
		for _, s := range Settings() {
			if s.Name == flag {
				s.addFlag(flags, nil)
			}
		}
		if err := flags.Set(flag, values.good); err != nil {
			t.Errorf("--%s %s: %v", flag, values.good, err)
		}
		if err := flags.Set(flag, values.bad); err == nil {
			t.Errorf("--%s %s is accepted", flag, values.bad)
		}
	}
}
