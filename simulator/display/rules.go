package display

import (
	"strconv"
	"strings"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/terminal"
)

// Rules prints the rules in their order.
func Rules(u *terminal.UI, rules *control.Rules) error {
	for _, rule := range rules.Rules {
		if u.JSON {
			if err := u.Encode(rule); err != nil {
				return err
			}
			continue
		}
		used := ""
		if rule.Used > 0 {
			used = "   used " + strconv.Itoa(rule.Used)
		}
		u.Printf("%s  %s%s\n", rule.ID, rule.Describe(), used)
	}
	if !u.JSON {
		u.Progressf("%s; everything else is sent 0.5s, delivered 1s\n",
			terminal.Count(len(rules.Rules), "rule"))
	}
	return nil
}

// Magic prints the magic recipients. It needs no simulator.
func Magic(u *terminal.UI) error {
	magic := carrier.MagicTable()
	if u.JSON {
		for _, m := range magic {
			err := u.Encode(control.MagicNumber{Digits: m.Digits, Number: m.Number, Outcome: m.Outcome.Name,
				Text: m.Text})
			if err != nil {
				return err
			}
		}
		return nil
	}
	u.Printf("+1 500 555 01NN, where NN is\n")
	const columns = 3
	rows := (len(magic) + columns - 1) / columns
	for row := range rows {
		var b strings.Builder
		for i := row; i < len(magic); i += rows {
			b.WriteString(terminal.Pad(magic[i].Digits+" "+magic[i].Text, 27))
		}
		u.Printf("%s\n", strings.TrimRight(b.String(), " "))
	}
	u.Printf("Twilio's own +1 500 555 0000-0009 keep their documented API errors.\n")
	return nil
}
