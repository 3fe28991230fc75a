package signature

import (
	"crypto/hmac"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Variant is a changed request for which the signature is right.
type Variant struct {
	URL  string // what was signed
	What string // why it may differ: "a proxy in front of the app ends TLS (scheme http, not https)"
}

// Diagnose finds common mistakes that explain a signature that does not match. It tries them alone
// and in pairs, on the URL and on the params, and returns the matching variants with the fewest
// mistakes. The url is the configured one, with its fragment and credentials, or the one at which
// the app believes it was called.
//
// The result is nil if nothing explains the signature (another token, another host, a changed
// parameter), and also if the signature matches the url without a mistake.
func Diagnose(token, url string, params url.Values, signature string) []Variant {
	given := split(url)
	candidates := []request{{parts: given.signed(), params: params}}
	tried := map[string]bool{}
	for range 3 { // no mistake, one, two
		var found []Variant
		var next []request
		for _, r := range candidates {
			data := Data(r.String(), r.params)
			if tried[data] {
				continue
			}
			tried[data] = true
			if hmac.Equal([]byte(sign(token, []byte(data))), []byte(signature)) &&
				(len(r.what) > 0 || r.parts != given) {
				found = append(found, r.variant())
			}
			next = append(next, r.mistakes(given)...)
		}
		if len(found) > 0 {
			return found
		}
		candidates = next
	}
	return nil
}

// request is what may have been signed, and how it differs from the given request.
type request struct {
	parts
	params url.Values
	what   []string
}

func (r request) variant() Variant {
	if len(r.what) == 0 {
		// F-040, F-068
		return Variant{r.String(), "the fragment and the credentials are left out, as Twilio does"}
	}
	return Variant{r.String(), strings.Join(r.what, ", and ")}
}

// mistakes returns r with each mistake made once. given has the parts of the URL that Twilio leaves
// out.
func (r request) mistakes(given parts) []request {
	var made []request
	for _, mistake := range []func(*request) string{
		otherScheme, otherPort, noPort, otherSlash,
		sortedQuery, questionMarks, plusInQuery, percentInQuery, noQuery, decoded, encoded,
		given.keepUserinfo, given.keepFragment,
		trimmedParams, noEmptyParams, noParams,
	} {
		m := r
		if what := mistake(&m); what != "" {
			m.what = append(slices.Clip(r.what), what)
			made = append(made, m)
		}
	}
	return made
}

// Each of these functions makes one mistake in r and returns its description, or "" if the mistake
// is impossible in r.

func otherScheme(r *request) string {
	switch r.scheme {
	case "https://":
		r.scheme = "http://"
		return "a proxy in front of the app ends TLS (scheme http, not https)"
	case "http://":
		r.scheme = "https://"
		return "a proxy in front of the app ends TLS (scheme https, not http)"
	}
	return ""
}

// otherPort adds or removes the default port, as the SDKs do when they check (F-069).
func otherPort(r *request) string {
	port := r.defaultPort()
	switch {
	case port == "":
		return ""
	case r.port == "":
		r.port = port
		return "the default port is written out (" + port + ")"
	case r.port == port:
		r.port = ""
		return "the default port is not written out (no " + port + ")"
	}
	return ""
}

func noPort(r *request) string {
	port := r.port
	if port == "" || port == r.defaultPort() {
		return ""
	}
	r.port = ""
	return "a proxy in front of the app has another port (no " + port + ")"
}

func otherSlash(r *request) string {
	path, ok := strings.CutSuffix(r.path, "/")
	if ok {
		r.path = path
		return "the path has no slash at its end"
	}
	r.path += "/"
	return "the path has a slash at its end"
}

func sortedQuery(r *request) string {
	return r.rewriteQuery("the query is in another order (sorted by name)", func(pairs []string) {
		slices.SortStableFunc(pairs, func(a, b string) int {
			a, _, _ = strings.Cut(a, "=")
			b, _, _ = strings.Cut(b, "=")
			return strings.Compare(a, b)
		})
	})
}

func plusInQuery(r *request) string {
	return r.rewriteQuery("the query is encoded again (+ for a space)", func(pairs []string) {
		for i, pair := range pairs {
			pairs[i] = encodePair(pair)
		}
	})
}

func percentInQuery(r *request) string {
	return r.rewriteQuery("the query is encoded again (%20 for a space)", func(pairs []string) {
		for i, pair := range pairs {
			pairs[i] = strings.ReplaceAll(encodePair(pair), "+", "%20")
		}
	})
}

// questionMarks makes the change that the middleware of the Node SDK makes without its option url
// (lib/webhooks/webhooks.js).
func questionMarks(r *request) string {
	if strings.LastIndex(r.query, "?") < 1 {
		return ""
	}
	r.query = "?" + strings.ReplaceAll(r.query[1:], "?", "%3F")
	return "the query has %3F, not ? (Express: give the middleware of Twilio's SDK the option url)"
}

func noQuery(r *request) string {
	if r.query == "" {
		return ""
	}
	r.query = ""
	return "the query is left out"
}

func decoded(r *request) string {
	path, err := url.PathUnescape(r.path)
	if err != nil {
		return ""
	}
	query, err := url.PathUnescape(r.query) // keeps +, as in a path
	if err != nil || path+query == r.path+r.query {
		return ""
	}
	r.path, r.query = path, query
	return "the URL is not percent-encoded"
}

func encoded(r *request) string {
	path, query := encodeText(r.path), encodeText(r.query)
	if path+query == r.path+r.query {
		return ""
	}
	r.path, r.query = path, query
	return "the URL is percent-encoded"
}

func (p parts) keepUserinfo(r *request) string {
	if p.userinfo == "" {
		return ""
	}
	r.userinfo = p.userinfo
	return "the credentials are signed too (Twilio leaves them out)" // F-068
}

func (p parts) keepFragment(r *request) string {
	if p.fragment == "" {
		return ""
	}
	r.fragment = p.fragment
	return "the fragment is signed too (Twilio leaves it out)" // F-040
}

func trimmedParams(r *request) string {
	r.params = maps.Clone(r.params)
	for name, values := range r.params {
		values = slices.Clone(values)
		for i, value := range values {
			values[i] = strings.TrimSpace(value)
		}
		r.params[name] = values
	}
	return "the parameters are trimmed (white space counts)" // F-072
}

func noEmptyParams(r *request) string {
	r.params = maps.Clone(r.params)
	maps.DeleteFunc(r.params, func(_ string,
		values []string) bool {
		return strings.Join(values, "") == ""
	})
	return "the parameters with an empty value are left out (their names count)" // F-064
}

func noParams(r *request) string {
	if len(r.params) == 0 {
		return ""
	}
	r.params = nil
	return "the parameters are not signed, as with a GET or a JSON body" // F-065, F-066
}

// rewriteQuery applies rewrite to the name=value pairs of the query and returns what, or "" if
// there is no query.
func (r *request) rewriteQuery(what string, rewrite func(pairs []string)) string {
	if r.query == "" {
		return ""
	}
	pairs := strings.Split(r.query[1:], "&")
	rewrite(pairs)
	r.query = "?" + strings.Join(pairs, "&")
	return what
}

// encodePair decodes name and value and encodes them as HTML forms do. It keeps what it cannot
// decode.
func encodePair(pair string) string {
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		return encodeAgain(name)
	}
	return encodeAgain(name) + "=" + encodeAgain(value)
}

func encodeAgain(s string) string {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return url.QueryEscape(plain)
}

// encodeText percent-encodes what a browser encodes in a typed address: spaces and characters
// outside ASCII.
func encodeText(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(s) {
		if c > ' ' && c < 0x7f {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&0xf]})
	}
	return b.String()
}
