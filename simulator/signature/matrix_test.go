package signature_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/twilio/twilio-go/client"

	"twilsim/simulator/signature"
)

// This file is the matrix of signatures: what Twilio signs, what an app holds against it, and what
// three judges say: Verify, which takes the exact form alone, and the validators of Twilio's SDKs
// for Go and for Node, unmodified. Where they do not agree, the row says why. wire_test.go sends
// what can be sent to apps that use these validators. The SDKs for Python, Ruby, PHP, Java and C#
// are not here to be asked; their own test vectors are (F-073 to F-094).

// verdicts are what the judges say of a signature.
type verdicts struct{ Ours, Go, Node bool }

// What the rows have for verdicts.
var (
	all     = verdicts{true, true, true}
	none    = verdicts{}
	sdks    = verdicts{Go: true, Node: true}   // they try the URL with and without a port
	node    = verdicts{Node: true}             // it tries other spellings of the URL
	notGo   = verdicts{Ours: true, Node: true} // it takes a map with one value for a name
	notNode = verdicts{Ours: true, Go: true}
)

// trait is a row of the matrix.
type trait struct {
	name       string
	configured string     // where the webhook goes; SignedURL of it is signed
	params     url.Values // of a form
	json       string     // in place of a form
	seen       string     // the URL that the app checks; "" is the one that was signed
	read       url.Values // the parameters that the app checks; nil are those that were signed
	want       verdicts
	why        string // where not all agree: the fact, or the SDK's file
}

const (
	shop     = "https://shop.example/sms"
	goFile   = "twilio-go client/request_validator.go"
	nodeFile = "twilio-node lib/webhooks/webhooks.js"
)

// traits are what a URL and a body can be like.
var traits = []trait{
	// Scheme and port.
	{name: "https", configured: shop, params: p(), want: all},
	{name: "http", configured: "http://shop.example/sms", params: p(), want: all},
	{name: "scheme lost at a proxy that ends TLS", configured: shop, params: p(),
		seen: "http://shop.example/sms",
		want: none, why: "F-067"},
	{name: "port kept", configured: "https://shop.example:8443/sms", params: p(), want: all},
	{name: "port kept with http", configured: "http://localhost:3000/sms", params: p(), want: all},
	{name: "port lost at a proxy", configured: "https://shop.example:8443/sms", params: p(),
		seen: shop, want: none, why: "F-068"},
	{name: "port of the app behind a proxy", configured: shop, params: p(),
		seen: "https://shop.example:3000/sms", want: sdks, why: "F-069"},
	{name: "port of the app in place of another", configured: "https://shop.example:8443/sms",
		params: p(),
		seen:   "https://shop.example:3000/sms", want: none, why: "F-068"},
	{name: "port 443 written out, and lost", configured: "https://shop.example:443/sms", params: p(),
		seen: shop, want: sdks, why: "F-069"},
	{name: "port 443 written out by the app", configured: shop, params: p(),
		seen: "https://shop.example:443/sms", want: sdks, why: "F-069"},
	{name: "port 80 written out, and lost", configured: "http://shop.example:80/sms", params: p(),
		seen: "http://shop.example/sms",
		want: sdks, why: "F-069"},
	{name: "IPv6 with a port", configured: "http://[::1]:3000/sms", params: p(), want: all},
	{name: "IPv6 with a port of the app", configured: "http://[::1]/sms", params: p(),
		seen: "http://[::1]:3000/sms", want: node,
		why: "F-069: " + goFile + " cuts the host at its first colon"},
	// Host.
	{name: "host in capitals", configured: "https://Shop.Example/sms", params: p(), want: all},
	{name: "host in capitals, seen in small letters", configured: "https://Shop.Example/sms",
		params: p(), seen: shop, want: none, why: "F-067"},
	{name: "host in small letters, seen in capitals", configured: shop, params: p(),
		seen: "https://Shop.Example/sms", want: node, why: "F-071"},
	{name: "host in Punycode, seen in letters", configured: "https://xn--mnchen-3ya.example/sms",
		params: p(),
		seen:   "https://münchen.example/sms", want: node, why: "F-071"},
	// Path.
	{name: "trailing slash", configured: shop + "/", params: p(), want: all},
	{name: "trailing slash lost", configured: shop + "/", params: p(), seen: shop, want: none,
		why: "F-067"},
	{name: "trailing slash added", configured: shop, params: p(), seen: shop + "/", want: none,
		why: "F-067"},
	{name: "no path", configured: "https://shop.example", params: p(), want: all},
	{name: "no path, seen as a slash", configured: "https://shop.example", params: p(),
		seen: "https://shop.example/", want: none, why: "F-067"},
	{name: "a slash, seen as no path", configured: "https://shop.example/", params: p(),
		seen: "https://shop.example", want: node, why: "F-071"},
	// as F-092
	{name: "non-ASCII path", configured: "https://mycompany.com/webhook/España?año=2023", params: p(),
		want: all},
	{name: "non-ASCII path, seen encoded", configured: "https://mycompany.com/España", params: p(),
		seen: "https://mycompany.com/Espa%C3%B1a", want: none, why: "F-067"},
	{name: "encoded path, seen decoded", configured: "https://mycompany.com/Espa%C3%B1a", params: p(),
		seen: "https://mycompany.com/España", want: node, why: "F-071"},
	{name: "non-ASCII path with port 443 written out by the app",
		configured: "https://mycompany.com/España", params: p(),
		seen: "https://mycompany.com:443/España", want: node,
		why: "F-069: " + goFile + " encodes the URL when it takes the port out"},
	{name: "apostrophe in the path", configured: "https://shop.example/o'brien", params: p(),
		want: all},
	// Query.
	{name: "query in any order", configured: shop + "?b=2&a=1&b=1", params: p(), want: all},
	{name: "query sorted by the app", configured: shop + "?b=2&a=1", params: p(),
		seen: shop + "?a=1&b=2", want: none, why: "F-067"},
	{name: "query with + and %20", configured: shop + "?a=x+y&b=x%20y", params: p(), want: all},
	{name: "query with %20, seen with +", configured: shop + "?a=x%20y", params: p(),
		seen: shop + "?a=x+y", want: node, why: "F-071"},
	{name: "query with +, seen with %20", configured: shop + "?a=x+y", params: p(),
		seen: shop + "?a=x%20y", want: none, why: "F-067"},
	{name: "query in lower-case hex", configured: shop + "?a=%c3%b1", params: p(), want: all},
	{name: "query in lower-case hex, encoded again", configured: shop + "?a=%c3%b1", params: p(),
		seen: shop + "?a=%C3%B1",
		want: none, why: "F-067"},
	{name: "apostrophe in the query", configured: shop + "?name=O'Brien", params: p(), want: all},
	{name: "apostrophe in the query, seen encoded", configured: shop + "?name=O'Brien", params: p(),
		seen: shop + "?name=O%27Brien",
		want: node, why: "F-071"},
	{name: "apostrophe in the query, signed encoded", configured: shop + "?name=O%27Brien",
		params: p(), seen: shop + "?name=O'Brien",
		want: node, why: "F-071"},
	{name: "URL in the query", configured: shop + "?next=https%3A%2F%2Fshop.example%2F%3Fa%3D1",
		params: p(), want: all},
	{name: "empty query", configured: shop + "?", params: p(), want: all},
	{name: "empty query lost", configured: shop + "?", params: p(), seen: shop, want: none,
		why: "F-067"},
	// What is not signed.
	{name: "userinfo", configured: "https://user:pass@shop.example/sms", params: p(), want: all},
	{name: "userinfo in the URL that the app checks", configured: "https://user:pass@shop.example/sms",
		params: p(),
		seen:   "https://user:pass@shop.example/sms", want: none,
		why: "F-068: the SDKs sign what they are given, see F-080"},
	{name: "fragment", configured: shop + "?a=1#rc=2&rp=all", params: p(), want: all},
	{name: "fragment in the URL that the app checks", configured: shop + "#rc=2", params: p(),
		seen: shop + "#rc=2", want: none, why: "F-040"},
	// Parameters.
	{name: "text of all kinds", configured: shop,
		params: form("Body", "Hello, wörld 👍 & more = ? %41 + \r\n\x00"), want: all},
	{name: "empty parameter", configured: shop, params: p("FromCity", ""), want: all},
	{name: "empty parameter lost", configured: shop, params: p("FromCity", ""), read: p(), want: none,
		why: "F-064"},
	{name: "white space", configured: shop, params: p("Body", " hi \n"), want: all},
	{name: "white space lost", configured: shop, params: p("Body", " hi \n"), read: p("Body", "hi"),
		want: none, why: "F-072"},
	{name: "repeated parameter, two values", configured: shop,
		params: form("Media", "b", "Media", "a"), want: notGo, why: "F-070"},
	{name: "repeated parameter, one value twice", configured: shop,
		params: form("Media", "a", "Media", "a"), want: all},
	{name: "names in capitals first", configured: shop, params: form("b", "1", "B", "2", "a", "3"),
		want: all},
	{name: "name with brackets", configured: shop, params: form("Address[0]", "a"), want: all},
	{name: "names beyond U+FFFF", configured: shop, params: form("\uFFFD", "1", "😀", "2"),
		want: notNode,
		why:  "F-063: " + nodeFile + " sorts by UTF-16"},
	// GET and JSON.
	{name: "GET", configured: shop + "?a=1&Body=hi&From=%2B12025550142", want: all},
	{name: "GET with its parameters taken for a form", configured: shop + "?Body=hi", params: form(),
		read: form("Body", "hi"),
		want: none, why: "F-065"},
	{name: "GET as the comment in " + goFile + " has it", configured: shop + "?Body=hi", seen: shop,
		read: form("Body", "hi"),
		want: none, why: "F-065"},
	{name: "JSON", configured: shop, json: `{"a": 1}`, want: all},
	{name: "JSON behind a query", configured: shop + "?b=2&a=x+y", json: `{"a": 1}`, want: all},
	{name: "JSON with a fragment", configured: shop + "#rc=2", json: `{"a": "ñ"}`, want: all},
	{name: "JSON, and the hash of another body", configured: shop, json: `{"a": 1}`,
		seen: shop + "?bodySHA256=" + hash, want: none, why: "F-066"},
}

// matrix returns the traits, and the vectors of the fact sheet as rows of the same kind, with what
// was signed.
func matrix() []check {
	var checks []check
	jsonOf := map[string]string{"F-082": jsonBody, "F-083": jsonBody, "F-084": "{}"}
	for _, v := range vectors {
		c := check{trait: trait{name: v.name, params: v.params, read: v.params, json: jsonOf[v.name],
			want: all}, Token: v.token, URL: v.url, Signature: v.want}
		if v.name == "F-078" || v.name == "F-079" {
			c.want, c.why = notGo, "F-070"
		}
		checks = append(checks, c)
	}
	for _, row := range traits {
		checks = append(checks, row.check())
	}
	return checks
}

// check is what a judge is asked.
type check struct {
	trait
	Token, URL, Signature string
	Params                map[string][]string
	Body                  *string // JSON, as it came
}

// check signs the row's request.
func (t trait) check() check {
	signed := signature.SignedURL(t.configured)
	s := signature.Sign(token, signed, t.params)
	if t.json != "" {
		s, signed = signature.SignBody(token, signed, []byte(t.json))
	}
	if t.seen == "" {
		t.seen = signed
	}
	if t.read == nil {
		t.read = t.params
	}
	return check{trait: t, Token: token, URL: t.seen, Signature: s}
}

// ours is what Verify says; a JSON body is held to its hash as well, which is the caller's.
func (c check) ours() bool {
	hashed := true
	if c.json != "" {
		_, right := signature.SignBody(c.Token, "", []byte(c.json))
		hashed = strings.HasSuffix(c.URL, right[1:])
	}
	return hashed && signature.Verify(c.Token, c.URL, c.read, c.Signature)
}

// official is what the SDK for Go says.
func (c check) official() bool {
	body := c.json
	if body == "" {
		body = c.read.Encode()
	}
	validator := client.NewRequestValidator(c.Token)
	return validator.ValidateBody(c.URL, []byte(body), c.Signature)
}

// TestMatrix runs all three validators on every row; without Node only two.
func TestMatrix(t *testing.T) {
	rows := matrix()
	answers := askNode(t, rows)
	for i, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got := verdicts{row.ours(), row.official(), row.want.Node}
			if answers != nil {
				got.Node = answers[i]
			}
			if got != row.want {
				t.Errorf("over %s%v: got %+v, want %+v", row.URL, row.read, got, row.want)
			}
			if row.want != all && !strings.HasPrefix(row.why, "F-") {
				t.Errorf("it does not say why: %q", row.why)
			}
			t.Logf("%-50s  ours %-5v  Go %-5v  Node %-5v  %s", row.URL, got.Ours, got.Go, got.Node, row.why)
		})
	}
}
