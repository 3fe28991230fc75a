// Package host serves a simulator on this machine, and finds one that is being served.
//
// [Setup] makes a simulator from the settings of a command. A [Host] serves it on a listener: the
// intercepting proxy in front, and an end that waits for requests in flight but not for an app that
// hangs. [Host.Announce] writes the run
// file by which other commands find it; [FindRunning] reads that file.
//
// The package prints nothing. Its errors about settings are of type *config.Error.
package host
