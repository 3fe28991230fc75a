package messaging

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// binHost is where Twilio serves TwiML Bins. The simulator answers such a URL itself.
const binHost = "https://handler.twilio.com/twiml/"

// Bin is a TwiML Bin: a document that is served in the app's place, with {{Name}} where a parameter of the webhook goes.
type Bin struct {
	SID  string `json:"sid"` // EH and 32 hex digits
	Name string `json:"name"`
	URL  string `json:"url"`
	Body string `json:"body"`
}

var binName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// SetBin adds a bin, or changes its document. A name has lower-case letters, digits and hyphens.
func (a *Account) SetBin(name, body string) (Bin, error) {
	if !binName.MatchString(name) {
		return Bin{}, fmt.Errorf("bad bin name %q: use lower-case letters, digits and hyphens", name)
	}
	a.mu.Lock()
	bin := a.bins[name]
	if bin == nil {
		bin = &Bin{SID: a.ids.Next("EH"), Name: name}
		bin.URL = binHost + bin.SID
		a.bins[name] = bin
	}
	bin.Body = body
	set := *bin
	a.mu.Unlock()
	a.Journal.Append(journal.Event{Type: journal.Changed, Note: "bin " + name}, "", nil)
	return set, nil
}

// Bin finds a bin by its name, its SID or its URL.
func (a *Account) Bin(ref string) (Bin, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if bin := a.bins[ref]; bin != nil {
		return *bin, true
	}
	sid := strings.TrimPrefix(ref, binHost)
	for _, bin := range a.bins {
		if bin.SID == sid {
			return *bin, true
		}
	}
	return Bin{}, false
}

// Bins returns the account's bins by name.
func (a *Account) Bins() []Bin {
	a.mu.Lock()
	defer a.mu.Unlock()
	var bins []Bin
	for _, bin := range a.bins {
		bins = append(bins, *bin)
	}
	slices.SortFunc(bins, func(x, y Bin) int { return strings.Compare(x.Name, y.Name) })
	return bins
}

func (a *Account) binNames() []string {
	var names []string
	for _, bin := range a.Bins() {
		names = append(names, bin.Name)
	}
	return names
}

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]+)\s*\}\}`)

// Render fills in the document's {{Name}} placeholders from the webhook's parameters; a name that the webhook does not
// have becomes nothing. Values are escaped for XML, so that a text with < in it does not break the document. No source
// describes either; see the package tests.
func (b Bin) Render(params webhook.Params) []byte {
	return placeholder.ReplaceAllFunc([]byte(b.Body), func(match []byte) []byte {
		name := placeholder.FindSubmatch(match)[1]
		var escaped strings.Builder
		_ = xml.EscapeText(&escaped, []byte(params.Get(string(name)))) // a Builder's Write returns no error
		return []byte(escaped.String())
	})
}
