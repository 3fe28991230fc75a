package carrier

import (
	"fmt"
	"slices"

	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// Signature spoils the signature of a webhook, so that the app must refuse it. A replayed one needs another to repeat: the first
// webhook is passed over.
type Signature struct {
	How webhook.Spoil
}

func parseSignature(value string, _ bool) (WireFault, error) {
	if slices.Contains(webhook.Spoils(), value) {
		return Signature{webhook.Spoil(value)}, nil
	}
	if near := suggest.Nearest(value, webhook.Spoils()); near != "" {
		return nil, fmt.Errorf("no signature is spoiled as %q, did you mean signature:%s?", value, near)
	}
	return nil, fmt.Errorf("no signature is spoiled as %q, want signature: and %s", value, orList(webhook.Spoils()))
}

// String returns signature:bad.
func (f Signature) String() string { return "signature:" + string(f.How) }

// Describe says the fault to a person.
func (f Signature) Describe() string { return "signature " + string(f.How) }

func (f Signature) change(w *Wire) { w.Fault.Spoil = f.How }

func (f Signature) fits(w Webhook) bool { return f.How != webhook.SpoilReplayed || !w.First }
