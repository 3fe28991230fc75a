package simulator

import (
	"errors"
	"fmt"
	"strings"

	"twilsim/simulator/sid"
	"twilsim/simulator/webhook"
)

// check returns an error that names the first bad option and what to write instead. The phone
// number is checked when the account gets it.
func (s *Server) check() error {
	if s.AccountSID != "" && !sid.Valid(s.AccountSID, "AC") {
		return fmt.Errorf("AccountSID: %q is not an Account SID: write AC and 32 hexadecimal digits",
			s.AccountSID)
	}
	for _, option := range []struct{ name, url string }{
		{"ForwardTo", s.ForwardTo}, {"URL", s.URL},
	} {
		if option.url == "" {
			continue
		}
		if err := webhook.CheckURL(option.url); err != nil {
			return fmt.Errorf("%s: %w", option.name, err)
		}
	}
	if err := s.checkFallback(); err != nil {
		return fmt.Errorf("bad FallbackURL: %w", err)
	}
	for _, route := range s.Routes {
		if err := checkRoute(route); err != nil {
			return fmt.Errorf("bad Routes: %w", err)
		}
	}
	for _, host := range s.AllowHosts {
		if strings.Contains(host, "/") {
			return fmt.Errorf("bad AllowHosts: %q is not a host: write app.example or app.example:443",
				host)
		}
	}
	if s.Webhooks != nil && (s.Webhooks.Routes != nil || s.Webhooks.Allow != nil) {
		return errors.New("bad Webhooks: its Routes and Allow are not used: " +
			"set Routes and AllowHosts of the Server")
	}
	if s.AnyAccount && s.AccessToken != "" {
		return errors.New("bad AnyAccount: an AccessToken keeps strangers out, and AnyAccount accepts " +
			"any credentials: set one of them")
	}
	if s.Keep < 0 {
		return fmt.Errorf("bad Keep: %d is below 0: write 0 to keep everything", s.Keep)
	}
	if s.KeepBytes < 0 || s.KeepBytes > 0 && s.KeepBytes < leastBytes {
		return fmt.Errorf("bad KeepBytes: %d is below %d: write 0 for no limit", s.KeepBytes, leastBytes)
	}
	return nil
}

// leastBytes is the smallest limit of memory. Fewer would drop what a test is about to look at.
const leastBytes = 1 << 20

func (s *Server) checkFallback() error {
	switch {
	case s.FallbackURL == "":
		return nil
	case s.ForwardTo == "":
		return errors.New("it is used when the webhook at ForwardTo fails, and ForwardTo is empty")
	case strings.HasPrefix(s.FallbackURL, "/"):
		return nil
	}
	if err := webhook.CheckURL(s.FallbackURL); err != nil {
		return fmt.Errorf("%w, and not a path of the app, which begins with /", err)
	}
	return nil
}
