package messaging

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// Number is a phone number of the account, under Twilio's names.
type Number struct {
	SID               string `json:"sid"`
	PhoneNumber       string `json:"phone_number"`
	SmsURL            string `json:"sms_url"`
	SmsMethod         string `json:"sms_method"`       // GET or POST
	SmsFallbackURL    string `json:"sms_fallback_url"` // asked where SmsURL fails (F-051); "" for none
	SmsFallbackMethod string `json:"sms_fallback_method"`
}

// SetNumber adds a number to the account, or changes where its messages go. An empty method is POST (F-037). The URL
// may be empty, a TwiML Bin's name, or an absolute http or https URL. The number's fallback stays as it is, but an empty URL
// takes it away.
func (a *Account) SetNumber(number, smsURL, method string) (Number, error) {
	addr, err := address.Parse(number)
	if err != nil {
		return Number{}, err
	}
	n, _ := a.Number(address.Bare(addr))
	n.PhoneNumber, n.SmsURL, n.SmsMethod = addr, smsURL, method
	if smsURL == "" {
		n.SmsFallbackURL = ""
	}
	return a.SetWebhooks(n)
}

// SetWebhooks adds a number to the account, or changes where its messages go, and where they go when that fails. Methods and
// URLs are as in SetNumber; a fallback without a URL is refused (F-053). The SID does not count.
func (a *Account) SetWebhooks(number Number) (Number, error) {
	addr, err := address.Parse(number.PhoneNumber)
	if err != nil {
		return Number{}, err
	}
	addr = address.Bare(addr)
	if err := a.checkWebhooks(&number); err != nil {
		return Number{}, err
	}
	a.mu.Lock()
	n := a.numbers[addr]
	if n == nil {
		n = a.newNumber(addr)
		a.numbers[addr] = n
	}
	number.SID, number.PhoneNumber = n.SID, addr
	n.Number = number
	a.mu.Unlock()
	note := "number " + addr + " -> " + number.SmsMethod + " " + number.SmsURL
	if number.SmsFallbackURL != "" {
		note += ", or " + number.SmsFallbackMethod + " " + number.SmsFallbackURL
	}
	a.changed(note)
	return number, nil
}

// checkWebhooks says what is wrong with a number's methods and URLs, and puts them into the form in which they are kept.
func (a *Account) checkWebhooks(n *Number) error {
	for _, method := range []*string{&n.SmsMethod, &n.SmsFallbackMethod} {
		*method = strings.ToUpper(first(*method, http.MethodPost))
		if *method != http.MethodPost && *method != http.MethodGet {
			return fmt.Errorf("unknown method %q: a number's webhook is called with GET or POST", *method)
		}
	}
	for _, url := range []*string{&n.SmsURL, &n.SmsFallbackURL} {
		var err error
		if *url, err = a.webhookURL(*url); err != nil {
			return err
		}
	}
	if n.SmsFallbackURL != "" && n.SmsURL == "" {
		return fmt.Errorf("a fallback URL needs a URL that can fail: set the number's own URL as well (Twilio refuses this with %d)",
			apierr.FallbackNeedsURL)
	}
	return nil
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
func (a *Account) Number(addr string) (Number, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n, ok := a.numbers[addr]
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
