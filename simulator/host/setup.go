package host

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/address"
	"twilsim/simulator/config"
	"twilsim/simulator/runcount"
	"twilsim/simulator/storage"
	"twilsim/simulator/webhook"
)

// Setup has the settings of a simulator as flags have them. The zero value is not valid: it has no
// speed and no number.
type Setup struct {
	Number    string        // the first number of the main account
	Seed      uint64        // 0 is [simulator.DefaultSeed]
	Speed     string        // real, fast, 10x or virtual
	Patience  time.Duration // see [simulator.Server]
	Keep      int           // how many of each thing are kept; 0 is all
	KeepBytes string        // and how much memory all of it may need, as 256MiB; 0 or "" is any
	ForwardTo string        // the app's URL, or that of its webhook for texts
	// SMSPath is the webhook's path below ForwardTo; "" is ForwardTo's own path, or /sms.
	SMSPath     string
	FallbackURL string   // needs ForwardTo
	Forward     []string // routes, PUBLIC=LOCAL
	AllowHosts  []string
	InsecureApp bool
	AnyAccount  bool
	AuthToken   string   // of the main account; "" is the default
	Quirks      []string // NAME=VALUE
	Strict      bool
	Version     string // what the control API reports
}

// Server makes the simulator. It is an error if a setting is wrong. It does not start it. Errors
// are of type [*config.Error] or say what is wrong in their text.
func (s Setup) Server() (*simulator.Server, error) {
	sim := &simulator.Server{
		Seed: s.Seed, Keep: s.Keep, Patience: s.Patience, AllowHosts: s.AllowHosts,
		AnyAccount: s.AnyAccount,
		AuthToken:  s.AuthToken, InsecureApp: s.InsecureApp,
		FallbackURL: s.FallbackURL, Version: s.Version,
	}
	_, sim.MaxCalls = connLimits(descriptors())
	var err error
	if sim.KeepBytes, err = config.ParseBytes(s.KeepBytes); err != nil {
		return nil, err
	}
	if sim.Clock, err = config.ParseSpeed(s.Speed); err != nil {
		return nil, err
	}
	if sim.Quirks, err = config.ParseQuirks(s.Strict, s.Quirks); err != nil {
		return nil, err
	}
	if sim.PhoneNumber, err = address.Parse(s.Number); err != nil {
		return nil, err
	}
	for _, text := range s.Forward {
		route, err := webhook.ParseRoute(text)
		if err != nil {
			return nil, err
		}
		sim.Routes = append(sim.Routes, route)
	}
	sim.ForwardTo, sim.SMSPath = splitWebhook(s.ForwardTo, s.SMSPath)
	if s.FallbackURL != "" && s.ForwardTo == "" {
		return nil, &config.Error{
			What: "--fallback-url stands in for the app at --forward-to, which is missing",
			Try:  []string{"twilsim serve --forward-to http://localhost:3000 --fallback-url /fallback"},
		}
	}
	return sim, nil
}

// splitWebhook returns the URL of an app and the path of its webhook for texts. Without smsPath, a
// URL with a path is that of the webhook itself.
func splitWebhook(forwardTo, smsPath string) (base, path string) {
	u, err := url.Parse(forwardTo)
	if err != nil || smsPath != "" || strings.Trim(u.Path, "/") == "" && u.RawQuery == "" {
		return strings.TrimSuffix(forwardTo, "/"), smsPath
	}
	path = u.EscapedPath()
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if u.Fragment != "" { // overrides for the connection
		path += "#" + u.EscapedFragment()
	}
	u.Path, u.RawPath, u.RawQuery, u.Fragment, u.RawFragment = "", "", "", "", ""
	return u.String(), path
}

// BeginRun makes the SIDs of this run differ from those of all others, unless they are to repeat:
// then only a file that has SIDs already has others. If the runs cannot be counted, it warns and
// takes a number by chance. With an access token it always does that, because everyone who knows
// the SID of a media file may fetch it.
func BeginRun(sim *simulator.Server, repeat bool, warnf func(format string, args ...any)) error {
	if file, ok := sim.Data.(*storage.File); ok {
		number, count, err := file.Run()
		if err == nil && (!repeat || count > 1) {
			sim.BeginRun(number)
		}
		return err
	}
	if repeat {
		return nil
	}
	number, err := runcount.Next()
	if err != nil {
		warnf("runs are not counted, so SIDs come from no seed: %v; "+
			"set XDG_STATE_HOME to a directory that you can write, or --repeat-sids", err)
	}
	if err != nil || sim.AccessToken != "" {
		var random [8]byte
		rand.Read(random[:])                                // it never fails
		number = binary.BigEndian.Uint64(random[:]) | 1<<63 // above all that are counted
	}
	sim.BeginRun(number)
	return nil
}

// ApplyRules replaces the rules of the main account by those of a file; "" leaves them.
func ApplyRules(sim *simulator.Server, file string) error {
	if file == "" {
		return nil
	}
	rules, err := config.ReadRules(file)
	if err != nil {
		return err
	}
	sim.Account().Rules.Replace(rules)
	return nil
}

// ApplySeed gives the main account what a file says that it has; "" gives it nothing.
func ApplySeed(sim *simulator.Server, file string) error {
	if file == "" {
		return nil
	}
	f, err := config.ReadSeed(file)
	if err != nil {
		return err
	}
	return f.Apply(sim)
}

// WithoutBrackets returns an IPv6 address that is written as in a URL, [::1], without its brackets.
func WithoutBrackets(listen string) string {
	if inner, ok := strings.CutPrefix(listen, "["); ok && strings.HasSuffix(inner, "]") {
		return strings.TrimSuffix(inner, "]")
	}
	return listen
}

// Token returns the access token that the control API requires: the given one or a new one, "" if
// none is required. It is an error to listen for other machines without a token, or to give a port
// with the address: it has a flag of its own. A name other than localhost counts as another
// machine, because it may resolve to any address.
func (s Setup) Token(listen, given string, required bool) (string, error) {
	if required && s.AnyAccount {
		return "", &config.Error{
			What: "--any-account accepts any credentials, and --require-token keeps strangers out",
			Try:  []string{"one of the two"},
		}
	}
	if host, port, err := net.SplitHostPort(listen); err == nil {
		return "", &config.Error{
			What: "--listen takes an address without a port, not " + listen,
			Try: []string{
				"twilsim serve --listen " + cmp.Or(host, "127.0.0.1") + " --port " +
					cmp.Or(port, "0"),
			},
		}
	}
	if required {
		return cmp.Or(given, rand.Text()), nil
	}
	addr, err := netip.ParseAddr(listen)
	if listen == "localhost" || err == nil && addr.IsLoopback() {
		return "", nil
	}
	listen = cmp.Or(listen, `""`)
	return "", &config.Error{
		What:  "refusing to listen on " + listen + " without a token",
		Cause: "both APIs would be open to your network",
		Try: []string{
			"twilsim serve --listen " + listen +
				" --require-token      (a token is generated and printed)",
		},
	}
}
