// Package shell writes words for a POSIX shell, because users copy the commands that twilsim
// prints.
package shell

import (
	"os"
	"strings"
)

// Word returns s as one word of a shell, quoted only if the shell would change it otherwise.
func Word(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return Quote(s)
}

// plain reports whether a shell leaves a character as it is.
func plain(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
		strings.ContainsRune("_@%+=:,./-", r)
}

// Quote returns s in single quotes.
func Quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Tilde writes a path below the user's home directory with ~, as a shell abbreviates it.
func Tilde(path string) string {
	home, err := os.UserHomeDir()
	rest, ok := strings.CutPrefix(path, home)
	if err == nil && home != "/" && ok && (rest == "" || rest[0] == os.PathSeparator) {
		return "~" + rest
	}
	return path
}
