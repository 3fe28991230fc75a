// Command twilsim simulates Twilio's messaging on this machine: it serves the simulator, plays the handsets, and shows
// what the app did.
//
// main sets up signals, calls run, prints the error and exits. run builds the commands, which are listed in one table in
// main.go; a command is a file with a constructor that returns its *cobra.Command with its help, flags and work. What
// they share is named by its noun: tui.go has the rules of output and is the only way to the terminal; grid.go, line.go
// and times.go lay things out; failure.go is every error and its exit code; flags.go the flags that all commands have;
// find.go how a command finds the simulator, and runfile.go the file by which serve lets itself be found.
//
// serve, demo and exec hold a simulator in their own process; doctor makes ones of its own to call the app from. All other
// commands are clients of its control API and know nothing that another program could not ask for.
package main
