package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"twilsim/simulator/config"
	"twilsim/simulator/suggest"
)

// helpTemplate is the help of a command or topic: what it does, its usage, its flags.
const helpTemplate = `{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}
{{end}}{{if or .Runnable .HasSubCommands}}
{{.UsageString}}{{end}}`

const usageTemplate = `Usage
  {{.UseLine}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} COMMAND{{end}}
{{if .HasAvailableSubCommands}}
Commands
{{range .Commands}}{{if .IsAvailableCommand}}  {{rpad .Name .NamePadding}}  {{.Short}}
{{end}}{{end}}{{end}}{{if .HasExample}}
Example
{{.Example}}
{{end}}{{if .HasAvailableLocalFlags}}
Flags
{{.LocalFlags.FlagUsages}}{{end}}{{if .HasAvailableInheritedFlags}}
Flags of every command
{{.InheritedFlags.FlagUsages}}{{end}}{{if not .HasParent}}
Topics, with "twilsim help TOPIC"
{{range .Commands}}{{if .IsAdditionalHelpTopicCommand}}  {{rpad .Name .NamePadding}}  {{.Short}}
{{end}}{{end}}{{end}}`

// indentExamples indents the examples of a command and its subcommands.
func indentExamples(cmd *cobra.Command) {
	if cmd.Example != "" && cmd.Example[0] != ' ' {
		cmd.Example = "  " + strings.ReplaceAll(cmd.Example, "\n", "\n  ")
	}
	for _, sub := range cmd.Commands() {
		indentExamples(sub)
	}
}

func newHelp(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND|TOPIC]",
		Short: "help about a command or a topic; with --json the whole tree of commands",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || found == nil || found == cmd.Root() && len(rest) > 0 {
				return unknownTopic(cmd.Root(), strings.Join(args, " "))
			}
			if len(rest) > 0 {
				return unknownCommand(found, rest[0])
			}
			if c.ui.JSON {
				return c.ui.Encode(describe(found))
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}

func unknownTopic(root *cobra.Command, name string) error {
	var names []string
	for _, cmd := range root.Commands() {
		names = append(names, cmd.Name())
	}
	f := misuse("no help for %q", name)
	if near := suggest.Nearest(name, names); near != "" {
		return f.try("twilsim help " + near)
	}
	return f.try("twilsim help")
}

// helpNode is a command of help --json.
type helpNode struct {
	Name     string     `json:"name"`
	Usage    string     `json:"usage"`
	Short    string     `json:"short"`
	Long     string     `json:"long,omitempty"`
	Example  string     `json:"example,omitempty"`
	Flags    []helpFlag `json:"flags,omitempty"`
	Commands []helpNode `json:"commands,omitempty"`
}

// helpFlag is a flag of help --json.
type helpFlag struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Default string `json:"default,omitempty"`
	Usage   string `json:"usage"`
	Env     string `json:"env,omitempty"`
}

func describe(cmd *cobra.Command) helpNode {
	n := helpNode{Name: cmd.Name(), Usage: cmd.UseLine(), Short: cmd.Short, Long: cmd.Long}
	n.Example = strings.TrimPrefix(strings.ReplaceAll(cmd.Example, "\n  ", "\n"), "  ")
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		flag := helpFlag{Name: f.Name, Type: f.Value.Type(), Default: f.DefValue, Usage: f.Usage, Env: config.EnvName(f.Name)}
		if !config.HasEnv(f) && f.Name != "url" {
			flag.Env = ""
		}
		n.Flags = append(n.Flags, flag)
	})
	for _, sub := range cmd.Commands() {
		if !sub.Hidden {
			n.Commands = append(n.Commands, describe(sub))
		}
	}
	return n
}

// topics are pages of help that are not commands.
func topics(*cli) []*cobra.Command {
	return []*cobra.Command{
		{Use: "environment", Short: "how flags are read from variables, and how the simulator is found", Long: helpEnvironment},
		{Use: "exit-codes", Short: "what the exit codes mean", Long: helpExitCodes},
		{Use: "filters", Short: "how messages, webhooks, requests and alerts are selected", Long: helpFilters},
		{Use: "hints", Short: "the alerts of our own, SIM-1 and so on", Long: helpHints()},
		{Use: "limits", Short: "what is not simulated", Long: helpLimits},
		{Use: "rules", Short: "the words of rules, and what can go wrong with webhooks", Long: helpRules()},
		{Use: "scripts", Short: "the language of delivery scripts", Long: helpScripts},
		{Use: "signatures", Short: "why a signature does not match", Long: helpSignatures},
	}
}

const helpEnvironment = `Every flag can come from a variable: TWILSIM_ and the flag's name in capitals, - as _. A flag that is given wins.
What neither says may stand in twilsim.yaml: "twilsim help config".

  TWILSIM_PORT=0  TWILSIM_FORWARD_TO=http://localhost:3000  TWILSIM_JSON=true

A flag that may be repeated takes several values from its variable, with spaces between them.

A command finds the simulator by the first of these that is there:

  --url URL
  TWILSIM_URL
  .twilsim/run.json      in the working directory or one above it; serve writes it and removes it at its end
  http://127.0.0.1:2010

Colour follows NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE and TERM=dumb; --color always and never win over all.
`

const helpExitCodes = `  0  done, true; serve was stopped by SIGINT or SIGTERM
  1  the answer is no: a signature does not match, a webhook failed under --fail, things do not stand so, doctor found a failure
  2  usage: an unknown flag, name or reference, an invalid rule
  3  no simulator is reachable, or it does not let you in
  4  cannot start: the port is taken, permission
  5  the deadline passed while waiting
130  interrupted

twilsim exec returns the code of its command; 125 is twilsim's own failure, 126 a command that cannot be run, 127 one that
is not found, 128+n one that signal n ended.
`

const helpFilters = `A filter is words of the form FIELD:VALUE or FIELD=VALUE; all must fit.

  to:+12025550142        this value
  to:+1202*              a glob: * is any run of characters, ? any one
  'body:~code \d{6}'     a regular expression, found anywhere in the value
  status!=failed         anything else
  http:>=400             a number
  since:5m               no older than that, by the simulator's clock

Messages have sid status error_code from to body direction num_segments num_media encoding account_sid
messaging_service_sid reply_to callback by.
Webhooks and requests have id purpose sid method url path http attempt code error signature replay_of edge body response rule
fault fact, every parameter by its name, as MessageStatus=sent, and every header of the request that has a hyphen, as
User-Agent:twilio-node*. A purpose is inbound, redirect, http-redirect, fallback, status, custom or api.
Alerts have id code level title cause text sid exchange line column acknowledged monitor_sid fact.
In the lists TYPE is the purpose, FOR the sid, TRY the attempt, and IN the exchange.
Several words may stand in one argument: 'to:+1202* status:undelivered'.
`

const helpLimits = `Twilio's messaging is simulated: the 2010 API's accounts, messages, media, feedback, phone numbers and applications, the
Messaging Services of v1, and the alerts of the Monitor API. "go doc twilsim/simulator/rest" has every operation with its
parameters: simulated, accepted without effect, or refused.

Everything else is not: calls, Verify, Conversations and so on. A request for it is answered with HTTP 501 in Twilio's error
shape, and raises an alert. Of messaging, prices, Twilio's limits of rate, content templates, short links, and channels other
than WhatsApp are not simulated either; "twilsim rule add --api POST:Messages --respond 429" has the API refuse.

The lists of messages, webhooks, requests and alerts, and the log of serve --json, are those of one account, the one that
serve prints. The log of serve has the others too, with the beginning of their SID at the line's end.

The simulator sends nothing to a host outside this machine unless --allow-host, --forward-to, --fallback-url or --forward
names it. Its proxy answers for *.twilio.com itself, and lets an app's requests to other hosts out, unless --offline.
`

const helpScripts = `A delivery script says what becomes of a message after it was accepted.

  script  = step *( "," step )
  step    = [ "~" ] status [ ":" code ] [ "@" time ] [ ">" time ] [ "*" copies ]

  status     queued, sending, sent, delivered, undelivered, failed, read or canceled
  :code      Twilio's error code
  @time      when the status changes, counted from acceptance; else 500 ms after the step before
  >time      when its callback leaves, if later: this is how callbacks come out of order
  *copies    the callback is sent so many times
  ~          the status changes but its callback is lost

  sent,delivered                  what happens where nobody says otherwise
  sent,undelivered:30003@2s       the handset is off
  sent@1s>4s,delivered@2s         out of order
  sent,delivered*3                repeated
  ~sent,delivered                 lost
  sent                            no receipt ever comes

"twilsim outcomes" lists scripts that have a name.
`

const helpSignatures = `Twilio signs the URL of the webhook followed by the name and value of every form parameter, sorted by name, with
HMAC-SHA1 and your auth token, in base64. The URL is the one that you configured, to the letter: scheme, host, port, path and
query.

When an app refuses a webhook that is signed well, it nearly always checks another URL: a proxy in front of it ends TLS, so it
sees http where https was signed, or another host or port. Ask what would match:

  twilsim webhooks verify --url URL --token TOKEN --signature SIGNATURE --data 'Body=hi&From=...'

"twilsim webhooks show latest --headers" has all of these for a webhook that twilsim sent. What an app must keep as it was:

  the port           it is signed with http and https, where the configured URL has one
  path and query     neither decoded nor encoded again, nor in another order; a slash at the end counts
  parameters         with white space, and with the names of empty ones; those of a GET are in the URL alone

and what it must leave out, should it check the configured URL: the user and password in it, and what follows a #.

A URL with letters outside ASCII, or with nothing behind the host, is signed as it was configured, and reaches an app in another
form: configure it encoded, and with a slash. The Express middleware of Twilio's SDK for Node turns %3F in a query into ?: give
it the option url, and take POST.

"twilsim doctor" sends your app good and bad signatures, and finds out which URL or token it has in mind when it refuses a
good one. "twilsim webhooks send URL --signature bad" sends what an app must refuse.
`
