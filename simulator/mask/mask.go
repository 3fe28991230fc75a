// Package mask makes a text fit to be printed or written into a report or an export: it hides the
// passwords of URLs, and escapes characters that may control a terminal.
package mask

import "strings"

// hidden is what stands in place of a password, as [net/url.URL.Redacted] has it.
const hidden = "xxxxx"

// Text returns s with the password of each URL hidden, also of a URL that is encoded, as in a form
// or in the query of another URL. It does not need to be a valid URL.
//
//	https://user:secret@shop.example       https://user:xxxxx@shop.example
//	Url=https%3A%2F%2Fuser%3Asecret%40x    Url=https%3A%2F%2Fuser%3Axxxxx%40x
func Text(s string) string {
	if !strings.Contains(s, "@") && !strings.Contains(s, "%40") {
		return s
	}
	s = each(s, "://", "/?#\\\"'<>` \t\r\n", nil)
	for _, slashes := range []string{"%3A%2F%2F", "%3a%2f%2f"} {
		s = each(s, slashes, "/?#&\\\"'<>` \t\r\n", []string{"%2F", "%2f", "%3F", "%3f", "%23"})
	}
	return s
}

// each hides the password behind each occurrence of slashes. The authority of a URL ends at one of
// the characters or texts of end.
func each(s, slashes, end string, ends []string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, slashes)
		if i < 0 {
			break
		}
		i += len(slashes)
		authority := s[i:]
		if n := endOf(authority, end); n >= 0 {
			authority = authority[:n]
		}
		for _, text := range ends {
			if n := strings.Index(authority, text); n >= 0 {
				authority = authority[:n]
			}
		}
		b.WriteString(s[:i])
		b.WriteString(password(authority))
		s = s[i+len(authority):]
	}
	if b.Len() == 0 {
		return s
	}
	b.WriteString(s)
	return b.String()
}

// endOf returns where one of the characters of end is, -1 for nowhere. JSON has \u0026 for an &,
// which a password may have; in a form it ends a parameter.
func endOf(authority, end string) int {
	inForm := strings.Contains(end, "&")
	for from := 0; ; {
		n := strings.IndexAny(authority[from:], end)
		if n < 0 {
			return -1
		}
		if n += from; inForm || !strings.HasPrefix(authority[n:], `\u0026`) {
			return n
		}
		from = n + 1
	}
}

// password hides the password of a URL's authority.
func password(authority string) string {
	at := max(strings.LastIndex(authority, "@"), strings.LastIndex(authority, "%40"))
	if at < 0 {
		return authority
	}
	colon := -1
	for _, text := range []string{":", "%3A", "%3a"} {
		n := strings.Index(authority[:at], text)
		if n >= 0 && (colon < 0 || n+len(text) < colon) {
			colon = n + len(text)
		}
	}
	if colon < 0 || colon == at {
		return authority
	}
	return authority[:colon] + hidden + authority[at:]
}
