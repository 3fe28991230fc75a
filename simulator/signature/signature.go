package signature

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"

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
	type param struct{ name, value string }
	sorted := make([]param, 0, 32)
	for i := range n {
		name, value := at(i)
		sorted = append(sorted, param{name, value})
	}
	slices.SortFunc(sorted, func(a,
		b param) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.value, b.value))
	})
	data := append(make([]byte, 0, 1024), url...)
	for i, p := range sorted {
		if i > 0 && p == sorted[i-1] { // F-070, as in distinct
			continue
		}
		data = append(append(data, p.name...), p.value...)
	}
	return sign(token, data)
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
