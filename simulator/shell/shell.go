// Package shell writes words for a POSIX shell: commands that we print are copied into one.
package shell

import (
	"os"
	"strings"
)

// Word makes s one word of a shell, in quotes only where the shell would not leave it alone.
func Word(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return Quote(s)
}

func plain(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_@%+=:,./-", r)
}

// Quote puts s in single quotes.
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
