package main

import (
	"cmp"
	"strconv"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/directory"
	"twilsim/simulator/intercept"
	"twilsim/simulator/journal"
	"twilsim/simulator/shell"
)

// ready is the first line of serve under --json.
type ready struct {
	Type        string `json:"type"` // ready
	URL         string `json:"url"`
	Version     string `json:"version"`
	AccountSID  string `json:"account_sid"`
	Seed        uint64 `json:"seed"`
	Speed       string `json:"speed"`
	CAFile      string `json:"ca_file,omitempty"` // the proxy's; it is made on its first use
	AccessToken string `json:"access_token,omitempty"`
	// The test credentials, under --test-credentials.
	TestAccountSID string `json:"test_account_sid,omitempty"`
	TestAuthToken  string `json:"test_auth_token,omitempty"`
}

// startTime writes how long the start took.
func startTime(d time.Duration) string {
	if d < time.Millisecond {
		return "under 1 ms"
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
}

// banner prints that the server is ready, with its addresses and settings.
func (h *host) banner() {
	u, account := h.c.ui, h.sim.Account()
	if u.JSON {
		_ = u.Encode(h.ready())
		return
	}
	numbers, rules := account.Numbers(), account.Rules.List() // read before the first line is printed, since its reader may change them
	from := ""
	if h.c.config.Path != "" {
		from = "   config " + h.c.config.Path
	}
	u.Printf("twilsim %s ready in %s on %s   seed %d   speed %s%s\n", version, startTime(clock.Wall().Sub(h.c.started)), h.url(),
		h.options.seed, h.options.speed, from)
	if u.Quiet {
		if h.sim.AccessToken != "" {
			u.Printf("access token %s\n", h.sim.AccessToken)
		}
		return
	}
	u.Printf("\n  API       %s\n", h.url())
	u.Printf("  Account   %s   token  %s\n", account.SID, account.Token)
	if h.options.anyAccount {
		u.Printf("            and any other, with any token: it is made on its first use\n")
	}
	if h.options.testCredentials {
		test := h.sim.Accounts().Test()
		u.Printf("  Test      %s   token  %s   stores and sends nothing\n", test.SID, test.Token)
	}
	h.bannerNumbers(numbers)
	h.bannerProxy()
	for _, route := range h.sim.Routes {
		u.Printf("  Forward   %s  ->  %s\n", route.Public, journal.MaskURL(route.Local))
	}
	if h.sim.InsecureApp {
		u.Printf("  Insecure  any certificate of the app is taken\n")
	}
	if len(rules) > 0 {
		u.Printf("  Rules     %s of %s\n", strconv.Itoa(len(rules)), cmp.Or(h.options.rules, h.c.config.RulesFrom))
	}
	if h.sim.AccessToken != "" {
		u.Printf("  Access    token  %s   for /sim/v1; commands in this directory find it by themselves\n", h.sim.AccessToken)
	}
	u.Printf("\n  Use it    eval \"$(twilsim env)\"        try it    twilsim sms +12025550142 %s hi\n\n", numbers[0].PhoneNumber)
}

func (h *host) ready() ready {
	first := ready{
		Type: "ready", URL: h.url(), Version: version, AccountSID: h.sim.Account().SID, Seed: h.options.seed, Speed: h.options.speed,
		CAFile: caFile(), AccessToken: h.sim.AccessToken,
	}
	if h.options.testCredentials {
		test := h.sim.Accounts().Test()
		first.TestAccountSID, first.TestAuthToken = test.SID, test.Token
	}
	return first
}

// bannerNumbers prints where the messages to each number are sent.
func (h *host) bannerNumbers(numbers []directory.Number) {
	u := h.c.ui
	for _, number := range numbers {
		if number.SmsURL == "" {
			u.Printf("  Number    %s  ->  nowhere yet; --forward-to http://localhost:3000 names your app\n", number.PhoneNumber)
			continue
		}
		u.Printf("  Number    %s  ->  %s %s\n", number.PhoneNumber, number.SmsMethod, journal.MaskURL(number.SmsURL))
		if number.SmsFallbackURL != "" {
			u.Printf("  Fallback  %s  ->  %s %s\n", number.PhoneNumber, number.SmsFallbackMethod,
				journal.MaskURL(number.SmsFallbackURL))
		}
	}
}

// bannerProxy prints the address of the proxy, and the CA that its clients must trust.
func (h *host) bannerProxy() {
	ca := "no place for a CA: " + intercept.TryDataHome
	if file := caFile(); file != "" {
		ca = "CA " + shell.Tilde(file)
	}
	offline := ""
	if h.options.offline {
		offline = "   offline"
	}
	h.c.ui.Printf("  Proxy     %s   %s%s\n", h.url(), ca, offline)
}

// caFile is where the certificate of the CA is or will be; "" if there is no directory for it.
func caFile() string {
	dir, err := intercept.DefaultDir()
	if err != nil {
		return ""
	}
	return intercept.CAFile(dir)
}
