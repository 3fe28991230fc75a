package compose

import (
	"context"
	"net/url"
	"strings"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
	"twilsim/simulator/mask"
	"twilsim/simulator/messaging"
	"twilsim/simulator/uri"
)

// Recording is what a running simulator recorded, and the state of its account.
type Recording struct {
	messaging.History
	Rules   []carrier.Rule
	Numbers []directory.Number
	Bins    []directory.Bin
	Now     time.Time // by the account's clock
}

// Read gets from a simulator all that Scenario needs. The parts are read one after the other: what
// changes meanwhile may be in one and not in the other. Passwords of URLs are masked, as the export
// does it, so a scenario has none.
func Read(ctx context.Context, client *control.Client) (*Recording, error) {
	stream, err := client.Export(ctx, control.Export{})
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	r := &Recording{}
	if r.History, err = control.ReadHistory(stream); err != nil {
		return nil, err
	}
	rules, err := client.Rules(ctx)
	if err != nil {
		return nil, err
	}
	numbers, err := client.Numbers(ctx)
	if err != nil {
		return nil, err
	}
	bins, err := client.Bins(ctx)
	if err != nil {
		return nil, err
	}
	clock, err := client.Clock(ctx)
	if err != nil {
		return nil, err
	}
	r.Rules, r.Now = rules.Rules, clock.Now
	for _, n := range numbers.Numbers {
		n.SmsURL, n.SmsFallbackURL = mask.Text(n.SmsURL), mask.Text(n.SmsFallbackURL)
		r.Numbers = append(r.Numbers, n)
	}
	for _, b := range bins.Bins {
		b.Body = mask.Text(b.Body)
		r.Bins = append(r.Bins, b)
	}
	return r, nil
}

// rule returns the rule that is named by "rule r1", or "rule r1: ..." of a request, or nil if it
// was removed.
func (r *Recording) rule(by string) *carrier.Rule {
	id, ok := strings.CutPrefix(by, "rule ")
	if !ok {
		return nil
	}
	id, _, _ = strings.Cut(id, ":")
	id, _, _ = strings.Cut(id, " ")
	for i := range r.Rules {
		if r.Rules[i].ID == id {
			return &r.Rules[i]
		}
	}
	return nil
}

// bin returns the TwiML Bin with a URL, or nil.
func (r *Recording) bin(target string) *directory.Bin {
	target = uri.WithoutQuery(target)
	for i := range r.Bins {
		if r.Bins[i].URL == target {
			return &r.Bins[i]
		}
	}
	return nil
}

// bases are the app's URLs, without a path. In the scenario it has another.
func (r *Recording) bases(webhooks []*journal.Exchange) []string {
	var bases []string
	seen := map[string]bool{}
	for _, x := range webhooks {
		u, err := url.Parse(x.URL)
		if err != nil || r.bin(x.URL) != nil {
			continue
		}
		if base := u.Scheme + "://" + u.Host; !seen[base] {
			seen[base] = true
			bases = append(bases, base)
		}
	}
	return bases
}
