package console

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"twilsim/simulator/control"
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
	if strings.HasPrefix(path, "AC") { // the account says nothing here
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

// maskedHeaders hides the credentials among headers that differ.
func maskedHeaders(headers []control.Part) []control.Part {
	masked := make([]control.Part, len(headers))
	for i, h := range headers {
		masked[i] = control.Part{Name: h.Name, From: maskedField(h.Name, h.From),
			To: maskedField(h.Name, h.To)}
	}
	return masked
}

func maskedField(name string, value *string) *string {
	if value == nil {
		return nil
	}
	masked := journal.MaskField(name, *value)
	return &masked
}
