package messaging

// OptOutTexts are the texts with which opt-out keywords are answered. "" takes the default (F-449).
type OptOutTexts struct{ Stop, Start, Help string }

// optOut is a pair that a recipient has closed. The sender is a number, or a service for all of its numbers (F-446).
type optOut struct{ sender, recipient string }

// OptedOut reports whether the recipient gets nothing from the sender, a number of the account or a service: neither from it
// alone, nor from the service that it is in.
func (a *Account) OptedOut(sender, recipient string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.optOuts) == 0 {
		return false
	}
	return a.optOuts[a.optOutLocked(sender, recipient)]
}

// optOutLocked is the pair that stands for a sender and a recipient.
func (a *Account) optOutLocked(sender, recipient string) optOut {
	sender, recipient = bare(sender), bare(recipient)
	if s := a.serviceOfLocked(sender); s != nil {
		sender = s.SID
	}
	return optOut{sender, recipient}
}

// SetAdvancedOptOut switches Advanced Opt-Out of a service on or off (F-452). It is a setting of Twilio's console, not of its
// API.
func (a *Account) SetAdvancedOptOut(service string, on bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.services[service]
	if s == nil {
		return NotFound()
	}
	s.advancedOptOut = on
	return nil
}
