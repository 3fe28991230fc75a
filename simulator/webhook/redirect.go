package webhook

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"twilsim/simulator/journal"
	"twilsim/simulator/uri"
)

// HTTPRedirect is the purpose of a request that an answer's Location asked for. (The document that a <Redirect> names is
// [journal.Redirect].)
const HTTPRedirect journal.Purpose = "http-redirect"

// maxRedirects is how often a webhook is led on (F-489).
const maxRedirects = 10

// followed are the redirects that Twilio follows (F-055).
var followed = []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect}

// redirect returns the request that a 3xx answer leads to. Its method is a guess that F-056 and F-489 make: GET, but after
// a 307 the method that it had. As with any client of HTTP, a GET has the query that its Location has and no parameters of
// the webhook's. That the request is signed for its own URL is inferred: it is what lets the app check it.
func (v *visit) redirect(r *Request, resp *http.Response) (*Request, *Failure) {
	const try = "redirect with 301, 302, 303 or 307, and a Location"
	status, location := strconv.Itoa(resp.StatusCode), resp.Header.Get("Location")
	switch {
	case location == "":
		return nil, &Failure{Code: CodeInvalidRedirect, Text: "the app answered " + status + " without a Location", Try: try}
	case !slices.Contains(followed, resp.StatusCode): // F-055
		return nil, &Failure{Code: CodeInvalidRedirect, Try: try,
			Text: "the app answered " + status + " with Location " + strconv.Quote(location)}
	case v.hops == maxRedirects:
		return nil, &Failure{Code: CodeTooManyRedirects, Try: "set the webhook to the final URL",
			Text: "the app redirected more than " + strconv.Itoa(maxRedirects) + " times, at last to " + strconv.Quote(location)}
	}
	target, err := resolve(r.URL, location)
	if err != nil {
		return nil, &Failure{Code: CodeInvalidRedirect, Text: "the app answered " + status + " with a bad Location: " + err.Error(), Try: try}
	}
	v.hops++
	next := *r
	next.URL, next.Purpose, next.authorization = target, HTTPRedirect, nil
	if resp.StatusCode != http.StatusTemporaryRedirect {
		next.Method = http.MethodGet
	}
	if next.Method == http.MethodGet {
		next.Params, next.Body = nil, "" // a GET has no body, and so no bodySHA256 in its URL (F-066)
	}
	return &next, nil
}

// resolve returns the URL that a Location means. Its fragment is dropped: the overrides of the webhook's own URL hold to the
// end. Credentials of that URL go on with it to the same host, and to no other.
func resolve(base, location string) (string, error) {
	from, err := url.Parse(uri.WithoutFragment(base))
	if err != nil {
		return "", err
	}
	to, err := from.Parse(location)
	if err != nil {
		return "", err
	}
	to.Fragment, to.RawFragment = "", ""
	if to.User == nil && to.Scheme == from.Scheme && to.Host == from.Host {
		to.User = from.User
	}
	target := to.String()
	return target, CheckURL(target)
}
