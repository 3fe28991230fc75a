package main

import (
	"fmt"
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
		"codes": "verify codes", "otp": "verify codes", "stop": "optouts",
		"history": "export", "handset": "phone",
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
// meaning, or else by spelling.
func meant(parent *cobra.Command, name string) []string {
	words := meanings()
	if parent.HasParent() {
		words = subMeanings()
	}
	if command, ok := words[strings.ToLower(name)]; ok {
		if found, rest, err := parent.Find(strings.Fields(command)); err == nil &&
			found != parent && len(rest) == 0 {
			return []string{command}
		}
	}
	var names []string
	for _, sub := range parent.Commands() {
		if sub.IsAvailableCommand() && !slices.Contains(destructive(), sub.Name()) {
			names = append(names, sub.Name())
		}
	}
	if near := suggest.Nearest(name, names); near != "" {
		return []string{near}
	}
	return nil
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
