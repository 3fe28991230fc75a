package testscript

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	regexpsyntax "regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"twilsim/simulator/carrier"
	"twilsim/simulator/clock"
	"twilsim/simulator/errcode"
	"twilsim/simulator/fault"
	"twilsim/simulator/quirk"
	"twilsim/simulator/suggest"
)

// This file finds mistakes in a scenario before it runs. It looks at words without variables only.

// Check reads the scenarios of files and directories without running them, and returns how many
// there are. The error is a [*UsageError] that lists every mistake as a [*ScriptError], at most one
// for each line, or that of [Find].
func Check(paths ...string) (int, error) {
	scenarios, err := Find(paths...)
	if err != nil {
		return 0, err
	}
	if err := checkAll(scenarios); err != nil {
		return 0, &UsageError{Err: err}
	}
	return len(scenarios), nil
}

func checkAll(scenarios []Scenario) error {
	err := checkNames(scenarios)
	for _, s := range scenarios {
		script, unreadable := readScript(s.File)
		if unreadable != nil {
			err = errors.Join(err, unreadable)
			continue
		}
		err = errors.Join(err, errors.Join(script.mistakes()...))
	}
	return err
}

// check returns the first mistake.
func (s *script) check() error {
	if all := s.mistakes(); len(all) > 0 {
		return all[0]
	}
	return nil
}

// mistakes returns the mistakes in the order of their lines, one for each line. Files and variables
// are looked at in the order of the lines, because a line may make or set what a later one needs;
// this goes on behind a mistake, so that one does not lead to others.
func (s *script) mistakes() []error {
	known := engineCommands()
	for name := range commands() {
		known = append(known, name)
	}
	slices.Sort(known)
	files, variables := s.newFileCheck(), newVariableCheck()
	var all []error
	for _, p := range s.phases {
		for _, c := range p.commands {
			err := c.check(known)
			for _, more := range []func(command) error{s.checkCode, files.check, variables.check} {
				if next := more(c); err == nil {
					err = next
				}
			}
			if err != nil {
				all = append(all, s.errorAt(c.line, err))
			}
		}
	}
	return all
}

// check returns what is wrong with the words. Behind ! some commands may have wrong words, as their
// error is what the scenario wants.
func (c command) check(known []string) error {
	name := c.words[0]
	if !slices.Contains(known, name) {
		return unknownCommand(c, known)
	}
	switch check := checks()[name]; {
	case c.neg && slices.Contains(notNegated(), name):
		return cannotNegate(name)
	case check != nil && !(c.neg && slices.Contains(refusals(), name)):
		return check(c)
	}
	return c.checkEngine()
}

func unknownCommand(c command, known []string) error {
	name := c.words[0]
	hint := "the commands are " + strings.Join(known, " ")
	if name == "--" {
		marker := strings.Trim(strings.TrimSpace(c.text), "- ")
		if marker == "" {
			marker = "NAME"
		}
		hint = "a file begins with a line such as -- " + marker + " --"
	} else if near := suggest.Nearest(strings.TrimPrefix(name, "!"), known); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	if own, ok := commandsMeant()[strings.ToLower(strings.TrimPrefix(name, "!"))]; ok {
		hint = fmt.Sprintf("did you mean %q?", own)
	}
	return fmt.Errorf("unknown command %q: %s", name, hint)
}

// refusals are the commands behind whose ! a mistake is what the scenario is about.
func refusals() []string {
	return []string{"click", "content", "deliver", "lookup", "number", "quirk", "rule", "send", "sms",
		"tap"}
}

// checks has the check of each command whose words are more than text.
func checks() map[string]func(command) error {
	pattern := func(c command) error { return c.checkPattern(1) }
	return map[string]func(command) error{
		"account": command.checkAccount,
		"answer": func(c command) error {
			return c.checkCount(1, -1, "answer FILE [repeat=N], or answer PATH=FILE…")
		},
		"api":       command.checkAPI,
		"app":       command.checkApp,
		"applog":    command.checkApplog,
		"bin":       func(c command) error { return c.checkCount(2, 3, binUsage) },
		"click":     command.checkClick,
		"clock":     command.checkClock,
		"code":      command.checkCode,
		"content":   command.checkContent,
		"deliver":   command.checkDeliver,
		"expect":    command.checkExpect,
		"explore":   command.checkExplore,
		"grep":      pattern,
		"http":      command.checkHTTP,
		"key":       command.checkKey,
		"lookup":    command.checkLookup,
		"number":    command.checkNumber,
		"phone":     command.checkPhone,
		"quirk":     command.checkQuirk,
		"rule":      command.checkRule,
		"schedule":  command.checkSchedule,
		"send":      command.checkSend,
		"service":   command.checkService,
		"signature": command.checkSignature,
		"sms":       command.checkSms,
		"stderr":    pattern,
		"stdout":    pattern,
		"tap":       command.checkTap,
		"timeline":  func(c command) error { return c.checkCount(0, 1, "timeline [SID]") },
		"ttyout":    pattern,
	}
}

// args returns the words behind the command that have no variable. What they are at is lost, so
// checks of places use at.
func (c command) args() []string {
	var args []string
	for i, word := range c.words {
		if i > 0 && !c.open[i] {
			args = append(args, word)
		}
	}
	return args
}

// at returns a word, and whether it is there and has no variable. The command itself is word 0.
func (c command) at(i int) (string, bool) {
	if i >= len(c.words) || c.open[i] {
		return "", false
	}
	return c.words[i], true
}

// without returns the command that begins at a word.
func (c command) without(n int) command {
	c.words, c.open = c.words[n:], c.open[n:]
	return c
}

// checkCount checks how many words stand behind the command; -1 is no limit. A variable may be
// several words only if it is all of them, which the engine does not do: each is one.
func (c command) checkCount(least, most int, form string) error {
	if n := len(c.words) - 1; n < least || most >= 0 && n > most {
		return errors.New("usage: " + form)
	}
	return nil
}

// checkWord checks a word that is one of several.
func (c command) checkWord(i int, what string, words ...string) error {
	got, ok := c.at(i)
	if !ok || slices.Contains(words, got) {
		return nil
	}
	if near := suggest.Nearest(got, words); near != "" {
		return fmt.Errorf("unknown %s %q: did you mean %q?", what, got, near)
	}
	return fmt.Errorf("unknown %s %q: it is one of %s", what, got, strings.Join(words, " "))
}

// checkPattern checks the regular expression at a word, behind flags.
func (c command) checkPattern(i int) error {
	for i < len(c.words) && strings.HasPrefix(c.words[i], "-") {
		i++
	}
	text, ok := c.at(i)
	if !ok {
		return nil
	}
	return checkRegexp(text)
}

// checkRegexp checks a regular expression. The engine's own error would have the pattern with its
// additions.
func checkRegexp(text string) error {
	_, err := regexp.Compile(text)
	var syntax *regexpsyntax.Error
	if errors.As(err, &syntax) {
		return fmt.Errorf("bad regular expression %q: %s", text, syntax.Code)
	}
	return err
}

// checkAccount checks the inner command. Word 1 is the account, so the inner command begins at word
// 2.
func (c command) checkAccount() error {
	if err := c.checkCount(2, -1, "account SID|NAME COMMAND…"); err != nil {
		return err
	}
	var about []string
	for name := range commands() {
		if !slices.Contains(notAboutAccounts(), name) {
			about = append(about, name)
		}
	}
	slices.Sort(about)
	if err := c.checkWord(2, "command about an account", about...); err != nil {
		return err
	}
	inner := c.without(2)
	if check := checks()[inner.words[0]]; check != nil && !inner.open[0] && !inner.neg {
		return check(inner)
	}
	return nil
}

// checkMethod checks a method of HTTP in any case.
func (c command) checkMethod(i int) error {
	if method, ok := c.at(i); ok {
		c.words = slices.Clone(c.words)
		c.words[i] = strings.ToUpper(method)
	}
	return c.checkWord(i, "method", http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodHead, http.MethodOptions)
}

func (c command) checkAPI() error {
	const form = "api METHOD PATH [NAME=VALUE…] [user=SID[:SECRET]] [as=NAME]"
	if err := c.checkCount(2, -1, form); err != nil {
		return err
	}
	if err := c.checkMethod(1); err != nil {
		return err
	}
	if path, ok := c.at(2); ok && !strings.HasPrefix(path, "/") {
		return fmt.Errorf("%q is not a path of the API: it begins with /", path)
	}
	for i := 3; i < len(c.words); i++ {
		if word, ok := c.at(i); ok && !strings.Contains(word, "=") {
			return fmt.Errorf("%q is not NAME=VALUE", word)
		}
	}
	return c.checkAs()
}

// checkAs checks the names that as= gives.
func (c command) checkAs() error {
	for _, word := range c.args() {
		if name, ok := strings.CutPrefix(word, "as="); ok {
			if err := checkName(name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c command) checkApp() error {
	if len(c.words) == 1 {
		return nil
	}
	_, err := parseApp(c.words[1:])
	return err
}

func (c command) checkApplog() error {
	if word, ok := c.at(1); ok && word == ">" {
		return c.checkCount(2, 2, applogUsage)
	}
	if err := c.checkCount(1, 1, applogUsage); err != nil {
		return err
	}
	text, ok := c.at(1)
	if !ok {
		return nil
	}
	return checkRegexp(text)
}

func (c command) checkClock() error {
	if err := c.checkCount(1, -1, clockUsage); err != nil {
		return err
	}
	if err := c.checkWord(1, "word", "advance", "run"); err != nil {
		return err
	}
	if word, ok := c.at(1); ok && word == "run" {
		return c.checkCount(1, 1, clockUsage)
	}
	if err := c.checkCount(2, 3, clockUsage); err != nil {
		return err
	}
	if word, ok := c.at(3); ok {
		if _, err := parsePace(word); err != nil {
			return err
		}
	}
	text, ok := c.at(2)
	if !ok {
		return nil
	}
	_, err := clock.ParseDuration(text)
	return err
}

func (c command) checkCode() error {
	if err := c.checkCount(1, 3, codeUsage); err != nil {
		return err
	}
	words := c.args()
	if len(words) == 0 || c.open[1] {
		return nil
	}
	_, err := parseCode(words)
	return err
}

func (c command) checkDeliver() error {
	const form = "deliver SID STATUS[:CODE] [illegal]"
	if err := c.checkCount(2, 3, form); err != nil {
		return err
	}
	if err := c.checkWord(3, "word", "illegal"); err != nil {
		return err
	}
	status, ok := c.at(2)
	if !ok {
		return nil
	}
	_, err := carrier.ParseScript(status)
	return err
}

// checkExpect checks the query. With the kind in a variable nothing is known of the fields. Words
// with variables are left out, so a check that needs them is made when the line runs.
func (c command) checkExpect() error {
	if len(c.words) > 1 && c.open[1] {
		return nil
	}
	_, err := parseExpectation(c.args())
	return err
}

func (c command) checkExplore() error {
	if slices.Contains(c.open, true) {
		return nil
	}
	return new(hints).read(c.words[1:])
}

func (c command) checkHTTP() error {
	if err := c.checkCount(2, -1, httpUsage); err != nil {
		return err
	}
	if err := c.checkMethod(1); err != nil {
		return err
	}
	if target, ok := c.at(2); ok {
		if err := checkTarget(target); err != nil {
			return err
		}
	}
	for i := 3; i < len(c.words); i++ {
		if word, ok := c.at(i); ok && strings.IndexAny(word, "=:") <= 0 {
			return fmt.Errorf("%q is neither NAME=VALUE nor Header:VALUE", word)
		} else if document, isJSON := strings.CutPrefix(word, "json="); ok && isJSON {
			if err := checkJSON(url.Values{"json": {document}}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c command) checkKey() error {
	if err := c.checkCount(1, 1, "key NAME"); err != nil || c.open[1] {
		return err
	}
	return checkName(c.words[1])
}

func (c command) checkNumber() error {
	if err := c.checkCount(2, 4, numberUsage); err != nil {
		return err
	}
	for i := 3; i < len(c.words); i++ {
		if strings.HasPrefix(c.words[i], "fallback=") {
			continue
		}
		if err := c.checkWord(i, "method", http.MethodGet, http.MethodPost); err != nil {
			return err
		}
	}
	return nil
}

func (c command) checkPhone() error {
	if err := c.checkCount(2, 2, phoneUsage); err != nil {
		return err
	}
	if state, ok := c.at(2); ok {
		if _, err := carrier.ParseHandsetState(state); err != nil {
			return err
		}
	}
	return c.checkAddress(1)
}

func (c command) checkQuirk() error {
	if err := c.checkCount(2, 2, "quirk NAME VALUE"); err != nil || c.open[1] || c.open[2] {
		return err
	}
	return new(quirk.Set).Set(c.words[1], c.words[2])
}

// checkRule checks a rule. Patterns with variables are left out; any other variable may be what
// makes the rule right.
func (c command) checkRule() error {
	for i, word := range c.words {
		name, _, _ := strings.Cut(word, "=")
		if c.open[i] && !slices.Contains([]string{"to", "from", "body", "service", "path", "url"}, name) {
			return nil
		}
	}
	_, err := carrier.ParseRule(c.args())
	return err
}

func (c command) checkSend() error {
	if _, _, err := parseSend(c.args(), time.Time{}); err != nil {
		return err
	}
	return c.checkAs()
}

func (c command) checkService() error {
	if err := c.checkCount(3, 3, serviceUsage); err != nil {
		return err
	}
	if err := c.checkWord(2, "setting", "advanced-opt-out", "sender"); err != nil {
		return err
	}
	if setting, _ := c.at(2); setting != "advanced-opt-out" {
		return nil
	}
	return c.checkWord(3, "value", "on", "off")
}

func (c command) checkSignature() error {
	if err := c.checkCount(1, 1, "signature "+strings.Join(fault.Signatures(), "|")); err != nil {
		return err
	}
	return c.checkWord(1, "signature", fault.Signatures()...)
}

func (c command) checkSms() error {
	if err := c.checkCount(3, -1, smsUsage); err != nil {
		return err
	}
	for i := 4; i < len(c.words); i++ {
		if word, ok := c.at(i); ok && !strings.Contains(word, "=") {
			return notNameValue(word)
		}
	}
	for i := 1; i <= 2; i++ {
		if err := c.checkAddress(i); err != nil {
			return err
		}
	}
	return c.checkAs()
}

// checkCode refuses an error code in an expectation that does not exist and that nothing else in
// the scenario mentions. A code of one's own may come from a rule or from the app's answer.
func (s *script) checkCode(c command) error {
	if c.words[0] != "expect" {
		return nil
	}
	for _, word := range c.args() {
		name, value, _ := strings.Cut(word, "=")
		n, err := strconv.Atoi(value)
		if err != nil || !slices.Contains([]string{"code", "error_code", "ErrorCode"},
			strings.TrimSuffix(name, "!")) {
			continue
		}
		if _, known := errcode.Lookup(n); known || s.mentions(c.line, value) {
			continue
		}
		var codes []string
		for info := range errcode.All() {
			codes = append(codes, strconv.Itoa(info.Code))
		}
		if near := suggest.Nearest(value, codes); near != "" {
			return fmt.Errorf("no error has the code %s: did you mean %s, %s?", value, near, titleOf(near))
		}
		return fmt.Errorf("no error has the code %s: twilsim outcomes lists those of messages", value)
	}
	return nil
}

func titleOf(code string) string {
	n, _ := strconv.Atoi(code) // from the table
	return errcode.Title(n)
}

// mentions reports whether a text stands in another line than an expectation, or in a file.
func (s *script) mentions(line int, text string) bool {
	for _, p := range s.phases {
		for _, c := range p.commands {
			if c.line != line && c.words[0] != "expect" && strings.Contains(c.text, text) {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.archive.Files, func(f txtar.File) bool {
		return strings.Contains(string(f.Data), text)
	})
}
