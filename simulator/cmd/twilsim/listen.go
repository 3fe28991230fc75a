package main

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"syscall"

	"twilsim/simulator/failure"
	"twilsim/simulator/host"
	"twilsim/simulator/reason"
)

// cannotListen explains why serve cannot listen, for instance which program uses the port.
func (c *cli) cannotListen(ctx context.Context, err error, o serveOptions) error {
	address := net.JoinHostPort(o.listen, strconv.Itoa(int(o.port)))
	f := failure.New(failure.CannotStart, "cannot listen on %s: %s", address, reason.Of(err))
	f.Err = err
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		who, simulated := host.WhoListens(ctx, "http://"+address)
		f.Cause(who)
		if simulated {
			f.Try("twilsim messages                 use the one that runs")
		}
		return f.Try("twilsim serve --port 0           take any free port")
	case errors.Is(err, os.ErrPermission):
		return f.Cause("ports below 1024 belong to root on most systems").Try("twilsim serve --port 2010")
	}
	return f.Cause("--listen takes an address of this machine").Try("twilsim serve --listen 127.0.0.1")
}
