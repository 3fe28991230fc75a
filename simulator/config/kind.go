package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"

	"twilsim/simulator/address"
	"twilsim/simulator/clock"
	"twilsim/simulator/intercept"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// Check says what is wrong with a value, as an [*Error]; nil accepts it.
type Check func(value string) error

// Value is a flag's value of type string, with a check. It is a [pflag.Value].
type Value struct {
	p     *string
	check Check
}

// Set checks and sets the value.
func (v Value) Set(s string) error {
	if err := v.check(s); err != nil {
		return err
	}
	*v.p = s
	return nil
}

// String returns the value.
func (v Value) String() string { return *v.p }

// Type is the type that help shows.
func (v Value) Type() string { return "string" }

// StringVar makes a flag whose values must pass a check. The default is not checked, so it may be
// "".
func StringVar(flags *pflag.FlagSet, p *string, name, value string, check Check, usage string) {
	*p = value
	flags.Var(Value{p, check}, name, usage)
}

// list is a flag's value that may be repeated, each with a check. It is a [pflag.SliceValue].
type list struct {
	p       *[]string
	check   Check
	commas  bool  // a value may be several with commas between them
	changed *bool // the default was replaced
}

// The first call drops the default, later ones add to what was given.
func (l list) Set(s string) error {
	values := []string{s}
	if l.commas {
		values = strings.Split(s, ",")
	}
	for _, value := range values {
		if err := l.check(value); err != nil {
			return err
		}
	}
	if !*l.changed {
		*l.p, *l.changed = nil, true
	}
	*l.p = append(*l.p, values...)
	return nil
}

func (l list) String() string { return "[" + strings.Join(*l.p, ",") + "]" }
func (l list) Type() string   { return "stringArray" }

// Append adds a value.
func (l list) Append(s string) error { return l.Set(s) }

// Replace sets all values.
func (l list) Replace(values []string) error {
	for _, s := range values {
		if err := l.check(s); err != nil {
			return err
		}
	}
	*l.p, *l.changed = values, true
	return nil
}

// GetSlice returns the values.
func (l list) GetSlice() []string { return *l.p }

// fast is the factor of the speed that is called fast.
const fast = 60

// ParseSpeed makes the clock of a speed: real, fast, a factor such as 10x, or virtual. Each call
// makes a new clock, which starts at the machine's time.
func ParseSpeed(s string) (*clock.Clock, error) {
	switch s {
	case "real":
		return clock.Real(), nil
	case "fast":
		return clock.Fast(fast), nil
	case "virtual":
		return clock.Virtual(clock.Wall()), nil
	}
	factor, err := strconv.ParseFloat(strings.TrimSuffix(s, "x"), 64)
	if err != nil || !strings.HasSuffix(s, "x") || !(factor > 0 && factor <= 1e6) {
		e := errorf("unknown speed %q", s)
		if near := suggest.Nearest(s, []string{"real", "fast", "virtual"}); near != "" {
			return nil, e.try("--speed " + near)
		}
		return nil, e.try("--speed real", "--speed fast", "--speed 10x", "--speed virtual")
	}
	return clock.Fast(factor), nil
}

func checkSpeed(s string) error {
	_, err := ParseSpeed(s)
	return err
}

// CheckURL accepts an absolute http or https URL, and "".
func CheckURL(s string) error {
	if s == "" {
		return nil
	}
	if err := webhook.CheckURL(s); err != nil {
		return (&Error{Try: []string{"http://localhost:3000"}}).within(err)
	}
	return nil
}

// checkFallback accepts a path of the app or a URL.
func checkFallback(s string) error {
	if strings.HasPrefix(s, "/") || s == "" {
		return nil
	}
	if err := webhook.CheckURL(s); err != nil {
		return errorf("%v, and not a path of the app, which begins with /", err).
			try("twilsim serve --forward-to http://localhost:3000 --fallback-url /fallback")
	}
	return nil
}

func checkNumber(s string) error {
	if _, err := address.Parse(s); err != nil {
		return errorf("%v", err).try("twilsim serve --number +12025550100")
	}
	return nil
}

// checkAuthToken accepts what the SDKs take for an auth token (F-478), without repeating it. Errors
// end up in logs, which must not have a secret.
func checkAuthToken(s string) error {
	for _, r := range s {
		if !('0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z') {
			return errorf("an auth token has letters and digits only")
		}
	}
	return nil
}

func checkRoute(s string) error {
	if _, err := webhook.ParseRoute(s); err != nil {
		return errorf("%v", err)
	}
	return nil
}

// checkHost accepts a host to which requests may go. It refuses Twilio's own hosts, because then
// messages would be sent for real, and a URL, which would match no host.
func checkHost(host string) error {
	if strings.Contains(host, "/") {
		_, behind, hasScheme := strings.Cut(host, "://")
		if !hasScheme {
			behind = host
		}
		name, _, _ := strings.Cut(behind, "/")
		name = name[strings.LastIndexByte(name, '@')+1:]
		return errorf("%s is not a host", host).try("--allow-host " + name)
	}
	if intercept.Simulated(host) {
		e := errorf("%s would let messages out to Twilio",
			host).try("run your app without twilsim's proxy")
		e.Cause = "twilsim never sends a message for real"
		return e
	}
	return nil
}

// oneOf accepts one of some words.
func oneOf(flag string, words ...string) Check {
	return func(s string) error {
		if slices.Contains(words, s) {
			return nil
		}
		if near := suggest.Nearest(s, words); near != "" {
			return errorf("unknown value %q", s).try("--" + flag + " " + near)
		}
		wrong := errorf("unknown value %q", s)
		for _, word := range words {
			wrong.Try = append(wrong.Try, "--"+flag+" "+word)
		}
		return wrong
	}
}

// parseShard reads I/N: of N parts the I-th, from 1. "" is 0, 0: everything.
func parseShard(s string) (part, parts int, err error) {
	if s == "" {
		return 0, 0, nil
	}
	left, right, _ := strings.Cut(s, "/")
	part, err = strconv.Atoi(left)
	parts, err2 := strconv.Atoi(right)
	if err != nil || err2 != nil || part < 1 || part > parts {
		return 0, 0, errorf("want I/N, the part and the number of parts").
			try("twilsim run --shard 1/3", "twilsim run --shard 2/3", "twilsim run --shard 3/3")
	}
	return part, parts, nil
}

func checkShard(s string) error {
	if s == autoShard {
		return nil
	}
	_, _, err := parseShard(s)
	return err
}

// checkPath accepts a path.
func checkPath(flag string) Check {
	return func(s string) error {
		if s != "" && !strings.HasPrefix(s, "/") {
			return errorf("want a path").try("--" + flag + " /" + s)
		}
		return nil
	}
}

// checkAppEnv accepts NAME=VALUE except PORT, which says where the app must listen.
func checkAppEnv(s string) error {
	if strings.HasPrefix(s, "PORT=") {
		return errorf("PORT cannot be set: it says where the app must listen").
			try("--app-url http://localhost:3000        for an app that listens where it wants")
	}
	return CheckAssignment(s)
}

// CheckAssignment accepts NAME=VALUE.
func CheckAssignment(s string) error {
	if name, _, ok := strings.Cut(s, "="); !ok || name == "" {
		return errorf("%s is not NAME=VALUE", s)
	}
	return nil
}

// positive is a duration above zero. It is a [pflag.Value].
type positive struct{ p *time.Duration }

func (d positive) Set(s string) error {
	got, err := clock.ParseDuration(s)
	switch {
	case err != nil && !errors.Is(err, clock.ErrNegative):
		return errorf("want a time such as 10s")
	case got <= 0:
		return errorf("want a time above 0").try("10s")
	}
	*d.p = got
	return nil
}

func (d positive) String() string {
	if *d.p == 0 {
		return "" // so that help shows no default
	}
	return d.p.String()
}

func (d positive) Type() string { return "duration" }

// number is a whole number with a least value. It is a [pflag.Value].
type number struct {
	least int
	p     *int
}

func (n number) Set(s string) error {
	got, err := strconv.Atoi(s)
	switch {
	case err != nil:
		return errorf("want a whole number")
	case got < n.least:
		return errorf("want %d or more", n.least)
	}
	*n.p = got
	return nil
}

func (n number) String() string { return strconv.Itoa(*n.p) }
func (n number) Type() string   { return "int" }

// seed is a number above 0. It is a [pflag.Value].
type seed struct{ p *uint64 }

func (n seed) Set(s string) error {
	got, err := strconv.ParseUint(s, 10, 64)
	if err != nil || got == 0 {
		return errorf("want a whole number above 0").try("--seed 1")
	}
	*n.p = got
	return nil
}

func (n seed) String() string { return fmt.Sprint(*n.p) }
func (n seed) Type() string   { return "uint64" }

// ParseBytes reads a number of bytes, as 256MiB, 1GB or 1048576; "" is 0.
func ParseBytes(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := humanize.ParseBytes(s)
	if err != nil || n > 1<<50 || n > 0 && n < leastBytes {
		return 0, errorf("want a size from 1MiB on, or 0").try("--keep-bytes 256MiB")
	}
	return int64(n), nil
}

// leastBytes is the smallest limit that the simulator takes.
const leastBytes = 1 << 20

func checkBytes(s string) error {
	_, err := ParseBytes(s)
	return err
}
