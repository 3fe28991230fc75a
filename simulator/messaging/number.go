package messaging

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// Number is a phone number of the account, under Twilio's names.
type Number struct {
	SID         string `json:"sid"`
	PhoneNumber string `json:"phone_number"`
	SmsURL      string `json:"sms_url"`
	SmsMethod   string `json:"sms_method"` // GET or POST
}

// SetNumber adds a number to the account, or changes where its messages go. An empty method is POST (F-037). The URL
// may be empty, a TwiML Bin's name, or an absolute http or https URL.
func (a *Account) SetNumber(number, smsURL, method string) (Number, error) {
	address, err := ParseAddress(number)
	if err != nil {
		return Number{}, err
	}
	address = bare(address)
	method = strings.ToUpper(method)
	if method == "" {
		method = http.MethodPost
	}
	if method != http.MethodPost && method != http.MethodGet {
		return Number{}, fmt.Errorf("unknown method %q: a number's webhook is called with GET or POST", method)
	}
	if smsURL, err = a.webhookURL(smsURL); err != nil {
		return Number{}, err
	}
	a.mu.Lock()
	n := a.numbers[address]
	if n == nil {
		n = a.newNumber(address)
		a.numbers[address] = n
	}
	n.SmsURL, n.SmsMethod = smsURL, method
	set := n.Number
	a.mu.Unlock()
	a.Journal.Append(journal.Event{Type: journal.Changed, Note: "number " + address + " -> " + method + " " + smsURL}, "", nil)
	return set, nil
}

// webhookURL accepts what a number may point to, and replaces a bin's name by its URL.
func (a *Account) webhookURL(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	if bin, ok := a.Bin(s); ok {
		return bin.URL, nil
	}
	if !strings.Contains(s, "://") {
		names := a.binNames()
		if near := suggest.Nearest(s, names); near != "" {
			return "", fmt.Errorf("there is no bin %q: did you mean %q?", s, near)
		}
		return "", fmt.Errorf("%q is neither a bin nor an absolute URL such as http://localhost:3000/sms", s)
	}
	return s, webhook.CheckURL(s)
}

// Number returns the account's number, and whether it has it.
func (a *Account) Number(address string) (Number, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n, ok := a.numbers[address]
	if !ok {
		return Number{}, false
	}
	return n.Number, true
}

// Numbers returns the account's numbers in order.
func (a *Account) Numbers() []Number {
	a.mu.Lock()
	defer a.mu.Unlock()
	var numbers []Number
	for _, n := range a.numbers {
		numbers = append(numbers, n.Number)
	}
	slices.SortFunc(numbers, func(x, y Number) int { return strings.Compare(x.PhoneNumber, y.PhoneNumber) })
	return numbers
}

func (a *Account) addresses() []string {
	var addresses []string
	for _, n := range a.Numbers() {
		addresses = append(addresses, n.PhoneNumber)
	}
	return addresses
}
