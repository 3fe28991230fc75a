package app

import (
	"fmt"
	"net/url"
)

// decode reads a webhook's parameters into a T, whose fields bear Twilio's names.
func decode[T any](a *App, form url.Values) (T, error) {
	var t T
	if err := a.forms.Decode(&t, form); err != nil {
		return t, fmt.Errorf("webhook's parameters: %w", err)
	}
	return t, nil
}
