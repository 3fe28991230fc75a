// Package complete offers values to the shell while a command is typed: states, statuses, codes,
// scenarios, and what the running simulator has, such as message IDs and numbers.
//
// The table in [Add] says which argument or flag of which command takes what. Where no simulator
// answers within a second, nothing is offered.
package complete

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/errcode"
	"twilsim/simulator/fault"
	simscript "twilsim/testscript"
)

// patience is how long a simulator may take to answer.
const patience = time.Second

// Ask calls do with a client of the running simulator.
type Ask func(ctx context.Context, do func(context.Context, *control.Client) error) error

// values returns what can stand in a place: each value, and behind a tab what it means. It is
// called without a client first; the error then says that it needs one, so that no simulator is
// looked for in vain.
type values func(ctx context.Context, client *control.Client) ([]string, error)

// Add gives the commands below root the completion of their arguments and flags. A command that
// root does not have is left out. Call it once all commands are there.
func Add(root *cobra.Command, ask Ask) {
	c := completer{ask}
	for path, args := range map[string][]values{
		"phone set":       {handsets, states},
		"sms":             {handsets, numbers},
		"deliver":         {messages, statuses},
		"tap":             {messages, nil},
		"content show":    {templates},
		"content approve": {templates},
		"content reject":  {templates},
		"content pause":   {templates},
		"content disable": {templates},
		"content rm":      {templates},
		"messages show":   {messages},
		"export":          {messages},
		"webhooks show":   {webhooks},
		"webhooks curl":   {webhooks},
		"webhooks diff":   {webhooks, webhooks},
		"webhooks replay": {webhooks},
		"requests show":   {requests},
		"requests curl":   {requests},
		"requests code":   {requests},
		"alerts show":     {alerts},
		"alerts ack":      {alerts},
		"rule disable":    {rules},
		"rule enable":     {rules},
		"rule rm":         {rules},
		"numbers set":     {numbers, bins},
		"numbers show":    {numbers},
		"numbers rm":      {numbers},
		"bins set":        {bins, nil},
		"bins show":       {bins},
		"bins rm":         {bins},
		"services set":    {services},
		"services show":   {services},
		"services rm":     {services},
		"keys rename":     {keys, nil},
		"keys rm":         {keys},
		"runs start":      {folder},
		"runs show":       {runs},
		"runs stop":       {runs},
		"runs trace":      {runs},
		"runs save":       {nil, messages},
		"verify codes":    {handsets},
		"phone read":      {handsets},
		"optouts add":     {handsets, numbers},
		"optouts rm":      {optOuts, numbers},
		"optouts show":    {optOuts},
		"accounts set":    {accounts},
		"accounts show":   {accounts},
		"accounts rm":     {accounts},
	} {
		if cmd := find(root, path); cmd != nil {
			cmd.ValidArgsFunction = c.arguments(args)
		}
	}
	for flag, of := range map[string]values{
		"account": accounts, "code": codes, "run": scenarios, "speed": words("real", "fast", "10x",
			"virtual"),
		"color": words("auto", "always", "never"), "fail-on": words("alert",
			"blocked"), "signature": words(fault.Signatures()...),
		"sender": numbers, "advanced-opt-out": words("on", "off"), "inbound-on-number": words("on",
			"off"),
		"status": words("active", "suspended", "closed"), "method": words("GET",
			"POST"), "fallback-method": words("GET", "POST"),
	} {
		c.flag(root, flag, of)
	}
}

// find returns the command of a path, nil if there is none.
func find(root *cobra.Command, path string) *cobra.Command {
	cmd, rest, err := root.Find(strings.Fields(path))
	if err != nil || len(rest) > 0 || cmd == root {
		return nil
	}
	return cmd
}

type completer struct{ ask Ask }

// arguments completes each argument of a command. Beyond the last one, nothing is offered; a nil
// argument is a file.
func (c completer) arguments(args []values) cobra.CompletionFunc {
	return func(cmd *cobra.Command, before []string, typed string) ([]string,
		cobra.ShellCompDirective) {
		switch {
		case len(before) >= len(args):
			return nil, cobra.ShellCompDirectiveNoFileComp
		case args[len(before)] == nil:
			return nil, cobra.ShellCompDirectiveDefault
		}
		return c.offer(cmd.Context(), args[len(before)], typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// flag completes a flag wherever it is declared. A flag of the same name takes the same values in
// each command.
func (c completer) flag(cmd *cobra.Command, name string, of values) {
	if cmd.LocalNonPersistentFlags().Lookup(name) != nil || cmd.PersistentFlags().Lookup(name) != nil {
		// the error says that the command has a completion of its own already
		_ = cmd.RegisterFlagCompletionFunc(name,
			func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
				return c.offer(cmd.Context(), of, typed), cobra.ShellCompDirectiveNoFileComp
			})
	}
	for _, sub := range cmd.Commands() {
		c.flag(sub, name, of)
	}
}

// offer returns the values of a place that begin as typed does. Those that need a simulator are
// none without it.
func (c completer) offer(ctx context.Context, of values, typed string) []string {
	if ctx == nil {
		ctx = context.Background()
	}
	return slices.DeleteFunc(slices.Clone(c.all(ctx, of)), func(value string) bool {
		return !strings.HasPrefix(value, typed)
	})
}

// all returns the values of a place. Errors are not shown: the shell would print them into the line
// that is being typed.
func (c completer) all(ctx context.Context, of values) []string {
	if list, err := of(ctx, nil); err == nil {
		return list
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var list []string
	err := c.ask(ctx, func(ctx context.Context, client *control.Client) (err error) {
		list, err = of(ctx, client)
		return err
	})
	if err != nil {
		return nil
	}
	return list
}

// words are fixed values.
func words(list ...string) values {
	return func(context.Context, *control.Client) ([]string, error) { return list, nil }
}

func states(context.Context, *control.Client) ([]string, error) {
	var list []string
	for _, s := range carrier.HandsetStates() {
		list = append(list, string(s)+"\t"+s.Outcome().Text)
	}
	return list, nil
}

func statuses(context.Context, *control.Client) ([]string, error) {
	var list []string
	for _, s := range carrier.Statuses() {
		if _, err := carrier.ParseScript(string(s)); err == nil { // one that a person can set
			list = append(list, string(s))
		}
	}
	return list, nil
}

// codes are those with which a delivery can end.
func codes(context.Context, *control.Client) ([]string, error) {
	var list []string
	for row := range errcode.All() {
		if row.Final != "" {
			list = append(list, fmt.Sprintf("%d\t%s", row.Code, row.Title))
		}
	}
	return list, nil
}

// scenarios are the names of those in the directory where run looks for them.
func scenarios(context.Context, *control.Client) ([]string, error) {
	found, err := simscript.Find("scenarios")
	if err != nil {
		return []string{}, nil // there are none: no simulator would know better
	}
	var list []string
	for _, s := range found {
		list = append(list, s.Name)
	}
	return list, nil
}
