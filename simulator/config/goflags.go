package config

import (
	"slices"
	"strings"
)

// GoFlags lets the flags of twilsim run be spelled as Go's are: -run for --run. It leaves
// everything else as it is. pflag would read -run as -r -u -n. Where args change, it returns a
// copy.
func GoFlags(args []string) []string {
	from := runAt(args)
	if from < 0 {
		return args
	}
	args = slices.Clone(args)
	for i, arg := range args[from:] {
		if arg == "--" {
			break
		}
		name, ok := strings.CutPrefix(arg, "-")
		letters, _, _ := strings.Cut(name, "=")
		isFlag := ok && !strings.HasPrefix(name, "-") && !startsWithDigit(name)
		// Not -v, -vv, -h, -, or a value such as -1.
		if isFlag && strings.Trim(letters, "v") != "" && letters != "h" {
			args[from+i] = "-" + arg
		}
	}
	return args
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// runAt returns where the arguments of run begin, and -1 where the command is another one. Only
// flags may stand before it, with a value of theirs behind each.
func runAt(args []string) int {
	for i, arg := range args {
		if arg == "run" {
			return i + 1
		}
		if !strings.HasPrefix(arg, "-") && (i == 0 || !strings.HasPrefix(args[i-1], "-")) {
			break
		}
	}
	return -1
}
