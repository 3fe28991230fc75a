package testscript

import (
	"fmt"
	"slices"

	"twilsim/simulator/messaging"
)

// notAboutAccounts are the commands that [cmdAccount] does not run.
func notAboutAccounts() []string { return []string{"account", "answer", "app"} }

// cmdAccount runs a command about another account of the simulator, such as a subaccount that the
// app has made. ! belongs to the command.
//
//	account SID|NAME COMMAND…
func cmdAccount(ts host, neg bool, args []string) {
	w := of(ts)
	if len(args) < 2 {
		usage(ts, "account SID|NAME COMMAND…")
	}
	command, ok := commands()[args[1]]
	if !ok || slices.Contains(notAboutAccounts(), args[1]) {
		ts.Fatalf("account: %q is not a command about an account", args[1])
	}
	other, err := w.findAccount(args[0])
	ts.Check(err)
	main := w.account
	w.account = other
	defer func() { w.account = main }() // also when the command fails
	command(ts, neg, args[2:])
}

// findAccount returns the account with this SID or, where there is none, the only one with this
// name.
func (w *world) findAccount(name string) (*messaging.Account, error) {
	all := w.server.Accounts()
	if a, ok := all.Account(name); ok {
		return a, nil
	}
	named := slices.DeleteFunc(all.List(), func(a *messaging.Account) bool {
		return a.Profile().FriendlyName != name
	})
	switch len(named) {
	case 0:
		return nil, fmt.Errorf("there is no account %q", name)
	case 1:
		return named[0], nil
	}
	return nil, fmt.Errorf("%d accounts have the name %q: use the SID of one", len(named), name)
}
