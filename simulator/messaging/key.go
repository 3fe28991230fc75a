package messaging

import (
	"crypto/subtle"
	"slices"
	"time"

	"twilsim/simulator/apierr"
)

// Key is an API key: its SID and its secret authenticate as the account does (F-375).
type Key struct {
	SID          string // SK and 32 hex digits
	FriendlyName string
	Created      time.Time

	secret string
}

// AddKey makes an API key. Its secret is told only here.
func (a *Account) AddKey(friendlyName string) (sid, secret string) {
	key := Key{SID: a.ids.Next("SK"), FriendlyName: friendlyName, Created: a.Clock.Now(), secret: a.ids.AuthToken()}
	a.mu.Lock()
	a.keys = append(a.keys, key)
	a.mu.Unlock()
	a.changed("key " + key.SID)
	return key.SID, key.secret
}

// Keys returns the account's API keys, oldest first.
func (a *Account) Keys() []Key {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.keys)
}

// RemoveKey takes an API key away. The error is an [*apierr.Error] where there is none.
func (a *Account) RemoveKey(sid string) error {
	a.mu.Lock()
	n := len(a.keys)
	a.keys = slices.DeleteFunc(a.keys, func(k Key) bool { return k.SID == sid })
	removed := len(a.keys) < n
	a.mu.Unlock()
	if !removed {
		return apierr.NotFound()
	}
	a.changed("key " + sid + " removed")
	return nil
}

// key finds the API key of that SID and secret.
func (a *Account) key(sid, secret string) (Key, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, k := range a.keys {
		if k.SID == sid && same(k.secret, secret) {
			return k, true
		}
	}
	return Key{}, false
}

// same compares secrets in a time that does not depend on where they differ.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
