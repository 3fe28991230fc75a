package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"twilsim/simulator/failure"
	"twilsim/simulator/suggest"
)

// meanings are the words that other tools have for our commands: their word, then ours.
func meanings() map[string]string {
	return map[string]string{
		"test": "run", "tests": "run", "scenarios": "run", "play": "run",
		"listen": "serve", "start": "serve", "up": "serve", "server": "serve", "dev": "serve",
		"logs": "messages watch", "log": "messages watch", "tail": "messages watch",
		"watch":  "messages watch",
		"follow": "messages watch", "events": "messages watch", "inbox": "messages list",
		"trigger": "sms", "send": "sms", "text": "sms", "msg": "sms", "simulate": "sms",
		"ui": "console", "open": "console", "web": "console", "dashboard": "console",
		"browser": "console",
		"status":  "doctor", "diagnose": "doctor", "health": "doctor", "ping": "wait",
		"debugger": "alerts", "errors": "alerts", "time": "clock",
		"mock": "rule add", "fault": "rule add",
		"record": "new", "setup": "init", "install": "init", "settings": "config",
		"var": "env", "vars": "env",
		"codes": "verify codes", "otp": "verify codes", "stopped": "optouts",
		"unsubscribe": "optouts", "history": "export", "handset": "phone", "journal": "export",
		"har": "export", "scenario": "help scenarios", "lint": "check", "validate": "check",
		"replay": "webhooks replay", "resend": "webhooks replay",
		"proxy": "exec", "intercept": "exec", "wrap": "exec", "tunnel": "serve", "forward": "serve",
		"webhook": "webhooks", "callbacks": "webhooks", "api-calls": "requests",
		"template": "content", "templates": "content",
		"chaos": "explore", "fuzz": "explore", "search": "explore", "coverage": "run",
		"shorten": "click", "subaccounts": "accounts", "buy": "numbers add",
		"man": "help", "docs": "help", "manual": "help", "topics": "help",
		"call": "help limits", "calls": "help limits", "voice": "help limits",
		"conversations": "help limits",
		"quirks":        "facts", "db": "data", "database": "data", "sqlite": "data",
		// These end or remove something, which no command does by that name.
		"stop": "help serve", "kill": "help serve", "quit": "help serve", "down": "help serve",
		"shutdown": "help serve", "delete": "help", "remove": "help",
		"clear": "help", "clean": "help", "purge": "help", "del": "help",
	}
}

// subMeanings are the same for the commands below another one.
func subMeanings() map[string]string {
	return map[string]string{
		"ls": "list", "all": "list", "index": "list", "get": "show", "view": "show",
		"cat": "show", "info": "show",
		"describe": "show", "inspect": "show", "tail": "watch", "follow": "watch",
		"logs": "watch", "await": "wait",
		"create": "add", "new": "add", "buy": "add", "update": "set", "edit": "set",
		"change": "set", "resend": "replay",
		"retry": "replay", "post": "send", "compare": "diff", "check": "verify",
		"pause": "freeze", "stop": "freeze",
		"start": "resume", "forward": "advance", "skip": "advance",
	}
}

// destructive are commands that are never suggested, because what they remove cannot be had back.
func destructive() []string { return []string{"reset", "rm"} }

// meant returns the commands that the user may have had in mind, as in "messages watch": by
// meaning, or else by spelling. It returns none or one; a suggestion is tried out by isCommand
// first, because the tables name commands by their words.
func meant(parent *cobra.Command, name string) []string {
	words := meanings()
	if parent.HasParent() {
		words = subMeanings()
	}
	if command, ok := words[strings.ToLower(name)]; ok && isCommand(parent, command) {
		return []string{command}
	}
	var names []string
	for _, sub := range parent.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			names = append(names, sub.Name())
		}
	}
	near := suggest.Nearest(name, append(names, slices.Sorted(maps.Keys(words))...))
	if !slices.Contains(names, near) { // a word of another tool, misspelled
		near = words[near]
	}
	if near == "" || slices.Contains(destructive(), near) || !isCommand(parent, near) {
		return nil
	}
	return []string{near}
}

// isCommand reports whether the words name a command below parent, or what help has text about.
func isCommand(parent *cobra.Command, words string) bool {
	if words == "help" {
		return !parent.HasParent()
	}
	args := strings.Fields(strings.TrimPrefix(words, "help "))
	found, rest, err := parent.Find(args)
	return err == nil && found != parent && len(rest) == 0
}

// unknownCommand is the failure for an unknown command, with suggestions.
func unknownCommand(cmd *cobra.Command, name string) error {
	f := &failure.Error{Code: failure.Usage,
		What: fmt.Sprintf("unknown command %q for %q", name, cmd.CommandPath())}
	for _, command := range meant(cmd, name) {
		f.Try(cmd.CommandPath() + " " + command)
	}
	if len(f.Rows) == 0 {
		f.Try("twilsim help" + strings.TrimPrefix(cmd.CommandPath(), "twilsim"))
	}
	return f
}
