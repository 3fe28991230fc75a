package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"twilsim/app"
)

func TestServe(t *testing.T) {
	ln := listen(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var stderr strings.Builder
	done := make(chan error, 1)
	go func() { done <- serve(ctx, ln, &app.App{PublicURL: "https://shop.example"}, &stderr) }()

	response, err := http.Get("http://" + ln.Addr().String() + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "ok" {
		t.Errorf("GET / gave %q, %v, want ok", body, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("serve: %v", err)
	}
	want := "app: listening on http://" + ln.Addr().String() +
		", Twilio's webhooks come to https://shop.example\n"
	if got := stderr.String(); got != want {
		t.Errorf("got standard error %q, want %q", got, want)
	}
}

func TestRunErrors(t *testing.T) {
	taken := listen(t)
	_, port, err := net.SplitHostPort(taken.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name     string
		args     []string
		env      map[string]string
		want     string // in the error
		wantCode int
	}{
		{"no token", nil, nil, "TWILIO_AUTH_TOKEN is not set", 2},
		{"arguments", []string{"-port", "1"}, nil, "Usage: app", 2},
		{"port taken", nil, map[string]string{"TWILIO_AUTH_TOKEN": "t", "PORT": port},
			"set PORT to a free port", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout strings.Builder
			err := run(t.Context(), tt.args, func(name string) string { return tt.env[name] }, &stdout,
				io.Discard)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got error %v, want one with %q", err, tt.want)
			}
			if got := exitCode(err); got != tt.wantCode {
				t.Errorf("got exit code %d, want %d", got, tt.wantCode)
			}
			if stdout.String() != "" {
				t.Errorf("got standard output %q, want none", stdout.String())
			}
		})
	}
}

// listen is a free port of this machine until the test ends.
func listen(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	return ln
}
