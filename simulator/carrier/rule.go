package carrier

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"twilsim/simulator/fault"
	"twilsim/simulator/pattern"
	"twilsim/simulator/suggest"
)

// Message has the fields of a message that a rule can match.
type Message struct {
	To, From, Body string
	Service        string // the SID of the Messaging Service, "" for none
	Direction      string // outbound-api, outbound-reply or outbound-call
}

// Rule decides what happens to some messages, webhooks or API requests. [ParseRule] makes one.
// Rules are values: what their fields point to never changes.
type Rule struct {
	ID string // "r1"; given by [Rules.Add]

	// The conditions on a message; nil accepts anything.
	To, From, Body, Service, Direction *pattern.Pattern

	Then    Then
	Race    bool // the first callback is answered before the create call returns (F-170)
	Overlap bool // callbacks of the message may be in flight together
	Illegal bool // Then may have changes of status that Twilio's messages do not make

	// Webhook and Faults make a rule about webhooks: a purpose, or * for all, and what goes wrong
	// with them. To and From are those of the message, and the rule has no Then.
	Webhook string
	// of the webhook: MessageStatus, and the URL without fragment and credentials
	Status, Path, URL *pattern.Pattern
	Faults            fault.List

	// API and Respond make a rule about the API, which has no Then. API is a method, or *, and the
	// end of a path, in which * stands for one part: POST:Messages, DELETE:Messages/*,
	// *:Services/*/PhoneNumbers.
	API     string
	Respond Response

	// Code makes a rule about the codes of Verify, which has only To beside it.
	Code string

	Times  int     // how often the rule applies; 0 for always
	Used   int     // how often it applied so far; counted by [Rules]
	Chance float64 // the probability that it applies, at most 1; 0 for always

	Disabled bool // it keeps its place and its count, and does not apply
}

// ParseRule reads a rule from its words, in any order, each at most once. [Words] is the table of
// all words: to=+1202*, then=unreachable, race.
//
// A pattern is a plain value, a glob or a regular expression behind ~ (package pattern). A rule
// needs then, or webhook and fault, or api and respond. An error about a script is a [*ScriptError]
// or an [*IllegalError].
func ParseRule(texts []string) (Rule, error) {
	var r Rule
	var given []Word
	for _, text := range texts {
		w, value, err := parseWord(text)
		if err != nil {
			return Rule{}, err
		}
		if slices.ContainsFunc(given, func(g Word) bool { return g.Name == w.Name }) {
			return Rule{}, fmt.Errorf("%s is given twice in the rule, want it once", w.Name)
		}
		given = append(given, w)
		if err := w.set(&r, value); err != nil {
			return Rule{}, fmt.Errorf("%s: %w", w.Name, err)
		}
	}
	// checkKind first: with words of two kinds the other errors would be about the wrong one
	if err := cmp.Or(checkKind(given), r.checkWebhook(), r.checkScript()); err != nil {
		return Rule{}, err
	}
	return r, nil
}

// parseWord splits one word of a rule into its row of the table and its value, which it does not
// parse.
func parseWord(text string) (w Word, value string, err error) {
	name, value, hasValue := strings.Cut(text, "=")
	w, known := LookupWord(name)
	switch {
	case !known:
		return w, "", unknownWord("word", name, wordNames())
	case w.Flag() && hasValue:
		return w, "", fmt.Errorf("%s has no value, want the word alone", name)
	case !w.Flag() && !hasValue:
		return w, "", fmt.Errorf("%s needs a value, want %s", name, w.Example)
	case !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl):
		return w, "", fmt.Errorf("%s contains a control character, "+
			"want it written in a regular expression, as body=~\\n", name)
	}
	return w, value, nil
}

// unknownWord is the error about a word, or a member in JSON, that no rule has.
func unknownWord(what, name string, known []string) error {
	if near := suggest.Nearest(name, known); near != "" {
		return fmt.Errorf("unknown %s %q in a rule, did you mean %s?", what, name, near)
	}
	return fmt.Errorf("unknown %s %q in a rule, want some of: %s", what, name, wordList(known))
}

// checkKind refuses words that cannot be in one rule together.
func checkKind(given []Word) error {
	has := func(name string) bool {
		return slices.ContainsFunc(given, func(w Word) bool { return w.Name == name })
	}
	foreign := func(kind RuleKind) string { // the first word that rules of this kind cannot have
		i := slices.IndexFunc(given, func(w Word) bool { return w.Kinds&kind == 0 })
		if i < 0 {
			return ""
		}
		return given[i].Name
	}
	switch {
	case has("api") != has("respond"):
		return errors.New("a rule about the API needs both api and respond, want something like " +
			"api=POST:Messages respond=500")
	case has("api") && foreign(AboutAPI) != "":
		return fmt.Errorf("a rule about the API cannot have %s, want two rules",
			foreign(AboutAPI))
	case has("api"):
		return nil
	case has("webhook") != has("fault"):
		return errors.New("a rule about webhooks needs both webhook and fault, want something " +
			"like webhook=status fault=delay:5s")
	case has("webhook") && foreign(AboutWebhooks) != "":
		return fmt.Errorf("a rule about webhooks cannot have %s, want two rules",
			foreign(AboutWebhooks))
	case has("webhook"):
		return nil
	case has("code") && foreign(AboutCodes) != "":
		return fmt.Errorf("a rule about codes cannot have %s, want two rules", foreign(AboutCodes))
	case has("code"):
		return nil
	case !has("then"):
		return errors.New("the rule does nothing, want then=… such as then=unreachable, " +
			"webhook=… and fault=…, api=… and respond=…, or code=…")
	case foreign(AboutMessages) != "":
		return fmt.Errorf("%s is about webhooks, want it in a rule with webhook=… and fault=…",
			foreign(AboutMessages))
	}
	return nil
}

// anyWebhook stands for the webhooks of all purposes.
const anyWebhook = "*"

// purposes are the webhooks that a rule can name.
var purposes = append(fault.Purposes(), anyWebhook)

func parseWebhook(s string) (string, error) {
	if slices.Contains(purposes, s) {
		return s, nil
	}
	if near := suggest.Nearest(s, purposes); near != "" {
		return "", fmt.Errorf("unknown webhook %q, did you mean %s?", s, near)
	}
	return "", fmt.Errorf("unknown webhook %q, want %s", s, orList(purposes))
}

// checkWebhook refuses conditions and faults that do not fit any webhook of the rule.
func (r Rule) checkWebhook() error {
	isCallback := r.Webhook == fault.Status || r.Webhook == anyWebhook
	if r.Status != nil && !isCallback {
		return fmt.Errorf("status: only callbacks report one, want webhook=status")
	}
	if r.Webhook == "" || r.Webhook == anyWebhook {
		return nil
	}
	if err := r.Faults.Misfit(r.Webhook); err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	return nil
}

// checkScript refuses a script that no outbound message can follow, whatever its initial status
// (F-166). A rule does not know the initial status of the messages that it will match, so a script
// is good if it follows from any of the three.
func (r Rule) checkScript() error {
	onRCS := r.From != nil && strings.HasPrefix(r.From.String(), "rcs:")
	if !r.Illegal && r.To != nil && strings.HasPrefix(r.To.String(), "+") && !onRCS &&
		r.Then.Script.Reads() {
		return errors.New("then: an SMS is never read, only a message on a channel, want " +
			"something like to=whatsapp:+1202*, or from=rcs:* (the word illegal lets it through)")
	}
	err := r.Then.Script.Check(Queued)
	if r.Illegal || err == nil || r.Then.Script.Check(Accepted) == nil ||
		r.Then.Script.Check(Scheduled) == nil {
		return nil
	}
	return fmt.Errorf("then: %w (the word illegal lets it through)", err)
}

// directions are the directions of messages that reach a carrier: all of Twilio's except inbound.
var directions = []string{"outbound-api", "outbound-reply", "outbound-call"}

var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "*"}

// parseAPI writes the method in capitals and drops slashes at the ends and the format, so that a
// rule has one spelling.
func parseAPI(s string) (string, error) {
	method, resource, _ := strings.Cut(s, ":")
	if method = strings.ToUpper(method); !slices.Contains(methods, method) {
		want := "POST:Messages or *:Messages"
		if near := suggest.Nearest(method, methods); near != "" && resource != "" {
			want = near + ":" + resource
		}
		return "", fmt.Errorf("%q does not begin with a method, want something like %s", s, want)
	}
	resource = trimFormat(strings.Trim(resource, "/"))
	if _, err := path.Match(resource, ""); err != nil || resource == "" {
		return "", fmt.Errorf("%q does not end with a resource, want something like POST:Messages "+
			"or DELETE:Messages/*", s)
	}
	for word := range strings.SplitSeq(resource, "/") {
		if len(word) < len("Media") || slices.Contains(resources, word) ||
			strings.ContainsAny(word, `*?[\`) {
			continue
		}
		// other names that begin differently are those of other products: Verifications, Calls
		if near := suggest.Nearest(word, resources); near != "" &&
			strings.EqualFold(near[:1], word[:1]) {
			right := method + ":" + strings.Replace(resource, word, near, 1)
			return "", fmt.Errorf("no resource is called %q, did you mean %s?", word, right)
		}
	}
	return method + ":" + resource, nil
}

// resources are the names in the paths of the API that is simulated. A rule may be about another
// one, which is not simulated, unless its name is close to one of these.
var resources = []string{
	"Accounts", "Alerts", "AlphaSenders", "Applications", "AvailablePhoneNumbers",
	"Balance", "ChannelSenders", "Config", "Deactivations",
	"Domain", "Domains", "Feedback", "IncomingPhoneNumbers", "LinkShortening", "Local", "Media",
	"Messages", "MessagingServices", "Mobile", "PhoneNumbers", "SMS", "Schemas", "Services",
	"ShortCodes", "Sinks", "SubscribedEvents", "Subscriptions", "Test", "TollFree", "Types",
	"Validate",
}

// Resources returns the names in the paths of the API that is simulated.
func Resources() []string { return slices.Clone(resources) }

func parseTimes(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0,
			fmt.Errorf("%q is not a number of times, want 1 or more; leave times out for always", s)
	}
	return n, nil
}

// chanceSteps is the precision of a chance: millionths of a percent. Rounding lets a chance be
// written as it was read, although it is a floating-point number.
const chanceSteps = 1e8

func parseChance(s string) (float64, error) {
	number, found := strings.CutSuffix(s, "%")
	percent, err := strconv.ParseFloat(number, 64)
	steps := math.Round(percent / 100 * chanceSteps)
	if !found || err != nil || !(steps >= 1 && steps <= chanceSteps) {
		return 0, fmt.Errorf("%q is not a chance, want a percentage above 0, as 20%%", s)
	}
	return steps / chanceSteps, nil
}

func formatChance(chance float64) string {
	return strconv.FormatFloat(math.Round(chance*chanceSteps)/(chanceSteps/100), 'f', -1, 64)
}

// Exhausted reports whether the rule applied as often as it may.
func (r Rule) Exhausted() bool { return r.Times > 0 && r.Used >= r.Times }

// idle reports whether the rule applies to nothing now.
func (r *Rule) idle() bool { return r.Disabled || r.Exhausted() }

func fits(p *pattern.Pattern, value string) bool { return p == nil || p.Match(value) }

// aboutMessages reports whether the rule is about messages.
func (r *Rule) aboutMessages() bool { return r.API == "" && r.Webhook == "" && r.Code == "" }

// parseCode reads a code of Verify, which has 4 to 10 characters (F-652).
func parseCode(s string) (string, error) {
	if n := utf8.RuneCountInString(s); n < 4 || n > 10 {
		return "", fmt.Errorf("%q is not a code, want 4 to 10 characters, as 123456", s)
	}
	return s, nil
}

// matches reports whether the rule is about m. Its times and its chance do not count here.
func (r *Rule) matches(m Message) bool {
	return r.aboutMessages() && fits(r.To, m.To) && fits(r.From, m.From) &&
		fits(r.Body, m.Body) &&
		fits(r.Service, m.Service) && fits(r.Direction, m.Direction)
}

// matchesRequest reports whether the rule is about a request. It compares only as many of the last
// parts of the path as the rule has, without the format (.json). A rule about POST:Messages so
// matches every account.
func (r *Rule) matchesRequest(method, urlPath string) bool {
	want, resource, found := strings.Cut(r.API, ":")
	if !found || (want != "*" && !strings.EqualFold(want, method)) {
		return false
	}
	parts := strings.Split(trimFormat(strings.TrimSuffix(urlPath, "/")), "/")
	n := strings.Count(resource, "/") + 1
	if n > len(parts) {
		return false
	}
	ok, err := path.Match(resource, strings.Join(parts[len(parts)-n:], "/"))
	return ok && err == nil
}

// trimFormat removes the format from a path of the 2010 API: .json or .xml (F-382).
func trimFormat(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(s, ".json"),
		".xml")
}
