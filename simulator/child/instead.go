package child

import (
	"os"
	"path/filepath"
	"strings"

	"twilsim/simulator/shell"
	"twilsim/simulator/suggest"
)

// Instead says what to try in place of a program that was not found or cannot be executed: the one
// below this directory that has its name, one whose name is similar, or how to look for it. It
// looks at the file system only; nothing is started.
func Instead(name string) string {
	if file, err := os.Stat(name); err == nil && strings.ContainsRune(name, filepath.Separator) {
		if file.Mode().IsRegular() {
			return "chmod +x " + shell.Word(name)
		}
		return "ls -ld " + shell.Word(name)
	}
	word := shell.Word(name)
	for _, local := range []struct{ file, command string }{
		{name, "./" + word},
		{filepath.Join("node_modules", ".bin", name), "npx " + word},
		{filepath.Join(".venv", "bin", name), ".venv/bin/" + word},
		{filepath.Join("bin", name), "bin/" + word},
	} {
		if file, err := os.Stat(local.file); err == nil && file.Mode().IsRegular() {
			return "twilsim exec -- " + local.command
		}
	}
	if strings.ContainsRune(name, filepath.Separator) {
		return "ls -l " + shell.Word(filepath.Dir(name))
	}
	if near := suggest.Nearest(name, programs()); near != "" {
		return "twilsim exec -- " + shell.Word(near)
	}
	return "command -v " + word + "   an alias or a function of your shell is not a program"
}

// programs returns the names of what is in the directories of PATH.
func programs() []string {
	var names []string
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		entries, _ := os.ReadDir(dir) // one that cannot be read has no program to suggest
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
	}
	return names
}
