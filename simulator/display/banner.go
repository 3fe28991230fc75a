package display

import (
	"strconv"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/directory"
	"twilsim/simulator/intercept"
	"twilsim/simulator/mask"
	"twilsim/simulator/shell"
	"twilsim/simulator/terminal"
)

// Banner is what serve prints when it is ready: addresses and settings. Its first line, or the
// object under --json, is what scripts wait for.
type Banner struct {
	Server  *simulator.Server
	URL     string
	Took    time.Duration // from the start of the process
	Seed    uint64
	Speed   string
	Config  string // the path of twilsim.yaml; "" if there is none
	Rules   string // where the rules are from
	Offline bool
	// TestCredentials prints the test credentials, which work in any case.
	TestCredentials bool
}

// StartTime writes how long a start took.
func StartTime(d time.Duration) string {
	if d < time.Millisecond {
		return "under 1 ms"
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
}

// Print prints the banner, under --json as one object. The auth token of the account is printed
// because it is not a secret unless --require-token is given, and then its reader needs it.
func (b *Banner) Print(u *terminal.UI) {
	if u.JSON {
		_ = u.Encode(b.ready())
		return
	}
	// Read before the first line is printed, because its reader may change them.
	numbers, rules := b.Server.Account().Numbers(), b.Server.Account().Rules.List()
	from := ""
	if b.Config != "" {
		from = "   config " + b.Config
	}
	u.Printf("twilsim %s ready in %s on %s   seed %d   speed %s%s\n",
		b.Server.Version, StartTime(b.Took), b.URL, b.Seed, b.Speed, from)
	if u.Quiet {
		if b.Server.AccessToken != "" {
			u.Printf("access token %s\n", b.Server.AccessToken)
		}
		return
	}
	b.accounts(u)
	bannerNumbers(u, numbers)
	b.proxy(u)
	for _, route := range b.Server.Routes {
		u.Printf("  Forward   %s  ->  %s\n", route.Public, mask.Text(route.Local))
	}
	if b.Server.InsecureApp {
		u.Printf("  Insecure  any certificate of the app is taken\n")
	}
	if len(rules) > 0 {
		u.Printf("  Rules     %s of %s\n", strconv.Itoa(len(rules)), b.Rules)
	}
	if b.Server.AccessToken != "" {
		u.Printf("  Access    token  %s   for /sim/v1 and the console; commands in this directory "+
			"find it by themselves\n",
			b.Server.AccessToken)
	}
	// Commands that people copy are not broken into two lines.
	use, try := `  Use it    eval "$(twilsim env)"`,
		"twilsim sms +12025550142 "+numbers[0].PhoneNumber+" hi"
	if line := use + "        try it    " + try; u.Fits(len(line)) {
		u.Printf("\n%s\n\n", line)
	} else {
		u.Printf("\n%s\n  Try it    %s\n\n", use, try)
	}
}

// ready is the banner under --json.
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

func (b *Banner) ready() ready {
	first := ready{
		Type: "ready", URL: b.URL, Version: b.Server.Version, AccountSID: b.Server.Account().SID,
		Seed: b.Seed, Speed: b.Speed, CAFile: caFile(), AccessToken: b.Server.AccessToken,
	}
	if b.TestCredentials {
		test := b.Server.Accounts().Test()
		first.TestAccountSID, first.TestAuthToken = test.SID, test.Token
	}
	return first
}

func (b *Banner) accounts(u *terminal.UI) {
	account := b.Server.Account()
	u.Printf("\n  API       %s\n", b.URL)
	u.Printf("  Console   %s/console\n", b.URL)
	u.Printf("  Account   %s   token  %s\n", account.SID, account.Token)
	if b.Server.AnyAccount {
		u.Printf("            and any other, with any token: it is made on its first use\n")
	}
	if b.TestCredentials {
		test := b.Server.Accounts().Test()
		u.Printf("  Test      %s   token  %s   stores and sends nothing\n", test.SID, test.Token)
	}
}

// bannerNumbers prints where the messages to each number are sent.
func bannerNumbers(u *terminal.UI, numbers []directory.Number) {
	for _, number := range numbers {
		if number.SmsURL == "" {
			u.Printf("  Number    %s  ->  nowhere yet; --forward-to http://localhost:3000 names your app\n",
				number.PhoneNumber)
			continue
		}
		u.Printf("  Number    %s  ->  %s %s\n",
			number.PhoneNumber, number.SmsMethod, mask.Text(number.SmsURL))
		if number.SmsFallbackURL != "" {
			u.Printf("  Fallback  %s  ->  %s %s\n", number.PhoneNumber, number.SmsFallbackMethod,
				mask.Text(number.SmsFallbackURL))
		}
	}
}

// proxy prints the address of the proxy, and the CA that its clients must trust.
func (b *Banner) proxy(u *terminal.UI) {
	ca := "no place for a CA: " + intercept.TryDataHome
	if file := caFile(); file != "" {
		ca = "CA " + shell.Tilde(file)
	}
	offline := ""
	if b.Offline {
		offline = "   offline"
	}
	u.Printf("  Proxy     %s   %s%s\n", b.URL, ca, offline)
}

// caFile is where the certificate of the CA is or will be; "" if there is no directory for it.
func caFile() string {
	dir, err := intercept.DefaultDir()
	if err != nil {
		return ""
	}
	return intercept.CAFile(dir)
}
