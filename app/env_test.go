package app

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFromEnv(t *testing.T) {
	type config struct{ AuthToken, PublicURL, Addr, Err string }
	const (
		noToken = "TWILIO_AUTH_TOKEN is not set: set it to the account's auth token, with which " +
			"Twilio signs"
		noPort = ", which is not a port: set it to a number from 1 to 65535, or to nothing for 3000"
		noURL  = ", which is not an http or https URL: set it to one such as https://shop.example, " +
			"or to nothing for http://localhost:3000"
	)
	tests := []struct {
		name             string
		token, port, url string
		want             config
	}{
		{"token alone", "t", "", "", config{"t", "http://localhost:3000", "127.0.0.1:3000", ""}},
		{"port", "t", "49731", "", config{"t", "http://localhost:49731", "127.0.0.1:49731", ""}},
		{
			"public URL",
			"t",
			"",
			"https://shop.example",
			config{"t", "https://shop.example", "127.0.0.1:3000", ""},
		},
		{"public URL with a slash", "t", "", "https://shop.example/app/",
			config{"t", "https://shop.example/app", "127.0.0.1:3000", ""}},
		{"nothing", "", "", "", config{Err: noToken}},
		{"port no number", "t", "http", "", config{Err: `PORT is "http"` + noPort}},
		{"port too large", "t", "65536", "", config{Err: `PORT is "65536"` + noPort}},
		{"port zero", "t", "0", "", config{Err: `PORT is "0"` + noPort}},
		{
			"public URL without a scheme",
			"t",
			"",
			"shop.example",
			config{Err: `PUBLIC_URL is "shop.example"` + noURL},
		},
		{
			"public URL without a host",
			"t",
			"",
			"https://",
			config{Err: `PUBLIC_URL is "https://"` + noURL},
		},
		{
			"public URL of another scheme",
			"t",
			"",
			"ftp://x",
			config{Err: `PUBLIC_URL is "ftp://x"` + noURL},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			env := map[string]string{
				"TWILIO_AUTH_TOKEN": tt.token,
				"PORT":              tt.port,
				"PUBLIC_URL":        tt.url,
			}
			var got config
			if a, addr, err := FromEnv(func(name string) string { return env[name] }); err != nil {
				got.Err = err.Error()
			} else {
				got = config{a.AuthToken, a.PublicURL, addr, ""}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
