package doctor

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"twilsim/simulator"
	"twilsim/simulator/fault"
	"twilsim/simulator/signature"
	"twilsim/simulator/uri"
)

// checkSignature checks that the app refuses requests that Twilio did not sign.
func (e *examination) checkSignature(ctx context.Context, t *target) error {
	var statuses []string
	for _, wrong := range []struct {
		spoil fault.Signature
		what  string
	}{
		{fault.SignatureBad, "with a wrong X-Twilio-Signature"}, {fault.SignatureMissing,
			"without X-Twilio-Signature"},
	} {
		p, err := e.text(ctx, t, t.public, wrong.spoil)
		if err != nil {
			return err
		}
		switch status := p.call.Status; {
		case status >= 200 && status < 300:
			e.fail("signature", t.name()+" accepted a request "+wrong.what,
				"the app does not validate, or validation is off in development",
				"twilsim help signatures")
			return nil
		case status < 400 || status >= 500:
			e.fail("signature", t.name()+" answered "+p.answer("")+" to a request "+wrong.what,
				"the app fails instead of refusing the request; 403 is usual",
				"look at the app's own log")
			return nil
		default:
			statuses = append(statuses, fmt.Sprint(status))
		}
	}
	e.ok("signature",
		"a wrong one is refused ("+statuses[0]+"), a missing one too ("+statuses[1]+")")
	return nil
}

// explainRefusal looks for the reason why the app refuses a correctly signed request: it tries the
// tokens and then the URLs with which the app may check instead, until one is accepted. Tokens come
// first, because there are few and a wrong one is the usual cause. Each try is a real request, so
// the app's log shows several.
func (e *examination) explainRefusal(ctx context.Context, t *target, first *probe) error {
	token, from := e.token()
	what := fmt.Sprintf("%s refused a correctly signed request (%d)", t.name(), first.call.Status)
	for _, other := range e.otherTokens(token) {
		got, err := e.textWith(ctx, t, t.public, other.value, "")
		if err != nil {
			return err
		}
		if !refused(got) {
			e.fail("signature", what,
				"the app has another auth token, "+other.name+"; "+from+" was used",
				`eval "$(twilsim env)" before you start the app`)
			e.judge(t, got)
			return nil
		}
	}
	for _, candidate := range lookalikes(t.public, t.local) {
		got, err := e.text(ctx, t, candidate, "")
		if err != nil {
			return err
		}
		if !refused(got) {
			cause, try := e.wrongURL(t, candidate, got)
			e.fail("signature", what, cause, try)
			e.judge(t, got)
			return nil
		}
	}
	e.fail("signature", what, "it was signed for "+uri.WithoutQuery(t.public)+" with "+from+
		"; no usual mistake in the URL explains the response. Most often the app checks with "+
		"another token: its TWILIO_AUTH_TOKEN must be that one. If it is, another check may come "+
		"before yours: a login, or protection against forged forms (CSRF)",
		`twilsim help signatures, and eval "$(twilsim env)" before you start the app`)
	return nil
}

// wrongURL says which URL the app checks, and how to make both the same.
func (e *examination) wrongURL(t *target, seen string, got *probe) (cause, try string) {
	token, _ := e.token()
	why := "another host"
	params := got.call.Params()
	if t.method == http.MethodGet {
		params = nil
	}
	for _, v := range signature.Diagnose(token, t.public, params,
		got.call.Header.Get("X-Twilio-Signature")) {
		why = v.What
		break
	}
	base, local := originOf(seen), originOf(t.local)
	cause = "the app checks " + uri.WithoutQuery(seen) + ", but " + uri.WithoutQuery(t.public) +
		" was signed: " + why
	if pathOf(seen) != pathOf(t.public) {
		return cause, "give both the same path"
	}
	return cause,
		"twilsim serve --forward-to " + base + " --forward " + base + "=" + local +
			", or tell the app its public URL"
}

// namedToken is an auth token and what to call it.
type namedToken struct{ name, value string }

// otherTokens are those that the app may have instead of the right one.
func (e *examination) otherTokens(right string) []namedToken {
	var others []namedToken
	for _, v := range []namedToken{
		{"the one in this shell's TWILIO_AUTH_TOKEN", e.Getenv("TWILIO_AUTH_TOKEN")},
		{"the default token of a simulator", simulator.DefaultAuthToken},
	} {
		if v.value != "" && v.value != right {
			others = append(others, v)
		}
	}
	return others
}

// lookalikes are the URLs that an app may check instead of the signed one: first those with one
// difference, then those with more. With up to three differences, as http behind a proxy on another
// port and host has.
func lookalikes(public, local string) []string {
	base := uri.WithoutQuery(public)
	rest := public[len(base):]
	seen, round := map[string]bool{base: true}, []string{base}
	var list []string
	for range 3 {
		var next []string
		for _, u := range round {
			for _, other := range differences(u, local) {
				if !seen[other] {
					seen[other] = true
					next = append(next, other)
					list = append(list, other+rest)
				}
			}
		}
		round = next
	}
	return list
}

// differences are the URLs that differ in the scheme, the port, the host or the final slash.
func differences(rawURL, local string) []string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil
	}
	var list []string
	change := func(f func(u *url.URL)) {
		other := *u
		f(&other)
		list = append(list, other.String())
	}
	change(func(u *url.URL) {
		u.Scheme = map[string]string{"http": "https",
			"https": "http"}[u.Scheme]
	})
	if u.Port() != "" {
		change(func(u *url.URL) { u.Host = strings.TrimSuffix(u.Host, ":"+u.Port()) })
	}
	if l, err := url.Parse(local); err == nil && l.Port() != u.Port() && l.Port() != "" {
		change(func(u *url.URL) { u.Host = net.JoinHostPort(u.Hostname(), l.Port()) })
	}
	change(func(u *url.URL) {
		if slashed, ok := strings.CutSuffix(u.Path, "/"); ok {
			u.Path = slashed
		} else {
			u.Path += "/"
		}
	})
	for _, host := range []string{"localhost", "127.0.0.1"} {
		if u.Hostname() != host {
			change(func(u *url.URL) { u.Host = strings.Replace(u.Host, u.Hostname(), host, 1) })
		}
	}
	return list
}
