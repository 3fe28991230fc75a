package display

import (
	"cmp"
	"strconv"
	"strings"

	"twilsim/simulator/carrier"
	"twilsim/simulator/config"
	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/errcode"
	"twilsim/simulator/terminal"
)

// Keys prints a list of API keys, without their secrets.
func Keys(u *terminal.UI, keys *control.Keys, times terminal.Times) error {
	err := terminal.List(u, keys.Keys, []terminal.Column[control.Key]{
		{Head: "SID", Value: func(k control.Key) string { return k.SID }},
		{Head: "CREATED", Drop: 1,
			Value: func(k control.Key) string {
				return strings.TrimSpace(u.Stamp(k.DateCreated,
					times))
			}},
		{Head: "NAME", Value: func(k control.Key) string { return cmp.Or(k.FriendlyName, "-") }},
	})
	u.Countf(len(keys.Keys), "key", "")
	return err
}

// Services prints a list of Messaging Services.
func Services(u *terminal.UI, services *control.Services) error {
	err := terminal.List(u, services.Services, []terminal.Column[control.Service]{
		{Head: "SID", Value: func(s control.Service) string { return s.SID }},
		{Head: "NAME", Value: func(s control.Service) string { return s.FriendlyName }},
		{Head: "INBOUND", Value: inboundOf},
		{Head: "ADVANCED", Drop: 1, Value: func(s control.Service) string {
			return onOff(s.AdvancedOptOut)
		}},
		{Head: "SENDERS",
			Value: func(s control.Service) string { return cmp.Or(sendersOf(s), "-") }},
	})
	u.Countf(len(services.Services), "service", "")
	return err
}

// onOff is the word for a switch: ADVANCED is whether Advanced Opt-Out is on.
func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// inboundOf says where texts to the senders of a service are sent.
func inboundOf(s control.Service) string {
	if s.UseInboundWebhookOnNumber {
		return "the number's"
	}
	return cmp.Or(s.InboundRequestURL, "-")
}

func sendersOf(s control.Service) string {
	addresses := make([]string, len(s.Senders))
	for i, sender := range s.Senders {
		addresses[i] = sender.Address
	}
	return strings.Join(addresses, " ")
}

// Handsets prints a list of handsets.
func Handsets(u *terminal.UI, phones *control.Phones) error {
	err := terminal.List(u, phones.Phones, []terminal.Column[directory.Handset]{
		{Head: "NUMBER", Value: func(p directory.Handset) string { return p.Number }},
		{Head: "NAME", Value: func(p directory.Handset) string { return cmp.Or(p.Name, "-") }},
		{Head: "STATE", Value: func(p directory.Handset) string { return string(p.State) }},
		{Head: "CODE", Value: func(p directory.Handset) string {
			return cmp.Or(ErrorCode(p.State.Outcome().Code), "-")
		}},
		{Head: "OPTED OUT OF", Value: func(p directory.Handset) string {
			return cmp.Or(strings.Join(optedOutOf(phones, p.Number), " "), "-")
		}},
	})
	u.Countf(len(phones.Phones), "handset", "")
	return err
}

// optedOutOf returns the senders from which a number gets nothing, because it texted STOP.
func optedOutOf(phones *control.Phones, number string) []string {
	var senders []string
	for _, o := range phones.OptOuts {
		if o.Recipient == number {
			senders = append(senders, o.Sender)
		}
	}
	return senders
}

// Outcomes prints the delivery scripts that have a name. It needs no simulator: the table is part
// of the program.
func Outcomes(u *terminal.UI) error {
	var outcomes []control.Outcome
	for _, o := range carrier.Outcomes() {
		info, _ := errcode.Lookup(o.Code)
		outcomes = append(outcomes, control.Outcome{
			Name: o.Name, Script: o.Script.String(), Final: o.Final(), Code: o.Code,
			Refuse: o.Refuse,
			Text:   o.Text, Retry: string(info.Retry),
		})
	}
	return terminal.List(u, outcomes, []terminal.Column[control.Outcome]{
		{Head: "NAME", Value: func(o control.Outcome) string { return o.Name }},
		{Head: "CODE",
			Value: func(o control.Outcome) string { return cmp.Or(ErrorCode(o.Code), "-") }},
		{Head: "FINAL", Cell: func(o control.Outcome) terminal.Cell {
			if o.Refuse != 0 {
				return terminal.Cell{Value: "refused " + strconv.Itoa(o.Refuse),
					Style: StatusStyle(string(o.Final))}
			}
			return terminal.Cell{Value: string(o.Final), Style: StatusStyle(string(o.Final))}
		}},
		{Head: "RETRY", Drop: 2,
			Value: func(o control.Outcome) string { return cmp.Or(o.Retry, "-") }},
		{Head: "SCRIPT", Drop: 1,
			Value: func(o control.Outcome) string { return cmp.Or(o.Script, "-") }},
		{Head: "WHAT", Value: func(o control.Outcome) string { return o.Text }},
	})
}

// Accounts prints a list of accounts.
func Accounts(u *terminal.UI, accounts *control.Accounts) error {
	t := &terminal.Table{Head: []string{"SID", "KIND", "STATUS", "NAME"}}
	for _, a := range accounts.Accounts {
		if u.JSON {
			if err := u.Encode(a); err != nil {
				return err
			}
			continue
		}
		t.Add(a.SID, string(a.Kind), a.Status, a.FriendlyName)
	}
	if !u.JSON {
		u.Table(t)
		u.Progressf("%s\n", terminal.Count(len(t.Rows), "account"))
	}
	return nil
}

// Settings prints a list of settings; path is that of twilsim.yaml, "" if there is none.
func Settings(u *terminal.UI, settings []config.Sourced, path string) error {
	err := terminal.List(u, settings, []terminal.Column[config.Sourced]{
		{Head: "KEY", Value: func(s config.Sourced) string { return s.Key }},
		{Head: "OF", Drop: 1, Value: func(s config.Sourced) string {
			return strings.Join(s.Commands, " ")
		}},
		{Head: "SOURCE", Value: func(s config.Sourced) string { return s.Source }},
		{Head: "VALUE", Value: func(s config.Sourced) string { return cmp.Or(s.Value, "-") }},
	})
	if !u.JSON {
		u.Progressf("%s   twilsim help config\n", cmp.Or(path, "no twilsim.yaml in this directory"))
	}
	return err
}

// Threads prints the conversations of handsets.
func Threads(u *terminal.UI, found *control.Threads) error {
	err := terminal.List(u, found.Threads, []terminal.Column[*control.Thread]{
		{Head: "HANDSET", Value: func(t *control.Thread) string { return t.Address }},
		{Head: "UNREAD", Value: func(t *control.Thread) string { return strconv.Itoa(t.Unread) }},
		{Head: "LAST", Value: func(t *control.Thread) string { return t.Last.SID[:8] }},
		{Head: "STATUS", Value: func(t *control.Thread) string { return string(t.Last.Status) }},
		{Head: "BODY", Value: func(t *control.Thread) string { return t.Last.Body }},
	})
	u.Countf(len(found.Threads), "thread", "")
	return err
}
