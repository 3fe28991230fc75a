package quirk

import (
	"fmt"
	"strconv"
	"strings"
)

// Prices are what a segment costs in US dollars, by the country of the recipient (US), by channel
// (whatsapp), or for everything else (*).
type Prices map[string]float64

// ParsePrices reads a table such as US:0.0079,whatsapp:0.005,*:0.0075; none is an empty table.
func ParsePrices(s string) (Prices, error) {
	prices := Prices{}
	if s == "none" {
		return prices, nil
	}
	for entry := range strings.SplitSeq(s, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		where, text, _ := strings.Cut(entry, ":")
		price, err := strconv.ParseFloat(text, 64)
		if where == "" || err != nil || !(price >= 0 && price < 1000) {
			return nil, fmt.Errorf("%q is not WHERE:PRICE; write a table such as "+
				"US:0.0079,whatsapp:0.005,*:0.0075", entry)
		}
		prices[where] = price
	}
	return prices, nil
}

// Of returns the price of a segment for a place, else that of *, and whether there is one. Prices
// are per segment, in US dollars.
func (p Prices) Of(place string) (float64, bool) {
	price, ok := p[place]
	if !ok {
		price, ok = p["*"]
	}
	return price, ok
}

// checks has the switches whose text must have a form. The checks run when a switch is set, so
// its readers need not handle a wrong value.
var checks = map[ID]func(string) error{
	MessagePrices: func(s string) error { _, err := ParsePrices(s); return err },
}
