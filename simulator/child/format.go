package child

import (
	"strconv"
	"strings"

	"twilsim/simulator/shell"
)

// Formats are the ways to write a variable as a line, by name: sh, fish, powershell, dotenv and
// github. A shell can evaluate its own.
func Formats() map[string]func(Variable) string {
	return map[string]func(Variable) string{
		"sh": func(v Variable) string {
			return "export " + v.Name + "=" + shell.Quote(v.Value)
		},
		"fish": func(v Variable) string {
			value := strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(v.Value)
			return "set -gx " + v.Name + " '" + value + "'"
		},
		"powershell": func(v Variable) string {
			return "$env:" + v.Name + " = '" + strings.ReplaceAll(v.Value, "'", "''") + "'"
		},
		"dotenv": func(v Variable) string { return v.Name + "=" + strconv.Quote(v.Value) },
		"github": func(v Variable) string { return v.Name + "=" + v.Value },
	}
}
