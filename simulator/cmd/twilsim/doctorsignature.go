package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"twilsim/simulator"
	"twilsim/simulator/signature"
	"twilsim/simulator/webhook"
)

// checkSignature wants the app to refuse what Twilio did not sign.
func (p *patient) checkSignature(ctx context.Context, t *target) error {
	var statuses []string
	for _, wrong := range []struct {
		spoil webhook.Spoil
		what  string
	}{
		{webhook.SpoilBad, "with a wrong X-Twilio-Signature"}, {webhook.SpoilMissing, "without X-Twilio-Signature"},
	} {
		f, err := p.text(ctx, t, t.public, wrong.spoil)
		if err != nil {
			return err
		}
		switch status := f.call.Status; {
		case status >= 200 && status < 300:
			p.fail("signature", t.name()+" accepted a request "+wrong.what,
				"the app does not validate, or validation is off in development", "twilsim help signatures")
			return nil
		case status < 400 || status >= 500:
			p.fail("signature", t.name()+" answered "+f.answer("")+" to a request "+wrong.what,
				"the check fails in another way than by refusing; 403 is usual", "look at the app's own log")
			return nil
		default:
			statuses = append(statuses, fmt.Sprint(status))
		}
	}
	p.ok("signature", "a wrong one is refused ("+statuses[0]+"), a missing one too ("+statuses[1]+")")
	return nil
}

// explainRefusal looks for the reason why the app refuses what is signed well: the token or the URL that it has in mind. It
// tries them one by one.
func (p *patient) explainRefusal(ctx context.Context, t *target, first *probed) error {
	token, from := p.token()
	what := fmt.Sprintf("%s refused a request that is signed well (%d)", t.name(), first.call.Status)
	for _, other := range p.otherTokens(token) {
		got, err := p.textWith(ctx, t, t.public, other.value, "")
		if err != nil {
			return err
		}
		if !turnedAway(got) {
			p.fail("signature", what, "the app has another auth token, "+other.name+", and "+from+" is used",
				`eval "$(twilsim env)" before you start the app`)
			p.judge(t, got)
			return nil
		}
	}
	for _, candidate := range lookalikes(t.public, t.local) {
		got, err := p.text(ctx, t, candidate, "")
		if err != nil {
			return err
		}
		if !turnedAway(got) {
			cause, try := p.wrongURL(t, candidate, got)
			p.fail("signature", what, cause, try)
			p.judge(t, got)
			return nil
		}
	}
	p.fail("signature", what, "it was signed for "+bare(t.public)+" with "+from+"; no usual mistake in the URL explains the answer. "+
		"Another check may stand before yours: a login, or one against forged forms (CSRF)",
		`twilsim help signatures, and eval "$(twilsim env)" before you start the app`)
	return nil
}

// wrongURL says what the app's URL is, and how to bring both together.
func (p *patient) wrongURL(t *target, seen string, got *probed) (cause, try string) {
	token, _ := p.token()
	why := "another host"
	params := got.call.Params()
	if t.method == http.MethodGet {
		params = nil
	}
	for _, v := range signature.Diagnose(token, t.public, params, got.call.Header.Get("X-Twilio-Signature")) {
		why = v.What
		break
	}
	path := pathOf(bare(seen))
	base, local := strings.TrimSuffix(bare(seen), path), strings.TrimSuffix(bare(t.local), pathOf(bare(t.local)))
	if path != pathOf(bare(t.public)) {
		return "the app checks " + bare(seen) + ", and " + bare(t.public) + " is signed: " + why, "give both the same path"
	}
	return "the app checks " + bare(seen) + ", and " + bare(t.public) + " is signed: " + why,
		"twilsim serve --forward-to " + base + " --forward " + base + "=" + local + ", or tell the app its public URL"
}

// otherTokens are those that the app may have in place of the right one.
func (p *patient) otherTokens(right string) []variable {
	var others []variable
	for _, v := range []variable{
		{"the one in this shell's TWILIO_AUTH_TOKEN", p.c.getenv("TWILIO_AUTH_TOKEN")},
		{"the one that a simulator has by default", simulator.DefaultAuthToken},
	} {
		if v.value != "" && v.value != right {
			others = append(others, v)
		}
	}
	return others
}

// lookalikes are the URLs that an app may take for its own in place of the one that is signed: those with one difference, then
// those with more.
func lookalikes(public, local string) []string {
	base := bare(public)
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

// differences are the URLs that differ from one in the scheme, the port, the host or the slash at the end.
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
	change(func(u *url.URL) { u.Scheme = map[string]string{"http": "https", "https": "http"}[u.Scheme] })
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
