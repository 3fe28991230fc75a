package console

import (
	"strings"

	"twilsim/simulator/mask"
)

// masked returns a page without the passwords of URLs, but for the controls of its forms: what is
// edited there is saved again. It looks at the whole page, because URLs are in texts of every kind.
func masked(page string) string {
	var b strings.Builder
	for page != "" {
		from, to := nextControl(page)
		b.WriteString(mask.Text(page[:from]))
		b.WriteString(page[from:to])
		page = page[to:]
	}
	return b.String()
}

// nextControl returns where the next input or textarea of a page is, its end for none. The
// templates escape what they show, so a tag is one of theirs.
func nextControl(page string) (from, to int) {
	from = len(page)
	for _, c := range []struct{ begin, end string }{{"<input ", ">"},
		{"<textarea ", "</textarea>"}} {
		i := strings.Index(page[:from], c.begin)
		if i < 0 {
			continue
		}
		n := strings.Index(page[i:], c.end)
		if n < 0 {
			n = len(page) - i - len(c.end)
		}
		from, to = i, i+n+len(c.end)
	}
	return from, max(from, to)
}
