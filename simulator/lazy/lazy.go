// Package lazy delays work of package variables until their first use, because every command pays
// for the initialization of every package: compiling about forty regular expressions took a third
// of the start of "twilsim version".
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns a function that returns the regular expression, which it compiles on the first
// call. Like [regexp.MustCompile] it panics if the expression is wrong, but then.
func Regexp(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
