// Package config has twilsim's settings: what they are called, what values they take, and where
// those values come from. A flag wins over its variable, TWILSIM_ and the name in capitals; that
// wins over the project's file twilsim.yaml, and that over the default.
//
// settings.go is the table of settings. [AddFlags] makes the flags of a command from it, [ReadFile]
// reads twilsim.yaml with the same checks, and [Load] puts everything together, so that each value
// knows its source. rules.go reads lists of rules, in twilsim.yaml or in a file of their own.
//
// Errors about values and files are of type [*Error]: what is wrong, why, and what to try.
package config
