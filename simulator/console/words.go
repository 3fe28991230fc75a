package console

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"twilsim/simulator/journal"
)

// shortDigits is how many digits of a SID the pages show, behind its prefix.
const shortDigits = 6

// short is the beginning of a SID, which a person can tell from others and type.
func short(sid string) string { return sid[:min(len(sid), 2+shortDigits)] }

var sidInPath = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[A-Z]{2}[0-9a-f]{32}`)
})

// apiCall says what a request of the app is about: POST Messages.json.
func apiCall(x *journal.Exchange) string {
	path := strings.TrimPrefix(x.Path(), "/2010-04-01/Accounts/")
	if rest := strings.TrimPrefix(path, "AC"); rest != path { // the account says nothing here
		if _, behind, ok := strings.Cut(path, "/"); ok {
			path = behind
		}
	}
	return x.Method + " " + sidInPath().ReplaceAllStringFunc(path, short)
}

// client is the program that made a request, by its User-Agent.
func client(x *journal.Exchange) string {
	name, _, _ := strings.Cut(x.Header.Get("User-Agent"), " ")
	return name
}

// httpCode is the status of an answer, "-" for none.
func httpCode(status int) string {
	if status == 0 {
		return "-"
	}
	return strconv.Itoa(status)
}
