// Command twilsim simulates Twilio's messaging on this machine: it serves the simulator, plays the
// handsets, and shows what the app did. The package only parses flags and prints; the work is done
// by the packages that it imports.
//
// main sets up signals, calls run, prints the error and exits. run builds the commands from the
// table in main.go. A command is one file with a constructor that returns its *cobra.Command with
// help, flags and work, so a new one touches two files. What commands share is in files named after
// it:
//
//   - flags.go has the flags of every command; package config has the table of settings;
//   - find.go finds the simulator with package host, and says what to try if there is none.
//
// Package terminal has the rules of output, and nothing else writes to the terminal; package
// display says how messages and webhooks look, and package failure has the errors with their exit
// codes.
//
// serve, demo and exec run a simulator in their own process. All other commands are clients of the
// control API and know nothing that another program could not ask for.
package main
