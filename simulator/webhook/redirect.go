package webhook

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"twilsim/simulator/journal"
	"twilsim/simulator/uri"
)

// HTTPRedirect is the purpose of a request that follows a 3xx answer. (Requests for the document of
// a TwiML <Redirect> have [journal.Redirect].)
const HTTPRedirect journal.Purpose = "http-redirect"

// maxRedirects is how many redirects a webhook follows (F-489).
const maxRedirects = 10

// followed are the redirects that Twilio follows (F-055).
var followed = []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
	http.StatusTemporaryRedirect}

// redirect returns the request that follows a 3xx answer. F-056 and F-489 infer its method: GET,
// but the same method after a 307. As with other HTTP clients, the GET has the query of the
// Location and no parameters of the webhook, unless the request keeps them (F-056). It is signed
// for its own URL; this is inferred, because otherwise the app could not check it. It counts the
// redirect; r stays as it is.
func (d *delivery) redirect(r *Request, resp *http.Response) (*Request, *Failure) {
	const try = "redirect with 301, 302, 303 or 307, and a Location"
	status, location := strconv.Itoa(resp.StatusCode), resp.Header.Get("Location")
	switch {
	case location == "":
		return nil, &Failure{Code: codeInvalidRedirect,
			Text: "the app answered " + status + " without a Location", Try: try}
	case !slices.Contains(followed, resp.StatusCode): // F-055
		return nil, &Failure{Code: codeInvalidRedirect, Try: try,
			Text: "the app answered " + status + " with Location " + strconv.Quote(location)}
	case d.hops == cmp.Or(r.MaxRedirects, maxRedirects):
		return nil, &Failure{Code: codeTooManyRedirects, Try: "set the webhook to the final URL",
			Text: "the app redirected more than " + strconv.Itoa(d.hops) + " times, at last to " +
				strconv.Quote(location)}
	}
	target, err := resolve(r.URL, location)
	if err != nil {
		return nil, &Failure{Code: codeInvalidRedirect,
			Text: "the app answered " + status + " with a bad Location: " + err.Error(), Try: try}
	}
	d.hops++
	next := *r
	next.URL, next.Purpose, next.authorization = target, HTTPRedirect, nil
	if resp.StatusCode != http.StatusTemporaryRedirect && !r.KeepMethod {
		next.Method = http.MethodGet
	}
	if next.Method == http.MethodGet {
		if !r.KeepParams {
			next.Params = nil
		}
		next.Body = "" // a GET has no body, and so no bodySHA256 in its URL (F-066)
	}
	return &next, nil
}

// resolve returns the URL that a Location means, without its fragment, because the overrides of the
// webhook's own URL stay in force. The credentials of that URL are sent to the same host only.
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
