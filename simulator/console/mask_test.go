package console_test

import (
	"regexp"
	"strings"
	"testing"

	"twilsim/simulator/control"
)

// TestPagesMaskPasswords puts a URL with a password wherever a text can be. It may be in the
// controls of forms only.
func TestPagesMaskPasswords(t *testing.T) {
	const secret = "s3cr3t"
	link := "http://me:" + secret + "@localhost:9/"
	w := newWorld(t)
	w.populate(link)
	w.text("see " + link + " & <" + link + ">")
	_, err := w.client.SetNumber(t.Context(), shop, control.NumberWebhook{SmsFallbackURL: &link})
	if err != nil {
		t.Fatal(err)
	}
	w.text("fail")
	controls := regexp.MustCompile(`(?s)<input [^>]*>|<textarea .*?</textarea>`)
	found, edited := false, false
	for _, path := range allPaths(true) {
		page := w.get(path).Body.String()
		shown := controls.ReplaceAllString(page, "")
		if i := strings.Index(shown, secret); i >= 0 {
			t.Errorf("%s: %s", path, shown[max(i-60, 0):i+20])
		}
		found = found || strings.Contains(page, "me:xxxxx@")
		edited = edited || strings.Contains(page, `value="`+link+`"`)
	}
	if !found || !edited {
		t.Errorf("a URL is shown: %v, and can be edited: %v", found, edited)
	}
}
