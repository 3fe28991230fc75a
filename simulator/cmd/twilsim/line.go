package main

import (
	"strconv"
	"strings"
)

// line is one event, as serve logs it and messages watch prints it.
type line struct {
	when  string
	kind  string // api, message, webhook, fallback, ALERT
	what  string
	code  string // an HTTP status or an error code
	took  string
	about string
	style string // of the code, or of the kind where there is no code
}

// line prints the columns of a line.
func (u *ui) line(l line) {
	columns := []cell{{l.when, dim}, {pad(l.kind, 8), ""}, {pad(clean(l.what), 28), ""}, {pad(l.code, 5), l.style}, {pad(l.took, 6), ""},
		{l.about, ""}}
	if l.code == "" {
		columns[1].style, columns[3].style = l.style, ""
	}
	last := len(columns) - 1
	for last > 0 && strings.TrimSpace(columns[last].value) == "" {
		last--
	}
	columns[last].value = strings.TrimRight(columns[last].value, " ")
	parts := make([]string, last+1)
	for i := range parts {
		parts[i] = string(u.paint(columns[i].style, columns[i].value))
	}
	u.printf("%s\n", text(strings.Join(parts, " ")))
}

// httpCode writes the status of a response, - if there was none.
func httpCode(status int) string {
	if status == 0 {
		return "-"
	}
	return strconv.Itoa(status)
}

// errorCode writes an error code of Twilio, and "" for 0.
func errorCode(code int) string {
	if code == 0 {
		return ""
	}
	return strconv.Itoa(code)
}

// minDigits is how many digits of a SID are shown at least: six are hardly ever equal by chance.
const minDigits = 6

// short is the part of a SID that is shown and typed.
func short(sid string) string {
	if len(sid) < 2+minDigits {
		return sid
	}
	return sid[:2+minDigits]
}

// shorten returns, for each SID, the shortest prefix that no other SID has.
func shorten(sids []string) map[string]string {
	short := map[string]string{}
	for n := 2 + minDigits; len(short) < len(sids); n++ {
		seen := map[string]int{}
		for _, sid := range sids {
			seen[sid[:min(n, len(sid))]]++
		}
		for _, sid := range sids {
			prefix := sid[:min(n, len(sid))]
			if _, done := short[sid]; !done && (seen[prefix] == 1 || n >= len(sid)) {
				short[sid] = prefix
			}
		}
		if n > 40 {
			break
		}
	}
	return short
}

// pathOf is the path and query of a URL.
func pathOf(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	i := strings.IndexAny(rest, "/?")
	if i < 0 {
		return "/"
	}
	return rest[i:]
}

// apiName is the part of an API path that names the resource: Messages.json.
func apiName(path string) string {
	path, _, _ = strings.Cut(pathOf(path), "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) > 3 && parts[1] == "Accounts" {
		return strings.Join(parts[3:], "/")
	}
	return strings.Join(parts, "/")
}
