package display

import (
	"cmp"
	"strconv"

	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/mask"
	"twilsim/simulator/terminal"
)

// Bins prints a list of TwiML Bins.
func Bins(u *terminal.UI, bins *control.Bins) error {
	err := terminal.List(u, bins.Bins, []terminal.Column[directory.Bin]{
		{Head: "NAME", Value: func(b directory.Bin) string { return b.Name }},
		{Head: "BYTES", Drop: 1, Value: func(b directory.Bin) string {
			return strconv.Itoa(len(b.Body))
		}},
		{Head: "URL", Value: func(b directory.Bin) string { return b.URL }},
	})
	u.Countf(len(bins.Bins), "bin", "")
	return err
}

// Numbers prints a list of phone numbers.
func Numbers(u *terminal.UI, numbers *control.Numbers) error {
	err := terminal.List(u, numbers.Numbers, []terminal.Column[directory.Number]{
		{Head: "NUMBER", Value: func(n directory.Number) string { return n.PhoneNumber }},
		{Head: "METHOD", Drop: 2, Value: func(n directory.Number) string { return n.SmsMethod }},
		{Head: "URL", Value: func(n directory.Number) string {
			return cmp.Or(mask.Text(n.SmsURL), "-")
		}},
		{Head: "FALLBACK", Value: func(n directory.Number) string {
			return cmp.Or(mask.Text(n.SmsFallbackURL), "-")
		}},
	})
	u.Countf(len(numbers.Numbers), "number", "")
	return err
}

// Number prints a phone number and where its texts go.
func Number(u *terminal.UI, n *directory.Number) error {
	if u.JSON {
		return u.Encode(n)
	}
	u.Printf("%s   %s\n", n.PhoneNumber, n.SID)
	u.Printf("  texts      %s\n", destination(n.SmsMethod, n.SmsURL))
	if n.SmsFallbackURL != "" {
		u.Printf("  fallback   %s\n", destination(n.SmsFallbackMethod, n.SmsFallbackURL))
	}
	return nil
}

// destination says where a webhook goes: POST http://localhost:3000/sms.
func destination(method, url string) string {
	if url == "" {
		return "go nowhere"
	}
	return method + " " + mask.Text(url)
}

// OptOuts prints a list of opt-outs.
func OptOuts(u *terminal.UI, outs []directory.OptOut) error {
	err := terminal.List(u, outs, []terminal.Column[directory.OptOut]{
		{Head: "RECIPIENT", Value: func(o directory.OptOut) string { return o.Recipient }},
		{Head: "SENDER", Value: func(o directory.OptOut) string { return o.Sender }},
	})
	u.Countf(len(outs), "opt-out", "")
	return err
}

// Service prints a Messaging Service and its senders.
func Service(u *terminal.UI, s *control.Service) error {
	if u.JSON {
		return u.Encode(s)
	}
	u.Printf("%s   %s   advanced opt-out %s\n", s.SID, terminal.Quoted(s.FriendlyName),
		onOff(s.AdvancedOptOut))
	for _, line := range []struct{ head, text string }{
		{"texts", inboundOf(*s)}, {"callbacks", cmp.Or(s.StatusCallback, "-")},
		{"senders", cmp.Or(sendersOf(*s), "-")},
	} {
		u.Printf("  %s%s\n", terminal.Pad(line.head, 11), line.text)
	}
	return nil
}

// Account prints an account in one line.
func Account(u *terminal.UI, a *control.Account) error {
	if u.JSON {
		return u.Encode(a)
	}
	u.Printf("%s   %s   %s   %s\n", a.SID, a.Kind, a.Status, terminal.Quoted(a.FriendlyName))
	return nil
}
