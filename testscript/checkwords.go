package testscript

import (
	"fmt"
	"slices"
	"strings"

	"twilsim/simulator/address"
	"twilsim/testscript/explore"
)

// commandsMeant are words that other languages have for the commands of scenarios: their word, then
// ours.
func commandsMeant() map[string]string {
	return map[string]string{
		"text": "sms", "receive": "sms", "inbound": "sms", "incoming": "sms", "reply": "sms",
		"assert": "expect", "check": "expect", "want": "expect", "should": "expect",
		"message": "expect message", "webhook": "expect webhook", "request": "expect request",
		"callback": "expect webhook", "alert": "expect alert", "verification": "expect verification",
		"await": "expect", "sleep": "clock advance", "advance": "clock advance",
		"delay": "clock advance", "time": "clock advance", "run": "exec", "shell": "exec",
		"sh": "exec", "start": "app", "serve": "app", "server": "app", "log": "applog",
		"logs": "applog", "output": "applog", "handset": "phone", "carrier": "rule", "fault": "rule",
		"outcome": "rule", "curl": "http", "get": "http GET", "post": "http POST", "otp": "code",
		"template": "content", "twiml": "bin", "status": "deliver", "sign": "signature",
		"optout": "phone NUMBER opted-out", "set": "env", "export": "env", "history": "timeline",
	}
}

// notNegated are the commands that no ! can stand before, ours and the engine's.
func notNegated() []string {
	return []string{"answer", "app", "bin", "cd", "chmod", "clock", "cp", "env", "explore", "key",
		"kill", "mkdir", "mv", "phone", "rm", "schedule", "service", "signature", "skip", "stdin",
		"stop", "symlink", "timeline", "ttyin", "unix2dos", "unquote", "wait"}
}

func cannotNegate(name string) error {
	return fmt.Errorf("! cannot stand before %s: it is for commands that may fail, such as expect",
		name)
}

// engineForms has the least number of words behind commands of the engine, -1 for no other, and
// their usage.
var engineForms = map[string]struct {
	least, most int
	usage       string
}{
	"cd":       {1, 1, "cd dir"},
	"chmod":    {2, -1, "chmod perm paths..."},
	"cmp":      {2, 2, "cmp file1 file2"},
	"cmpenv":   {2, 2, "cmpenv file1 file2"},
	"cp":       {2, -1, "cp src... dst"},
	"exec":     {1, -1, "exec program [args...] [&]"},
	"exists":   {1, -1, "exists [-readonly] file..."},
	"mkdir":    {1, -1, "mkdir dir..."},
	"mv":       {2, 2, "mv old new"},
	"rm":       {1, -1, "rm file..."},
	"stdin":    {1, 1, "stdin filename"},
	"symlink":  {3, 3, "symlink file -> target"},
	"unix2dos": {1, -1, "unix2dos paths..."},
}

// checkEngine checks how many words a command of the engine has.
func (c command) checkEngine() error {
	form, ok := engineForms[c.words[0]]
	if !ok {
		return nil
	}
	return c.checkCount(form.least, form.most, form.usage)
}

// checkAddress checks the number at a word, if it is there and has no variable.
func (c command) checkAddress(i int) error {
	text, ok := c.at(i)
	if !ok {
		return nil
	}
	_, err := address.Parse(text)
	return err
}

func (c command) checkContent() error {
	if err := c.checkCount(2, 4, contentUsage); err != nil {
		return err
	}
	verbs := []string{"add", "approve", "disable", "pause", "reject", "rm"}
	if err := c.checkWord(1, "word", verbs...); err != nil {
		return err
	}
	if verb, ok := c.at(1); ok {
		least, most := 2, 2
		if verb == "add" {
			least, most = 3, 4
		}
		return c.checkCount(least, most, contentUsage)
	}
	return nil
}

func (c command) checkTap() error {
	if err := c.checkCount(2, -1, tapUsage); err != nil {
		return err
	}
	for i := 3; i < len(c.words); i++ {
		if word, ok := c.at(i); ok && !strings.Contains(word, "=") {
			return fmt.Errorf("%q is not NAME=VALUE; quote a button of several words", word)
		}
	}
	return c.checkAs()
}

func (c command) checkSchedule() error {
	if slices.Contains(c.open, true) {
		return nil
	}
	_, err := explore.ParseSchedule(strings.Join(c.words[1:], " "))
	return err
}
