package directory

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"twilsim/simulator/apierr"
	"twilsim/simulator/lazy"
	"twilsim/simulator/uri"
)

// binHost is where Twilio serves TwiML Bins. The simulator answers such a URL itself.
const binHost = "https://handler.twilio.com/twiml/"

// Bin is a TwiML Bin: a document that is served in the app's place, with {{Name}} where a parameter
// of the webhook goes.
type Bin struct {
	SID  string `json:"sid"` // EH and 32 hex digits
	Name string `json:"name"`
	URL  string `json:"url"`
	Body string `json:"body"`
}

var binName = lazy.Regexp(`^[a-z0-9][a-z0-9-]*$`)

// SetBin adds a bin, or changes its document. A name has lower-case letters, digits and hyphens.
// The SID and the URL of a bin that exists stay, so numbers that use it get the new document. The
// document is not checked here: a wrong one is a case to test.
func (d *Directory) SetBin(name, body string) (Bin, error) {
	if !binName().MatchString(name) {
		return Bin{}, fmt.Errorf("bad bin name %q: use lower-case letters, digits and hyphens",
			name)
	}
	d.mu.Lock()
	bin := d.bins[name]
	if bin == nil {
		bin = &Bin{SID: d.o.SIDs.Next("EH"), Name: name}
		bin.URL = binHost + bin.SID
		d.bins[name] = bin
	}
	bin.Body = body
	d.touch(Bins, name)
	set := *bin
	d.mu.Unlock()
	d.o.Changed("bin " + name)
	return set, nil
}

// RemoveBin removes a bin, given by its name, SID or URL. One to which messages still go is
// refused. The error is an [*apierr.Error] if there is no such bin.
func (d *Directory) RemoveBin(ref string) error {
	d.mu.Lock()
	bin := d.binLocked(ref)
	user := ""
	if bin != nil {
		if user = d.binUserLocked(bin.URL); user == "" {
			delete(d.bins, bin.Name)
			d.touch(Bins, bin.Name)
		}
	}
	d.mu.Unlock()
	switch {
	case bin == nil:
		return apierr.NotFound()
	case user != "":
		return fmt.Errorf("the bin %s answers for %s: give that another URL first", bin.Name, user)
	}
	d.o.Changed("bin " + bin.Name + " removed")
	return nil
}

// binUserLocked names a number, service or application whose messages go to the bin of this URL, ""
// for none.
func (d *Directory) binUserLocked(url string) string {
	uses := func(urls ...string) bool {
		return slices.ContainsFunc(urls, func(u string) bool { return binSID(u) == binSID(url) })
	}
	for _, n := range d.numbers {
		if uses(n.SmsURL, n.SmsFallbackURL) {
			return n.PhoneNumber
		}
	}
	for _, s := range d.services {
		if uses(s.InboundRequestURL, s.FallbackURL) {
			return s.SID
		}
	}
	for _, a := range d.applications {
		if uses(a.SmsURL, a.SmsFallbackURL) {
			return a.SID
		}
	}
	return ""
}

// Bin finds a bin by its name, its SID or its URL. The URL may have a query and a fragment.
func (d *Directory) Bin(ref string) (Bin, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if bin := d.binLocked(ref); bin != nil {
		return *bin, true
	}
	return Bin{}, false
}

func (d *Directory) binLocked(ref string) *Bin {
	if bin := d.bins[ref]; bin != nil {
		return bin
	}
	sid := binSID(ref)
	for _, bin := range d.bins {
		if bin.SID == sid {
			return bin
		}
	}
	return nil
}

// binSID returns the SID in a bin's URL, which may have a query and a fragment.
func binSID(ref string) string {
	sid, found := strings.CutPrefix(ref, binHost)
	if !found {
		return ref
	}
	return uri.WithoutQuery(sid)
}

// Bins returns the account's bins by name.
func (d *Directory) Bins() []Bin {
	d.mu.Lock()
	defer d.mu.Unlock()
	var bins []Bin
	for _, bin := range d.bins {
		bins = append(bins, *bin)
	}
	slices.SortFunc(bins, func(x, y Bin) int { return strings.Compare(x.Name, y.Name) })
	return bins
}

func (d *Directory) binNamesLocked() []string {
	var names []string
	for name := range d.bins {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

var placeholder = lazy.Regexp(`\{\{\s*([A-Za-z0-9_]+)\s*\}\}`)

// Render fills in the document's {{Name}} placeholders from the webhook's parameters; a name that
// the webhook does not have is replaced by "". Values are escaped for XML, so that a text with < in
// it does not break the document. No source describes either; see the tests.
func (b Bin) Render(param func(name string) string) []byte {
	return placeholder().ReplaceAllFunc([]byte(b.Body), func(match []byte) []byte {
		name := placeholder().FindSubmatch(match)[1]
		var escaped strings.Builder
		// a Builder's Write returns no error
		_ = xml.EscapeText(&escaped, []byte(param(string(name))))
		return []byte(escaped.String())
	})
}
