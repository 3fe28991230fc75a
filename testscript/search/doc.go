// Package search is what the commands that look for bugs do, without the command line around them:
// twilsim explore and what belongs to it. Each command is a struct with its flags, and a method Run
// that prints to a [terminal.UI] and returns an error with an exit code.
package search
