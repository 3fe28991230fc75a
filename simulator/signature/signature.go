package signature

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/url"
	"slices"
	"strings"
	"sync"

	"twilsim/simulator/uri"
)

// Sign returns the value of X-Twilio-Signature for a webhook. The token is the primary auth token
// of the account, never the secret of an API key (F-062). The URL is signed exactly as given; for a
// configured URL call [SignedURL] first. The params are those of a form body, decoded; nil for a
// GET, whose parameters are in the URL (F-065).
func Sign(token, url string, params url.Values) string {
	return sign(token, appendData(nil, url, params))
}

// SignParams is [Sign] for n parameters in any order; at returns the i-th. It avoids a map, which
// would cost as much as the signature itself.
func SignParams(token, url string, n int, at func(i int) (name, value string)) string {
	s := signers.Get().(*signer)
	defer signers.Put(s)
	s.sorted = s.sorted[:0]
	for i := range n {
		name, value := at(i)
		s.sorted = append(s.sorted, param{name, value})
	}
	s.sort()
	s.data = append(s.data[:0], url...)
	for i, p := range s.sorted {
		if i > 0 && p == s.sorted[i-1] { // F-070, as in distinct
			continue
		}
		s.data = append(append(s.data, p.name...), p.value...)
	}
	return s.sign(token)
}

// signer has what every signature needs. Its MAC is used again for the same token, which saves the
// hash of the key: a fifth of the time of a signature, and most of its allocations.
type signer struct {
	sorted []param
	given  []param   // before they were sorted
	orders [][]uint8 // by the number of params: how the last ones were sorted
	data   []byte
	token  string
	mac    hash.Hash
	sum    [sha1.Size]byte
}

type param struct{ name, value string }

func compare(a, b param) int {
	if c := strings.Compare(a.name, b.name); c != 0 {
		return c
	}
	return strings.Compare(a.value, b.value)
}

// mostOrdered is the number of params up to which a signer remembers an order.
const mostOrdered = 64

// sort sorts the params. Webhooks of one kind have the same names in the same order, so it first
// tries the order of the last ones that were as many, which takes one comparison for each param.
func (s *signer) sort() {
	n := len(s.sorted)
	if n > mostOrdered {
		slices.SortFunc(s.sorted, compare)
		return
	}
	s.given = append(s.given[:0], s.sorted...)
	for len(s.orders) <= n {
		s.orders = append(s.orders, nil)
	}
	order := s.orders[n]
	if order == nil {
		for i := range n {
			order = append(order, uint8(i))
		}
		s.orders[n] = order
	}
	for i, at := range order {
		s.sorted[i] = s.given[at]
	}
	if slices.IsSortedFunc(s.sorted, compare) {
		return
	}
	slices.SortFunc(order, func(i, j uint8) int { return compare(s.given[i], s.given[j]) })
	for i, at := range order {
		s.sorted[i] = s.given[at]
	}
}

// signers are shared by all accounts. The pool gives up what is not used.
var signers = sync.Pool{New: func() any { return &signer{} }}

// sign signs the data.
func (s *signer) sign(token string) string {
	if s.mac == nil || s.token != token {
		s.mac, s.token = hmac.New(sha1.New, []byte(token)), token
	} else {
		s.mac.Reset()
	}
	s.mac.Write(s.data)
	return base64.StdEncoding.EncodeToString(s.mac.Sum(s.sum[:0]))
}

// SignBody signs a webhook whose body is not a form, such as JSON: the URL gets the parameter
// bodySHA256, last in its query, and is signed alone. The request goes to signedURL (F-066).
func SignBody(token, url string, body []byte) (signature, signedURL string) {
	sum := sha256.Sum256(body)
	signedURL = uri.Split(url).JoinQuery("bodySHA256=" + hex.EncodeToString(sum[:])).String()
	return Sign(token, signedURL, nil), signedURL
}

// Verify reports, in constant time, whether signature is that of exactly this URL and these params.
// For a request signed by [SignBody] the caller must also compare the hash in the URL with that of
// the body.
func Verify(token, url string, params url.Values, signature string) bool {
	return hmac.Equal([]byte(Sign(token, url, params)), []byte(signature))
}

// Data returns the string that [Sign] signs, for people.
func Data(url string, params url.Values) string {
	return string(appendData(nil, url, params))
}

func sign(token string, data []byte) string {
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write(data)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// appendData appends the URL, then name and value of each parameter, sorted by the bytes of the
// name: "CallSid" before "callSid", "Reason" before "ReasonConferenceEnded". A parameter with an
// empty value contributes its name (F-064). White space is kept (F-072).
func appendData(b []byte, url string, params url.Values) []byte {
	names, size := make([]string, 0, len(params)), len(url)
	for name, values := range params {
		names = append(names, name)
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	// F-063: by name only; sorting by name and value would give another order, see F-093
	slices.Sort(names)
	b = append(slices.Grow(b, size), url...)
	for _, name := range names {
		for _, value := range distinct(params[name]) {
			b = append(append(b, name...), value...)
		}
	}
	return b
}

// distinct sorts values and removes duplicates, as the Node, Python and PHP SDKs do. Twilio's own
// messaging webhooks never repeat a name (F-070).
func distinct(values []string) []string {
	if len(values) < 2 {
		return values
	}
	return slices.Compact(slices.Sorted(slices.Values(values)))
}
