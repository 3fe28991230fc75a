package control

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"twilsim/simulator/directory"
)

func keyRoutes() []route {
	return []route{
		{
			method: "GET", path: "/keys", name: "keys", tag: "account",
			summary: "The account's API keys",
			result:  Keys{},
			answer:  (*api).keys,
		},
		{
			method: "POST", path: "/keys", name: "addKey", tag: "account",
			summary: "Make an API key",
			body:    newKeyBody{}, optional: true,
			example: `{"friendly_name":"ci"}`,
			status:  http.StatusCreated, result: Key{},
			answer: (*api).addKey,
		},
		{
			method: "PUT", path: "/keys/{sid}", name: "renameKey", tag: "account",
			summary: "Give an API key another name",
			body:    newKeyBody{},
			example: `{"friendly_name":"ci"}`,
			result:  Key{}, errors: []int{404},
			answer: (*api).renameKey,
		},
		{
			method: "DELETE", path: "/keys/{sid}", name: "removeKey", tag: "account",
			summary: "Remove an API key; answers with the keys that are left",
			result:  Keys{}, errors: []int{404},
			answer: (*api).removeKey,
		},
	}
}

// Key is an API key of the account: its SID and its secret authenticate a request as the account's
// token does (F-375).
type Key struct {
	SID          string    `json:"sid"`
	FriendlyName string    `json:"friendly_name"`
	DateCreated  time.Time `json:"date_created"`
	Secret       string    `json:"secret,omitempty"` // only in the answer that makes the key
}

// Keys are the account's API keys, oldest first.
type Keys struct {
	Keys []Key `json:"keys"`
}

// newKeyBody is the body that makes or renames an API key.
type newKeyBody struct {
	FriendlyName string `json:"friendly_name,omitempty"`
}

func (s *api) keys(*http.Request) (any, error) {
	keys := &Keys{Keys: []Key{}}
	for _, k := range s.account.Keys() {
		keys.Keys = append(keys.Keys, newKey(k))
	}
	return keys, nil
}

func newKey(k directory.Key) Key {
	return Key{SID: k.SID, FriendlyName: k.FriendlyName, DateCreated: k.Created.UTC()}
}

func (s *api) addKey(r *http.Request) (any, error) {
	var in newKeyBody
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	sid, secret := s.account.AddKey(in.FriendlyName)
	made := Key{SID: sid, FriendlyName: in.FriendlyName, Secret: secret}
	// AddKey returns no date; the key may have been removed by another request since
	all := s.account.Keys()
	if i := slices.IndexFunc(all, func(k directory.Key) bool { return k.SID == sid }); i >= 0 {
		made.DateCreated = all[i].Created.UTC()
	}
	return &made, nil
}

func (s *api) renameKey(r *http.Request) (any, error) {
	var in newKeyBody
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	key, err := s.account.RenameKey(r.PathValue("sid"), in.FriendlyName)
	if err != nil {
		return nil, missing("API key", r.PathValue("sid"), "twilsim keys")
	}
	renamed := newKey(key)
	return &renamed, nil
}

func (s *api) removeKey(r *http.Request) (any, error) {
	sid := r.PathValue("sid")
	if err := s.account.RemoveKey(sid); err != nil {
		return nil, missing("API key", sid, "twilsim keys")
	}
	return s.keys(r)
}

// Keys returns the account's API keys, without their secrets.
func (c *Client) Keys(ctx context.Context) (*Keys, error) {
	return call[Keys](ctx, c, "GET", "/keys", nil)
}

// AddKey makes an API key. Only this answer contains its secret.
func (c *Client) AddKey(ctx context.Context, friendlyName string) (*Key, error) {
	return call[Key](ctx, c, "POST", "/keys", newKeyBody{FriendlyName: friendlyName})
}

// RenameKey gives an API key another name.
func (c *Client) RenameKey(ctx context.Context, sid, friendlyName string) (*Key, error) {
	return call[Key](ctx, c, "PUT", "/keys/"+url.PathEscape(sid),
		newKeyBody{FriendlyName: friendlyName})
}

// RemoveKey removes an API key, and returns the keys that are left. Requests with it are refused
// from then on. Status 404 means that there was none.
func (c *Client) RemoveKey(ctx context.Context, sid string) (*Keys, error) {
	return call[Keys](ctx, c, "DELETE", "/keys/"+url.PathEscape(sid), nil)
}
