package directory

import (
	"crypto/subtle"
	"slices"
	"strconv"
	"time"

	"twilsim/simulator/apierr"
)

// Key is an API key: its SID and its secret authenticate as the account does (F-375).
type Key struct {
	SID          string // SK and 32 hex digits
	FriendlyName string
	Created      time.Time

	secret string
	number int // one more than that of the key before
}

// AddKey makes an API key. This is the only place that returns the secret.
func (d *Directory) AddKey(friendlyName string) (sid, secret string) {
	key := Key{
		SID: d.o.SIDs.Next("SK"), FriendlyName: friendlyName,
		Created: d.o.Now(), secret: d.o.SIDs.AuthToken(),
	}
	d.addKey(key)
	d.o.Changed("key " + key.SID)
	return key.SID, key.secret
}

// SetKey adds an API key whose SID and secret are given, or changes its secret. It is for keys of a
// configuration, which has secrets that apps already know.
func (d *Directory) SetKey(sid, secret string) {
	key := Key{SID: sid, Created: d.o.Now(), secret: secret}
	d.addKey(key)
	d.o.Changed("key " + sid)
}

// addKey adds a key behind the others, in place of one with its SID.
func (d *Directory) addKey(key Key) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.keys); n > 0 {
		key.number = d.keys[n-1].number + 1
	}
	d.keys = slices.DeleteFunc(d.keys, func(k Key) bool { return k.SID == key.SID })
	d.keys = append(d.keys, key)
	d.touch(Keys, key.SID)
}

// Keys returns the account's API keys, oldest first.
func (d *Directory) Keys() []Key {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.keys)
}

// RenameKey gives an API key another name. The error is an [*apierr.Error] if there is no such key.
func (d *Directory) RenameKey(sid, friendlyName string) (Key, error) {
	d.mu.Lock()
	i := slices.IndexFunc(d.keys, func(k Key) bool { return k.SID == sid })
	if i < 0 {
		d.mu.Unlock()
		return Key{}, apierr.NotFound()
	}
	d.keys[i].FriendlyName = friendlyName
	key := d.keys[i]
	d.touch(Keys, sid)
	d.mu.Unlock()
	d.o.Changed("key " + sid + " is called " + strconv.Quote(friendlyName))
	return key, nil
}

// RemoveKey removes an API key. The error is an [*apierr.Error] if there is no such key.
func (d *Directory) RemoveKey(sid string) error {
	d.mu.Lock()
	n := len(d.keys)
	d.keys = slices.DeleteFunc(d.keys, func(k Key) bool { return k.SID == sid })
	removed := len(d.keys) < n
	d.touch(Keys, sid)
	d.mu.Unlock()
	if !removed {
		return apierr.NotFound()
	}
	d.o.Changed("key " + sid + " removed")
	return nil
}

// Key finds the API key of that SID and secret.
func (d *Directory) Key(sid, secret string) (Key, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range d.keys {
		if k.SID == sid && SameSecret(k.secret, secret) {
			return k, true
		}
	}
	return Key{}, false
}

// SameSecret compares secrets in a time that does not depend on where they differ.
func SameSecret(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
