package compose

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"twilsim/simulator/journal"
)

// answers starts an app that gives the recorded answers: those of each path, in order. A request to
// a path gets the first answer of its list, the next request the next one. Calls that a TwiML Bin
// answered, that found no app or that a rule dropped asked no app, and take no answer.
func (w *writer) answers(calls []*journal.Exchange) {
	var paths []string
	byPath := map[string][]string{}
	add := func(path, answer string) {
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
		byPath[path] = append(byPath[path], answer)
	}
	for _, x := range calls {
		if w.bin(x.URL) == nil && !w.foundNoApp(x) && !x.Dropped() {
			add(x.Path(), w.answer(x))
		}
	}
	for _, a := range w.actions {
		for _, m := range a.outbound() {
			for _, media := range m.Media {
				if path, ok := w.appPath(media.URL); ok && media.Data != nil {
					add(
						path,
						"HTTP/1.1 200 OK\nContent-Type: "+media.ContentType+"\n\n"+string(
							media.Data,
						),
					)
				}
			}
		}
	}
	var line strings.Builder
	line.WriteString("answer")
	for _, path := range paths {
		for _, answer := range withoutRepeats(byPath[path]) {
			line.WriteString(" " + quote(path) + "=" + w.file(baseName(path), ".http", answer))
		}
	}
	w.line("%s", line.String())
}

// withoutRepeats removes repetitions of the last answer, because the last one is sent repeatedly
// anyway.
func withoutRepeats(answers []string) []string {
	for len(answers) > 1 && answers[len(answers)-1] == answers[len(answers)-2] {
		answers = answers[:len(answers)-1]
	}
	return answers
}

// baseName returns the base name for the files of a path: its last part.
func baseName(path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	name, _, _ = strings.Cut(name, ".")
	letters := strings.Map(func(r rune) rune {
		if r < 0x80 &&
			(r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z') {
			return r
		}
		return -1
	}, name)
	if letters == "" {
		return "answer"
	}
	return strings.TrimRight(letters, "0123456789") + "-"
}

// appPath returns the path of a URL of the app.
func (w *writer) appPath(target string) (string, bool) {
	u, err := url.Parse(target)
	if err != nil || !slices.Contains(w.appBases, u.Scheme+"://"+u.Host) {
		return "", false
	}
	return u.Path, true
}

// answer is a response in HTTP's format, with the relevant headers. For a request without an answer
// it is a file that closes the connection.
func (w *writer) answer(x *journal.Exchange) string {
	if x.Status == 0 {
		return ""
	}
	body := w.rebase(x.ResponseBody)
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\n", x.Status, http.StatusText(x.Status))
	for _, name := range []string{"Content-Type", "Location", "Set-Cookie", "Www-Authenticate"} {
		for field, value := range x.ResponseHeader.All() {
			if strings.EqualFold(field, name) && value != "" {
				b.WriteString(name + ": " + w.rebase(value) + "\n")
			}
		}
	}
	if !strings.HasSuffix(body, "\n") &&
		!strings.Contains(x.ResponseHeader.Get("Content-Type"), "xml") {
		fmt.Fprintf(
			&b,
			"Content-Length: %d\n",
			len(body),
		) // a file ends with a line break that is not part of the body
	}
	return b.String() + "\n" + body
}

// rebase replaces the app's URL in an answer by its URL in the scenario. An answer may have
// absolute links to the app, such as a Redirect.
func (w *writer) rebase(text string) string {
	for _, base := range w.appBases {
		text = strings.ReplaceAll(text, base, scenarioURL)
	}
	return text
}

// scenarioURL is the value of $PUBLIC_URL.
const scenarioURL = "http://app.example"
