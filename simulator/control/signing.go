package control

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"twilsim/simulator/journal"
	"twilsim/simulator/signature"
)

func signingRoutes() []route {
	return []route{
		{
			method: "GET", path: "/webhooks/{ref}/signature", name: "signing", tag: "webhooks",
			summary: "How the signature of a webhook is made, and what goes wrong with it",
			result:  Signing{}, errors: []int{404},
			answer: (*api).signing,
		},
	}
}

// Signing explains the signature of a webhook: what was signed, and what an app computes that takes
// something else for the URL.
type Signing struct {
	Signature string `json:"signature"` // as sent; "" if there was none
	Expected  string `json:"expected"`  // the right one
	Valid     bool   `json:"valid"`
	URL       string `json:"url"` // the part of the signed text that comes first
	// what comes behind it, in order, with nothing in between
	Params   []SignedParam `json:"params"`
	Mistakes []Mistake     `json:"mistakes"`
}

// SignedParam is a parameter of a signed text.
type SignedParam struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Mistake is a URL that apps take for the signed one, with the signature that they then compute.
type Mistake struct {
	URL       string `json:"url"`
	Signature string `json:"signature"`
	Why       string `json:"why"` // what leads to it, and what helps
}

// signing computes with the token that the account has at the moment: a signature that was right
// when it was sent is shown as wrong after the token has changed.
func (s *api) signing(r *http.Request) (any, error) {
	x, err := resolve[*journal.Exchange](s, journal.Webhooks, r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	params := formOf(x)
	signed := signature.SignedURL(x.URL)
	answer := &Signing{
		Signature: x.Header.Get("X-Twilio-Signature"), URL: signed, Params: []SignedParam{},
		Expected: signature.Sign(s.account.Token, signed, params),
	}
	answer.Valid = answer.Signature == answer.Expected
	// in the order in which they are signed: by name, then by value
	for _, name := range slices.Sorted(maps.Keys(params)) {
		for _, value := range slices.Sorted(slices.Values(params[name])) {
			answer.Params = append(answer.Params, SignedParam{name, value})
		}
	}
	answer.Mistakes = mistakes(s.account.Token, signed, x.Dialed, params)
	return answer, nil
}

// formOf returns the parameters of a form body: those that are signed besides the URL (F-065).
func formOf(x *journal.Exchange) url.Values {
	if !strings.HasPrefix(x.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil
	}
	params, _ := url.ParseQuery(x.Body)
	return params
}

// mistakes returns what apps commonly take for the signed URL. Each comes once, and never the
// signed URL itself.
func mistakes(token, signed, dialed string, params url.Values) []Mistake {
	list := []Mistake{}
	add := func(url, why string) {
		if url == signed || url == "" ||
			slices.ContainsFunc(list, func(m Mistake) bool { return m.URL == url }) {
			return
		}
		list = append(list, Mistake{url, signature.Sign(token, url, params), why})
	}
	if rest, ok := strings.CutPrefix(signed, "https://"); ok {
		add("http://"+rest, "a proxy ends TLS: trust X-Forwarded-Proto")
	}
	add(dialed, "the app takes its own address: configure the public URL")
	path, query, _ := strings.Cut(signed, "?")
	if query != "" {
		add(path, "the query is left out")
		query = "?" + query
	}
	if trimmed, ok := strings.CutSuffix(path, "/"); ok {
		add(trimmed+query, "a router takes the slash away")
	} else {
		add(path+"/"+query, "a router adds a slash")
	}
	return list
}

// Signing explains the signature of a webhook.
func (c *Client) Signing(ctx context.Context, ref string) (*Signing, error) {
	return call[Signing](ctx, c, "GET", "/webhooks/"+url.PathEscape(ref)+"/signature", nil)
}
