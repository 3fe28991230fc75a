package journal

import (
	"html"
	"net/http"
	"strings"

	"twilsim/simulator/lazy"
)

// ErrorLines returns the first lines of text in the answer of an app that failed with a status of
// 400 or more: its error in words. Of a web page they are what a browser would show.
func (x *Exchange) ErrorLines(most int) []string {
	if x.Status < http.StatusBadRequest || x.Purpose == API {
		return nil
	}
	body := strings.TrimSpace(x.ResponseBody)
	if strings.HasPrefix(body, "<") {
		body = pageText(body)
	}
	var lines []string
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, " \t\r\n")
		if strings.TrimSpace(line) != "" && len(lines) < most {
			lines = append(lines, line)
		}
	}
	return lines
}

var (
	unseen = lazy.Regexp(`(?is)<head\b.*?</head>|<script\b.*?</script>|<style\b.*?</style>` +
		`|<!--.*?-->`)
	lineEnds = lazy.Regexp(`(?i)<br\b[^>]*>|</(?:p|h[1-6]|div|li|tr|pre|title)>`)
	tags     = lazy.Regexp(`(?s)<[^>]*>`)
)

// pageText returns the text of a web page, roughly.
func pageText(page string) string {
	page = unseen().ReplaceAllString(page, "")
	page = lineEnds().ReplaceAllString(page, "\n")
	page = html.UnescapeString(tags().ReplaceAllString(page, ""))
	return strings.ReplaceAll(page, "\u00a0", " ")
}
