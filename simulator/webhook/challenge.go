package webhook

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"twilsim/simulator/uri"
)

// challenged returns the request that answers a 401: the same one with the credentials of its URL
// (F-060). It returns a failure instead if the URL has no credentials, if they were sent already,
// or if Twilio answers none of the challenges.
func challenged(r *Request, h *head, resp *http.Response) (*Request, *Failure) {
	failure := &Failure{Text: "the app answered 401"}
	user := userinfo(r.URL)
	switch {
	case user == nil:
		return nil, failure
	case r.authorization != nil:
		failure.Text += " to the credentials of the URL"
		return nil, failure
	}
	a := authorizer{user: user, method: h.method, uri: h.to.url.RequestURI(),
		cnonce: cnonce(r.Idempotency)}
	next := *r
	authorization := a.answer(parseChallenges(resp.Header["Www-Authenticate"]))
	next.authorization = &authorization
	if authorization == "" {
		failure.Text += " without a challenge that Twilio can answer"
		failure.Try = "ask for Basic, or for Digest with MD5 or SHA-256 and qop=auth, and name a realm"
		return nil, failure
	}
	return &next, nil
}

// userinfo returns the URL's credentials, nil if it has none.
func userinfo(rawURL string) *url.Userinfo {
	u, err := url.Parse(uri.WithoutFragment(rawURL))
	if err != nil {
		return nil
	}
	return u.User
}

// cnonce is the client's nonce of a digest. It is derived from the request instead of chance, so
// that the same seed gives the same bytes.
func cnonce(idempotency string) string {
	sum := sha256.Sum256([]byte(idempotency))
	return hex.EncodeToString(sum[:16])
}

// challenge is one scheme of a WWW-Authenticate header. Its values are without quotes.
type challenge struct {
	scheme string            // in lower case
	params map[string]string // by their names in lower case
}

// parseChallenges reads WWW-Authenticate headers, each of which may hold several challenges (RFC
// 9110, 11.6.1). It skips what it cannot read.
func parseChallenges(headers []string) []challenge {
	var all []challenge
	s := strings.Join(headers, ", ")
	for s != "" {
		word := s[:len(s)-len(strings.TrimLeftFunc(s, isTokenRune))]
		if word == "" {
			s = s[1:]
			continue
		}
		s = s[len(word):]
		value, isParam := strings.CutPrefix(strings.TrimLeft(s, " \t"), "=")
		if !isParam {
			all = append(all, challenge{strings.ToLower(word), map[string]string{}})
			continue
		}
		var text string
		text, s = parseValue(strings.TrimLeft(value, " \t"))
		if len(all) > 0 {
			all[len(all)-1].params[strings.ToLower(word)] = text
		}
	}
	return all
}

// parseValue reads a token or a quoted string, and returns what follows.
func parseValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		rest = strings.TrimLeftFunc(s, isTokenRune)
		return s[:len(s)-len(rest)], rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:]
		case '\\':
			if i++; i == len(s) {
				return b.String(), ""
			}
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// isTokenRune reports whether a token may have the character (RFC 9110, 5.6.2).
func isTokenRune(r rune) bool {
	const marks = "!#$%&'*+-.^_`|~"
	return r < unicode.MaxASCII &&
		(unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(marks, r))
}

// authorizer answers challenges for one request.
type authorizer struct {
	user                *url.Userinfo
	method, uri, cnonce string
}

// answer returns the value of Authorization for the strongest challenge that it can answer, "" if
// it can answer none. Strength decides before the order of the challenges.
func (a authorizer) answer(challenges []challenge) string {
	for _, scheme := range []func(challenge) string{
		func(c challenge) string { return a.digest(c, "SHA-256", sha256.New) },
		func(c challenge) string { return a.digest(c, "MD5", md5.New) },
		a.basic,
	} {
		for _, c := range challenges {
			if value := scheme(c); value != "" {
				return value
			}
		}
	}
	return ""
}

// basic answers a Basic challenge, which must name a realm (F-060).
func (a authorizer) basic(c challenge) string {
	if _, ok := c.params["realm"]; !ok || c.scheme != "basic" {
		return ""
	}
	password, _ := a.user.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(a.user.Username()+":"+password))
}

// digest answers a Digest challenge with qop=auth in one algorithm (RFC 7616). A challenge that
// names no algorithm means MD5.
//
// The module github.com/icholy/digest (v1.2.0, MIT) is not used, because it would not choose the
// challenge as Twilio must: it refuses a header with two challenges, compares the names of
// parameters with their case, takes a challenge without a realm (F-060), and prefers auth-int in
// "auth-int, auth". What would be left for it to do here is one hash.
func (a authorizer) digest(c challenge, algorithm string, newHash func() hash.Hash) string {
	realm, ok := c.params["realm"]
	nonce, name := c.params["nonce"], c.params["algorithm"]
	if name == "" {
		name = "MD5"
	}
	user := a.user.Username()
	if !ok || nonce == "" || c.scheme != "digest" || !strings.EqualFold(name, algorithm) ||
		!offersAuth(c.params["qop"]) ||
		strings.ContainsFunc(user, unicode.IsControl) {
		return ""
	}
	sum := func(parts ...string) string {
		h := newHash()
		h.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(h.Sum(nil))
	}
	const count = "00000001" // nc: the server's nonce is used once
	password, _ := a.user.Password()
	response := sum(sum(user, realm, password), nonce, count, a.cnonce, "auth", sum(a.method, a.uri))
	value := fmt.Sprintf("Digest username=%s, realm=%s, nonce=%s, uri=%s, algorithm=%s, response=%s, "+
		"qop=auth, nc=%s, cnonce=%s", quote(user), quote(realm), quote(nonce), quote(a.uri), algorithm,
		quote(response), count, quote(a.cnonce))
	if opaque, ok := c.params["opaque"]; ok {
		value += ", opaque=" + quote(opaque)
	}
	return value
}

// offersAuth reports whether a challenge's qop, a list, contains auth.
func offersAuth(qop string) bool {
	for word := range strings.SplitSeq(qop, ",") {
		if strings.EqualFold(strings.TrimSpace(word), "auth") {
			return true
		}
	}
	return false
}

// quote writes a quoted string.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
