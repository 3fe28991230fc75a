// Package host serves a simulator on this machine, and finds one that is being served.
//
// [Setup] makes a simulator from the settings of a command. A [Host] serves it on a listener: the
// intercepting proxy in front, and an end that waits for requests in flight but not for an app that
// hangs. [Host.Announce] writes the run file by which other commands find it; [FindRunning] reads
// that file.
//
// A server that many programs use for hours must not run out of anything. listener.go limits
// connections to a part of the file descriptors, limits.go gives slow clients deadlines, gc.go and
// quiet.go decide when memory is collected and given back, and conns.go knows which connections
// have a request.
//
// The package prints nothing. Its errors about settings are of type *config.Error. It decides
// nothing about Twilio: that is the simulator's.
//
// Read setup.go and host.go first.
package host
