package config

import (
	"cmp"
	"fmt"
	"os"
	"strings"

	"twilsim/simulator"
	"twilsim/simulator/address"
	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/messaging"
)

// Apply gives the main account of a simulator what the file says: the history first, because it
// needs an account in which nothing has happened, then everything before what refers to it. An
// account that was stored keeps what it has: only bins and numbers are set. It must be called
// before the server is used. It stops at the first error, which is an [*Error] with the place in
// the file; what was applied before stays.
func (f *File) Apply(sim *simulator.Server) error {
	account := sim.Account()
	// bins and numbers are set in both cases, because the file is where a developer changes a URL
	if sim.Restored() {
		return cmp.Or(f.applyBins(account), f.applyNumbers(account, sim.ForwardTo))
	}
	if f.Rules != nil {
		account.Rules.Replace(f.Rules)
	}
	for _, apply := range []func(*messaging.Account) error{
		// the order matters: numbers may name bins, services numbers, opt-outs services
		f.applyHistory, f.applyBins,
		func(a *messaging.Account) error { return f.applyNumbers(a, sim.ForwardTo) },
		f.applyTemplates, f.applyServices, f.applyPhones, f.applyOptOuts, f.applyKeys,
		f.applyVerify, f.applySinks, f.applyLookups,
	} {
		if err := apply(account); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) applyHistory(account *messaging.Account) error {
	if f.seed.history == "" {
		return nil
	}
	file, err := os.Open(f.seed.history)
	if err != nil {
		return unreadable("the history", f.seed.history, err)
	}
	defer file.Close()
	history, err := control.ReadHistory(file)
	if err == nil {
		err = account.Load(history)
	}
	if err != nil {
		return errorf("%s: the history %s: %v", f.Values["history"].Where, f.seed.history, err)
	}
	return nil
}

func (f *File) applyBins(account *messaging.Account) error {
	for _, b := range f.seed.bins {
		if _, err := account.SetBin(b.name, b.body); err != nil {
			return at(f.Path, b.node, "bins: ").within(err)
		}
	}
	return nil
}

func (f *File) applyNumbers(account *messaging.Account, forwardTo string) error {
	for _, n := range f.Numbers {
		target := n.Target
		if strings.HasPrefix(target, "/") {
			if forwardTo == "" {
				return at(f.Path, n.node, "%s: a path needs the app's URL, --forward-to", n.Number)
			}
			target = forwardTo + target
		}
		if _, err := account.SetNumber(n.Number, target, ""); err != nil {
			return at(f.Path, n.node, "%s: ", n.Number).within(err)
		}
	}
	return nil
}

func (f *File) applyServices(account *messaging.Account) error {
	for _, s := range f.seed.services {
		made, err := account.CreateService(func(m *directory.Service) error {
			m.FriendlyName, m.InboundRequestURL, m.FallbackURL = s.name, s.inbound, s.fallback
			m.StatusCallback, m.UseInboundWebhookOnNumber = s.status, s.onNumber
			return nil
		})
		for _, sender := range s.senders {
			if err != nil {
				break
			}
			err = addSender(account, made.SID, sender)
		}
		if err == nil && s.advanced {
			err = account.SetAdvancedOptOut(made.SID, true)
		}
		if err != nil {
			return at(f.Path, s.node, "%s: ", s.name).within(err)
		}
	}
	return nil
}

func addSender(account *messaging.Account, service, sender string) error {
	kind, ref, ok := account.FindSender(sender)
	if !ok {
		return fmt.Errorf("the account has no number %s", sender)
	}
	_, err := account.AddSender(service, kind, ref)
	return err
}

func (f *File) applyPhones(account *messaging.Account) error {
	for _, p := range f.seed.phones {
		if _, err := account.SetHandset(p.number, p.state); err != nil {
			return at(f.Path, p.node, "phones: ").within(err)
		}
	}
	return nil
}

func (f *File) applyOptOuts(account *messaging.Account) error {
	for _, o := range f.seed.optOuts {
		recipient, err := address.Parse(o.recipient)
		if err != nil {
			return at(f.Path, o.node, "optouts: ").within(err)
		}
		sender := o.sender
		for _, s := range account.Services() {
			if s.FriendlyName == o.sender {
				sender = s.SID
			}
		}
		if _, ok := account.Number(sender); !ok && sender == o.sender {
			return at(f.Path, o.node,
				"optouts: %s is neither a number nor a service of the account", o.sender)
		}
		account.SetOptOut(sender, recipient, true)
	}
	return nil
}

func (f *File) applyKeys(account *messaging.Account) error {
	for _, k := range f.seed.keys {
		account.SetKey(k.sid, k.secret)
	}
	return nil
}
