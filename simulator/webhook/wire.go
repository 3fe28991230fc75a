package webhook

import (
	"slices"
	"strings"

	"twilsim/simulator/uri"
)

// Wire says how the URL of a request is sent when that is not how it is signed (F-808).
type Wire struct {
	// the parameters of the configured query are sent in the order of their names
	SortQuery bool
	// an apostrophe, @ and : in a parameter of a GET are signed as they are, and sent encoded
	SignRaw bool
}

// rawSigned undoes the encoding of the characters that [Wire.SignRaw] is about.
var rawSigned = strings.NewReplacer("%27", "'", "%40", "@", "%3A", ":")

// signedParams returns the parameters of a GET as they are signed.
func (r *Request) signedParams() string {
	if r.Wire.SignRaw {
		return rawSigned.Replace(r.Params.Encode())
	}
	return r.Params.Encode()
}

// onWire returns the URL that is sent for one that is dialled. The latter ends as the signed URL
// does. Characters that no request line can have are encoded, which changes nothing about the
// signature: it is over the URL as configured (F-092).
func (r *Request) onWire(dialed string) string {
	if r.Wire == (Wire{}) && !hasEncoded(dialed) {
		return dialed
	}
	own := ""
	if r.hasQuery() {
		own = r.signedParams()
	}
	p := uri.Split(strings.TrimSuffix(dialed, own))
	p.Path, p.Query = encode(p.Path), encode(p.Query)
	if pairs, ok := strings.CutPrefix(p.Query, "?"); ok && r.Wire.SortQuery {
		p.Query = "?" + sortPairs(pairs)
	}
	if own != "" {
		own = r.Params.Encode()
	}
	return p.String() + own
}

// sortPairs puts the parameters of a query in the order of their names; those of one name keep
// theirs. An ampersand at its end, behind which a GET has its own parameters, stays there.
func sortPairs(query string) string {
	query, last := strings.CutSuffix(query, "&")
	pairs := strings.Split(query, "&")
	slices.SortStableFunc(pairs, func(a, b string) int {
		nameA, _, _ := strings.Cut(a, "=")
		nameB, _, _ := strings.Cut(b, "=")
		return strings.Compare(nameA, nameB)
	})
	if last {
		pairs = append(pairs, "")
	}
	return strings.Join(pairs, "&")
}

// encode writes the bytes that a URL cannot have as %XX: control characters, spaces, all that is
// not ASCII, and " < > \ ^ ` { | } (RFC 3986, section 2).
func encode(s string) string {
	const hex = "0123456789ABCDEF"
	b := make([]byte, 0, len(s)+8)
	for _, c := range []byte(s) {
		if encoded[c] {
			b = append(b, '%', hex[c>>4], hex[c&15])
		} else {
			b = append(b, c)
		}
	}
	return string(b)
}

// encoded has the bytes that a URL cannot have as they are. It is a table because every URL of
// every request is looked through.
var encoded = func() (table [256]bool) {
	for c := range table {
		table[c] = c <= ' ' || c > '~' || strings.IndexByte("\"<>\\^`{|}", byte(c)) >= 0
	}
	return table
}()

func hasEncoded(s string) bool {
	for i := range len(s) {
		if encoded[s[i]] {
			return true
		}
	}
	return false
}
