package messaging

import (
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/quirk"
)

// priceDelay is how long after its sending a message gets its price. F-616 has no number.
const priceDelay = time.Minute

// priceTable is the table of prices that a switch has set, with its text.
type priceTable struct {
	text   string
	prices quirk.Prices
}

// pricesNow returns the table of prices. It is parsed once, because snapshots are made often.
func (a *Account) pricesNow() quirk.Prices {
	text := a.quirk().Get(quirk.MessagePrices)
	if table := a.prices.Load(); table != nil && table.text == text {
		return table.prices
	}
	prices, _ := quirk.ParsePrices(text) // the text was checked when it was set
	a.prices.Store(&priceTable{text, prices})
	return prices
}

// addPrice fills in what a message costs, if it was sent long enough ago: a negative amount for all
// segments together, with five decimals (F-361, F-616). The price depends on the time alone, and
// needs no event of its own. The caller must not hold the account's lock.
func (a *Account) addPrice(f *Snapshot) {
	if f.Price != "" || f.Direction == Inbound || f.Sent.IsZero() || f.Status == carrier.Failed ||
		a.Clock.Now().Sub(f.Sent) < priceDelay {
		return
	}
	prices := a.pricesNow()
	where := strings.TrimSuffix(f.channel(), ":")
	if _, ok := prices[where]; !ok && len(prices) > 1 {
		where = a.locate(f.To).Country
	}
	if price, ok := prices.Of(where); ok {
		f.Price = strconv.FormatFloat(-price*float64(f.NumSegments), 'f', 5, 64)
		f.PriceUnit = "USD"
	}
}
