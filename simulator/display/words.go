package display

import (
	"strconv"
	"strings"

	"twilsim/simulator/terminal"
)

// StatusStyle is the colour of a message's status. "" is no colour, for a status that is still on
// its way.
func StatusStyle(status string) string {
	switch status {
	case "delivered", "read", "received":
		return terminal.Green
	case "undelivered", "failed":
		return terminal.Red
	}
	return ""
}

// HTTPStyle is the colour of a response's status; 0 is no response.
func HTTPStyle(status int) string {
	switch {
	case status >= 200 && status < 300:
		return terminal.Green
	case status == 0 || status >= 400:
		return terminal.Red
	}
	return terminal.Yellow
}

// HTTPCode writes the status of a response, - if there was none.
func HTTPCode(status int) string {
	if status == 0 {
		return "-"
	}
	return strconv.Itoa(status)
}

// ErrorCode writes an error code of Twilio, and "" for 0.
func ErrorCode(code int) string {
	if code == 0 {
		return ""
	}
	return strconv.Itoa(code)
}

// minDigits is how many digits of a SID are shown at least: six are hardly ever equal by chance.
const minDigits = 6

// Short is the part of a SID that is shown and typed. Commands take any prefix that only one thing
// has, so what is shown can be typed.
func Short(sid string) string {
	if len(sid) < 2+minDigits {
		return sid
	}
	return sid[:2+minDigits]
}

// shorten returns, for each SID, the shortest prefix that no other SID has. A SID that is in the
// list twice is returned in full.
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

// Path is the path and query of a URL.
func Path(url string) string {
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
	path, _, _ = strings.Cut(Path(path), "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) > 3 && parts[1] == "Accounts" {
		return strings.Join(parts[3:], "/")
	}
	return strings.Join(parts, "/")
}
