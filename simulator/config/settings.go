package config

import (
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"twilsim/simulator"
)

// Setting is one flag of one command, or of every command, that may also be a key of twilsim.yaml.
// Several rows may have the same Name, for different commands. They then share their key in the
// file.
type Setting struct {
	Command string // serve, run or exec; "" is every command
	Name    string
	Type    Type
	Default string // of a Bool, Count or List it is false, 0 or none
	Help    string // with the name of the value in backquotes
	// OneCall says why the setting is not a key of the file; "" means that it is.
	OneCall string

	short string // one letter; "" has none
	check Check  // nil accepts all that the type accepts
	least int    // of a Whole

	commas bool // of a List: one value may be several with commas between them
}

// Type is the type of a setting's values.
type Type int

// The types. The zero Type is Text.
const (
	Text     Type = iota // a string
	Bool                 // true or false
	Count                // how often the flag is given, an int
	Whole                // an int
	Port                 // a uint16
	Seed                 // a uint64 above 0
	Duration             // a time.Duration above 0
	List                 // several strings, since the flag may be repeated
)

// Reasons why a flag is not a key of the file.
const (
	oneCall = "it is about one call of the command"
	secret  = "it is a secret, and the file is for the repository"
)

// The texts that several commands share.
const (
	forwardToHelp = "the app's `URL`: texts go to it, or to its /sms if it has no path"
	smsPathHelp   = "the `PATH` below --forward-to to which texts go"
	quirkHelp     = "`NAME=VALUE` sets a switch for what the sources about Twilio leave open; " +
		"may be repeated; see facts --quirks"
	strictHelp = "set every such switch to its strictest value, unless --quirk sets it"
	repeatHelp = "issue the same SIDs in each run, for golden files; apps that remember SIDs " +
		"need new ones"
	speedHelp    = "how fast time passes: `SPEED` is real, fast, a factor such as 10x, or virtual"
	rulesHelp    = "a YAML `FILE` with rules for the carrier"
	numberHelp   = "your phone `NUMBER`"
	patienceHelp = "how much real `TIME` the app has for an answer while the clock is virtual; " +
		"after it the limit of 15s passes on the clock"
	seedHelp = "what SIDs and chance come from, `N` above 0"
)

// Settings returns the table of settings, in the order of the commands. A new setting is a row here
// and a field in its command.
func Settings() []Setting {
	return slices.Concat(everyCommand(), serveSettings(), runSettings(), execSettings())
}

func everyCommand() []Setting {
	return []Setting{
		{Name: "url", check: CheckURL,
			Help: "the simulator's `URL` (else TWILSIM_URL, .twilsim/run.json, http://127.0.0.1:2010)"},
		{Name: "access-token", OneCall: secret,
			Help: "`TOKEN` that serve --require-token printed (else from .twilsim/run.json)"},
		{Name: "account",
			Help: "the `ACCOUNT` to use, by its SID or name (else the main account)"},
		{Name: "color", Default: "auto", check: oneOf("color", "auto", "always", "never"),
			Help: "`WHEN`: auto, always or never"},
		{Name: "json", Type: Bool, OneCall: oneCall, Help: "print JSON, one object a line"},
		{Name: "quiet", Type: Bool, Help: "print results and errors only"},
		{Name: "utc", Type: Bool, Help: "print times in UTC"},
		{Name: "verbose", short: "v", Type: Bool, OneCall: oneCall, Help: "print more"},
		{Name: "timeout", Type: Duration, Default: "30s", Help: "give up after this `TIME`"},
		{Name: "config", OneCall: oneCall, Help: "read this `FILE` instead of twilsim.yaml"},
	}
}

func serveSettings() []Setting {
	return forCommand("serve", []Setting{
		{Name: "listen", Default: "127.0.0.1",
			Help: "the `ADDRESS` to listen on; addresses other than loopback need --require-token"},
		{Name: "port", Type: Port, Default: "2010",
			Help: "the `PORT` to listen on; 0 takes any free one"},
		{Name: "forward-to", check: CheckURL, Help: forwardToHelp},
		{Name: "sms-path", check: checkPath("sms-path"), Help: smsPathHelp},
		{Name: "fallback-url", check: checkFallback,
			Help: "a path of the app, or a `URL`, to ask if /sms fails"},
		{Name: "forward", Type: List, check: checkRoute,
			Help: "serve a public URL on this machine, `PUBLIC=LOCAL`; may be repeated"},
		{Name: "allow-host", Type: List, check: checkHost,
			Help: "a `HOST` outside this machine to which webhooks may go, " +
				"and the proxy even with --offline; may be repeated"},
		{Name: "offline", Type: Bool, Help: "let the proxy send nothing to other machines"},
		{Name: "insecure-app", Type: Bool,
			Help: "accept any certificate from the app, such as a self-signed one"},
		{Name: "number", Default: simulator.DefaultPhoneNumber, check: checkNumber,
			Help: numberHelp},
		{Name: "seed", Type: Seed, Default: strconv.Itoa(simulator.DefaultSeed), Help: seedHelp},
		{Name: "speed", Default: "real", check: checkSpeed, Help: speedHelp},
		{Name: "patience", Type: Duration, Default: "2s", Help: patienceHelp},
		{Name: "keep", Type: Whole, Default: "10000",
			Help: "keep `N` messages, webhooks, requests and alerts each; 0 keeps all"},
		{Name: "keep-bytes", Default: "256MiB", check: checkBytes, Help: "keep no more than this " +
			"`SIZE` of all that: the oldest media goes first, then the oldest of the rest; 0 " +
			"keeps all"},
		{Name: "rules", Help: rulesHelp},
		{Name: "seed-file", Help: "a YAML `FILE` with numbers, bins, services, phones, opt-outs, " +
			"keys and history; see help config"},
		{Name: "quirk", Type: List, check: checkQuirk, Help: quirkHelp},
		{Name: "strict", Type: Bool, Help: strictHelp},
		{Name: "ready-file", Help: "write the URL into this `FILE` when ready"},
		{Name: "require-token", Type: Bool,
			Help: "require and print secrets: for /sim/v1 the --access-token, " +
				"for Twilio's API the --auth-token, each a new one if it is not given"},
		{Name: "auth-token", check: checkAuthToken, OneCall: secret,
			Help: "the `TOKEN` of the account, letters and digits (else a public one, or a " +
				"secret one with --require-token)"},
		{Name: "any-account", Type: Bool,
			Help: "accept any Account SID with any token: the account is created on its first use"},
		{Name: "test-credentials", Type: Bool,
			Help: "print the SID and token of Twilio's test credentials"},
		{Name: "repeat-sids", Type: Bool, Help: repeatHelp},
		{Name: "scenarios", Default: "scenarios",
			Help: "the `FOLDER` of scenarios that the console may run and write; '' for none"},
		{Name: "data",
			Help: "store everything in this `FILE`, and go on from there at the next start"},
	})
}

func execSettings() []Setting {
	return forCommand("exec", []Setting{
		{Name: "attach", Type: Bool,
			Help: "join the running simulator instead of starting a separate one"},
		{Name: "print-env", Type: Bool, OneCall: oneCall,
			Help: "print the variables that a command gets, each with its reason, and run nothing"},
		{Name: "keep-credentials", Type: Bool,
			Help: "leave the TWILIO_ variables that are set: a separate simulator accepts any " +
				"credentials, and a running one needs serve --any-account"},
		{Name: "fail-on", Type: List, commas: true, check: oneOf("fail-on", "alert", "blocked"),
			Help: "exit 1 if `WHAT` was found: alert (advice does not count), or blocked, which " +
				"is a refused request or a connection that ended because the CA is not trusted; " +
				"may be repeated"},
		{Name: "offline", Type: Bool, Help: "send nothing to other machines"},
		{Name: "allow-host", Type: List, check: checkHost,
			Help: "a `HOST` to which requests and webhooks may go even so; may be repeated"},
		{Name: "seed", Type: Seed, Default: strconv.Itoa(simulator.DefaultSeed), Help: seedHelp},
		{Name: "repeat-sids", Type: Bool, Help: repeatHelp},
		{Name: "quirk", Type: List, check: checkQuirk, Help: quirkHelp},
		{Name: "strict", Type: Bool, Help: strictHelp},
		{Name: "forward-to", check: CheckURL, Help: forwardToHelp},
		{Name: "sms-path", check: checkPath("sms-path"), Help: smsPathHelp},
		{Name: "speed", Default: "real", check: checkSpeed, Help: speedHelp},
		{Name: "rules", Help: rulesHelp},
		{Name: "number", Default: simulator.DefaultPhoneNumber, check: checkNumber,
			Help: numberHelp},
		{Name: "test-credentials", Type: Bool, OneCall: oneCall,
			Help: "give the command Twilio's test credentials and their sender, +15005550006"},
	})
}

func runSettings() []Setting {
	return forCommand("run", []Setting{
		{Name: "app", Help: "the `COMMAND` that starts the app under test, in this directory"},
		{Name: "app-url", check: CheckURL,
			Help: "the `URL` of an app that is already running, or where the app of --app " +
				"listens whatever PORT says"},
		{Name: "app-shared", Type: Bool, Help: "start the app once, for all scenarios"},
		{Name: "app-ready", check: checkPath("app-ready"),
			Help: "the `PATH` that the app answers with 200 to 399 when it is ready; else it " +
				"must listen"},
		{Name: "app-env", Type: List, check: checkAppEnv,
			Help: "`NAME=VALUE` for the app's environment; may be repeated"},
		{Name: "app-public-url", check: CheckURL,
			Help: "the `URL` that the app considers its own, which is signed"},
		{Name: "port", Type: Port, Default: "2010",
			Help: "the simulator's `PORT` with --app-shared or --app-url; 0 is any free one"},
		{Name: "run", OneCall: oneCall, Help: "only scenarios whose name matches this `REGEXP`; " +
			"NAME/PHASE stops after that phase"},
		{Name: "watch", Type: Bool, OneCall: oneCall,
			Help: "run again what a changed file affects, until Ctrl-C"},
		{Name: "watch-dir", Type: List, Help: "a `DIRECTORY` of the app, watched too; " +
			"else this one, if there is --app; may be repeated"},
		{Name: "list", Type: Bool, OneCall: oneCall, Help: "print the names and run nothing"},
		{Name: "shard", check: checkShard, OneCall: oneCall,
			Help: "run part `I/N` of the scenarios, 1/3 to 3/3, or auto for that of the CI system"},
		{Name: "seed", Type: Seed, Default: strconv.Itoa(simulator.DefaultSeed),
			Help: "what all chance and every SID come from, `N` above 0"},
		{Name: "quirk", Type: List, check: checkQuirk, Help: quirkHelp},
		{Name: "strict", Type: Bool,
			Help: strictHelp + "; and fail a scenario that does not start the app, " +
				"or in which a rule, the state of a handset or a bin is never used"},
		{Name: "parallel", Type: Whole, least: 1, Default: strconv.Itoa(runtime.GOMAXPROCS(0)),
			Help: "run `N` scenarios at once"},
		{Name: "count", Type: Whole, least: 1, Default: "1", Help: "run each scenario `N` times"},
		{Name: "shuffle", Type: Bool, Help: "run in an order that the seed chooses"},
		{Name: "failfast", Type: Bool, Help: "start no more scenarios after the first failure"},
		{Name: "patience", Type: Duration, Default: "2s", Help: patienceHelp},
		{Name: "timeout", Type: Duration, Default: "30s",
			Help: "real `TIME` that one scenario may take, including the start of its app"},
		{Name: "verbose", short: "v", Type: Count, OneCall: oneCall,
			Help: "show phases and commands as they happen; -vv also shows the environment"},
		{Name: "update", Type: Bool, OneCall: oneCall,
			Help: "rewrite golden files in the scenarios"},
		{Name: "continue", Type: Bool,
			Help: "continue after a failure in a scenario, and report all"},
		{Name: "work", Type: Bool, Help: "keep each scenario's directory, and print its name"},
		{Name: "journal",
			Help: "write each scenario's journal below this `DIRECTORY`, as lines of JSON"},
		{Name: "junit",
			Help: "write a JUnit report to this `FILE`, a suite for each scenario and a case for " +
				"each phase"},
		{Name: "tap", Help: "write a TAP report to this `FILE`, or print it with -"},
		{Name: "json", Type: Bool, OneCall: oneCall, Help: "print the events of go test -json"},
		{Name: "trace", Default: ".twilsim/failures",
			Help: "write the traces of failures below this `DIRECTORY`"},
		{Name: "trace-all", Type: Bool,
			Help: "write a trace of each scenario, not only of failures"},
		{Name: "coverage", Type: Bool,
			Help: "print what the scenarios exercised, and what they did not"},
		{Name: "coverage-out", Help: "write that to this `FILE`: .html for a page, else JSON"},
		{Name: "min", Type: Whole, Default: "0",
			Help: "fail if less than `N` percent is exercised"},
		{Name: "min-checked", Type: Whole, Default: "0",
			Help: "fail if less than `N` percent is checked"},
	})
}

func forCommand(command string, rows []Setting) []Setting {
	for i := range rows {
		rows[i].Command = command
	}
	return rows
}

// AddFlags adds the flags of a command, "" for those of every command. Fields has a pointer to a
// variable of the right type for each setting of the table, by its name. A setting without a field,
// or a field without a setting, is a mistake in the program and panics. The variables have their
// defaults when it returns.
func AddFlags(flags *pflag.FlagSet, command string, fields map[string]any) {
	left := len(fields)
	for _, s := range Settings() {
		if s.Command != command {
			continue
		}
		field, ok := fields[s.Name]
		if !ok {
			panic("config: no field for --" + s.Name)
		}
		left--
		s.addFlag(flags, field)
	}
	if left != 0 {
		panic("config: a field of " + command + " has no setting")
	}
}

// addFlag adds the flag of a setting. field points to its variable; nil makes one, to check values.
func (s Setting) addFlag(flags *pflag.FlagSet, field any) {
	check := s.check
	if check == nil {
		check = func(string) error { return nil }
	}
	var value pflag.Value
	switch s.Type {
	case Bool:
		flags.BoolVarP(variable[bool](field), s.Name, s.short, false, s.Help)
		return
	case Count:
		flags.CountVarP(variable[int](field), s.Name, s.short, s.Help)
		return
	case List:
		flags.Var(list{variable[[]string](field), check, s.commas, new(bool)}, s.Name, s.Help)
		return
	case Port:
		port, _ := strconv.ParseUint(s.Default, 10, 16) // a test checks the defaults
		flags.Uint16Var(variable[uint16](field), s.Name, uint16(port), s.Help)
		return
	case Whole:
		value = number{s.least, variable[int](field)}
	case Seed:
		value = seed{variable[uint64](field)}
	case Duration:
		value = positive{variable[time.Duration](field)}
	default:
		value = Value{variable[string](field), check}
	}
	if s.Default != "" {
		_ = value.Set(s.Default) // a test checks the defaults
	}
	flags.VarP(value, s.Name, s.short, s.Help)
}

// variable returns the variable of a flag, a new one if field is nil.
func variable[T any](field any) *T {
	if field == nil {
		return new(T)
	}
	return field.(*T)
}

// EnvName is the variable that stands in for a flag.
func EnvName(flag string) string {
	return "TWILSIM_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}
