// Command app runs the tutorial's app, see package app.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"twilsim/app"
)

const usage = `Usage: app

Answers texts with TwiML and prints what became of the replies.

  TWILIO_AUTH_TOKEN    the account's auth token; required
  PORT                 the port to listen on; 3000
  PUBLIC_URL           where Twilio believes the app to be; http://localhost:PORT

Example: TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef app
`

// usageError is what the one who starts the app has to put right: it exits 2, every other error 1.
type usageError struct{ error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	if err == nil {
		return
	}
	fmt.Fprintf(os.Stderr, "app: %v\n", err)
	os.Exit(exitCode(err))
}

func exitCode(err error) int {
	if errors.As(err, new(usageError)) {
		return 2
	}
	return 1
}

// run serves the app until ctx ends. Standard output is the app's log and nothing else.
func run(ctx context.Context, args []string, getenv func(string) string, stdout,
	stderr io.Writer) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("it takes no arguments, got %q\n\n%s", args, usage)}
	}
	a, addr, err := app.FromEnv(getenv)
	if err != nil {
		return usageError{err}
	}
	a.Log = stdout
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("%w: is another program there? set PORT to a free port", err)
	}
	return serve(ctx, ln, a, stderr)
}

// serve answers on ln until ctx ends. It does not Shutdown: that would wait for a connection on
// which nobody has asked yet.
func serve(ctx context.Context, ln net.Listener, a *app.App, stderr io.Writer) error {
	server := &http.Server{
		Handler:           a,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second, // F-043: Twilio gives up after 15 s, so we may too.
		WriteTimeout:      15 * time.Second,
		IdleTimeout:       time.Minute,
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(ln) }()
	fmt.Fprintf(stderr, "app: listening on http://%s, Twilio's webhooks come to %s\n", ln.Addr(),
		a.PublicURL)

	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return server.Close()
	}
}
