package audit

import (
	"context"
	"net/http"
	"strings"
)

// Target is the app under audit.
type Target struct {
	// Inbound and Status are the URLs of its webhooks as the app knows them, which are signed. Status
	// is "" if there is none to check.
	Inbound, Status string
	// Local is the base URL at which it really listens; "" is the base of Inbound.
	Local string
	// Method is POST or GET; "" is POST.
	Method string
	// AccountSID and Token are the account's; Token signs.
	AccountSID, Token string
	// Calls returns how many requests the app has made to the API, and to which numbers it has sent
	// a message; nil if they cannot be seen.
	Calls func() (n int, texted []string)
	// State returns what the app remembers; nil if that cannot be seen.
	State func(ctx context.Context) (string, error)
	// Restart starts the app again with another public URL, and returns its target; nil if that is
	// not possible.
	Restart func(ctx context.Context, publicURL string) (Target, error)
}

// base returns the scheme and host of a URL, and the rest. It works on the text, and does not
// parse: a parsed URL could come out with other escapes than the app has in its own, and the
// signature would fit no more.
func base(url string) (base, rest string) {
	i := strings.Index(url, "://")
	if i < 0 {
		return "", url
	}
	j := strings.IndexAny(url[i+3:], "/?#")
	if j < 0 {
		return url, ""
	}
	return url[:i+3+j], url[i+3+j:]
}

// dialled returns the URL that is called for a URL of the app.
func (t Target) dialled(url string) string {
	if t.Local == "" {
		return url
	}
	_, rest := base(url)
	return strings.TrimSuffix(t.Local, "/") + rest
}

func (t Target) method() string {
	if t.Method == "" {
		return http.MethodPost
	}
	return t.Method
}
