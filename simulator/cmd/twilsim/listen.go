package main

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"twilsim/simulator/control"
	"twilsim/simulator/reason"
	"twilsim/simulator/shell"
)

// cannotListen explains why serve cannot listen, for instance which program uses the port.
func (c *cli) cannotListen(ctx context.Context, err error, o serveOptions) error {
	address := net.JoinHostPort(o.listen, strconv.Itoa(int(o.port)))
	f := fail(exitCannotStart, "cannot listen on %s: %s", address, reason.Of(err))
	f.err = err
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		f.cause(c.whoListens(ctx, "http://"+address))
		if strings.HasPrefix(f.rows[0].text, "twilsim") {
			f.try("twilsim messages                 use the one that runs")
		}
		return f.try("twilsim serve --port 0           take any free port")
	case errors.Is(err, os.ErrPermission):
		return f.cause("ports below 1024 belong to root on most systems").try("twilsim serve --port 2010")
	}
	return f.cause("--listen takes an address of this machine").try("twilsim serve --listen 127.0.0.1")
}

// whoListens names the program at a URL: from its run file, or else from its answer.
func (c *cli) whoListens(ctx context.Context, url string) string {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	client := &control.Client{URL: url}
	info, err := client.Server(ctx)
	var answered *control.Error
	if err != nil && !errors.As(err, &answered) { // a server that asks for a token is a simulator as well
		return "another program listens there"
	}
	if run, dir, err := findRunFile(); err == nil && run.URL == url {
		return "twilsim serve, pid " + strconv.Itoa(run.PID) + ", started " + run.Started.Local().Format("15:04") + " in " + shell.Tilde(dir)
	}
	if answered != nil {
		return "twilsim serve"
	}
	return "twilsim serve " + info.Version + ", started " + info.Started.Local().Format("15:04")
}
