package messaging

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"twilsim/simulator/clock"
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
	sid := binSID(ref)
	for _, bin := range a.bins {
		if bin.SID == sid {
			return *bin, true
		}
	}
	return Bin{}, false
}

// binSID returns the SID in a bin's URL, which may have a query and a fragment.
func binSID(ref string) string {
	sid, found := strings.CutPrefix(ref, binHost)
	if end := strings.IndexAny(sid, "?#"); found && end >= 0 {
		return sid[:end]
	}
	return sid
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

// binType is the type of a bin's document.
const binType = "text/xml"

// serveBin answers a webhook as Twilio's own host of TwiML Bins does, without the network.
func (a *Account) serveBin(bin Bin, r *webhook.Request) *journal.Exchange {
	x := &journal.Exchange{
		Purpose: r.Purpose, SID: r.SID, Attempt: 1, At: r.At, Real: clock.Wall().UTC(),
		Method: r.Method, URL: bin.URL, Signature: "valid",
		Status: http.StatusOK, ResponseHeader: "Content-Type: " + binType + "\r\n", ResponseBody: string(bin.Render(r.Params)),
	}
	if r.Method == http.MethodGet { // F-037
		x.URL += "?" + r.Params.Encode()
	} else {
		x.Header, x.Body = journal.Header("Content-Type: "+r.ContentType+"\r\n"), r.Params.Encode()
	}
	return x
}
