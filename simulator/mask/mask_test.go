package mask

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		"no URL":                               "no URL",
		"mail me@shop.example":                 "mail me@shop.example",
		"https://shop.example/sms":             "https://shop.example/sms",
		"https://user@shop.example":            "https://user@shop.example",
		"https://user:@shop.example":           "https://user:@shop.example",
		"https://u:p@shop.example/a?b":         "https://u:xxxxx@shop.example/a?b",
		"https://u:p@q@shop.example":           "https://u:xxxxx@shop.example",
		"https://u:p:q@shop.example":           "https://u:xxxxx@shop.example",
		"https://:p@shop.example":              "https://:xxxxx@shop.example",
		"HTTP://u:p@[::1]:80/":                 "HTTP://u:xxxxx@[::1]:80/",
		"two: http://a:b@c, http://d:e@f.":     "two: http://a:xxxxx@c, http://d:xxxxx@f.",
		"http://host:80/user@home":             "http://host:80/user@home",
		"http://host:80/?u=http://a:b@c":       "http://host:80/?u=http://a:xxxxx@c",
		`{"sms_url":"http://a:b@c","x":"y@z"}`: `{"sms_url":"http://a:xxxxx@c","x":"y@z"}`,
		`<Message action="http://a:b@c/d">`:    `<Message action="http://a:xxxxx@c/d">`,
		"Url=https%3A%2F%2Fu%3Ap%40x%2Fy&Z=1":  "Url=https%3A%2F%2Fu%3Axxxxx%40x%2Fy&Z=1",
		"Url=https%3a%2f%2fu%3ap%2540%40x&Z=1": "Url=https%3a%2f%2fu%3axxxxx%40x&Z=1",
		"Url=https%3A%2F%2Fu:p@x%2Fy":          "Url=https%3A%2F%2Fu:xxxxx@x%2Fy",
		"Url=https%3A%2F%2Fx%2Fy&To=a%3Ab%40c": "Url=https%3A%2F%2Fx%2Fy&To=a%3Ab%40c",
		"://:@":                                "://:@",
		"http://u:it's@h/":                     "http://u:xxxxx@h/",
		"Location: //u:p@h/":                   "Location: //u:xxxxx@h/",
		"///u:p@h":                             "///u:xxxxx@h",
		"/u:p@h and a/b:c@d":                   "/u:p@h and a/b:c@d",
		`{"u":"http:\/\/u:p@h\/a@b"}`:          `{"u":"http:\/\/u:xxxxx@h\/a@b"}`,
		`"{\"u\":\"http:\\/\\/u:p@h\\/\"}"`:    `"{\"u\":\"http:\\/\\/u:xxxxx@h\\/\"}"`,
		`"http:\u002f\u002fu:p\u0026q\u0040h"`: `"http:\u002f\u002fu:xxxxx\u0040h"`,
		"<U>http:&#x2F;&#47;u&#58;p&#64;h</U>": "<U>http:&#x2F;&#47;u&#58;xxxxx&#64;h</U>",
		"http&colon;&sol;&sol;u:p&commat;h":    "http&colon;&sol;&sol;u:xxxxx&commat;h",
		"http://h:1&quot; me@shop.example":     "http://h:1&quot; me@shop.example",
		"http://u:a&amp;b&eacute;&#233;@h":     "http://u:xxxxx@h",
		"?u=http%253A%252F%252Fu%253Ap%2540h":  "?u=http%253A%252F%252Fu%253Axxxxx%2540h",
		"http://u:a%2Fb%3Fc%23d%22@h/%2F":      "http://u:xxxxx@h/%2F",
		"http://100%&co:p%@h":                  "http://100%&co:xxxxx@h",
		"http%3A%2F%2Fh%3A1%2Fa&From=a@b":      "http%3A%2F%2Fh%3A1%2Fa&From=a@b",
		"http%3A%2F%2Fh%3A1&From=a@b":          "http%3A%2F%2Fh%3A1&From=a@b",
		"// see http: me@shop.example":         "// see http: me@shop.example",
		"http%3A%2F%2Fh+Questions%3A+a%40b":    "http%3A%2F%2Fh+Questions%3A+a%40b",
		"http%253A%252F%252Fh%2Bat%253Aa%2540": "http%253A%252F%252Fh%2Bat%253Aa%2540",
		"http%253A%252F%252Fh%26a%253Ab%2540c": "http%253A%252F%252Fh%26a%253Ab%2540c",
		"Url=http%3A%2F%2Fu%3Ap%2Bq%40h":       "Url=http%3A%2F%2Fu%3Axxxxx%40h",
		"http://u:p+q@h":                       "http://u:xxxxx@h",
	} {
		if got := Text(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestTextIsLinear masks texts that are long and hostile. In a time that grows with the square of
// their length, each would take minutes.
func TestTextIsLinear(t *testing.T) {
	for _, part := range []string{`\`, `\\/`, `\u0040`, `\u`, "&", "&#", "&#x2f;", "&amp;", "%", "%25",
		"%2F", "%252F", "//", "/", "//a:", "//a@", ":", "@"} {
		got := Text("@ //x:y" + strings.Repeat(part, 1<<20/len(part)) + "@h //u:secret@h")
		if strings.Contains(got, "secret") {
			t.Errorf("%q many times: a password is left", part)
		}
	}
}

// FuzzText checks that no password stays, however the URL is written, and that nothing else
// changes.
func FuzzText(f *testing.F) {
	f.Add("user", "secret", "shop.example", "Body=hi")
	f.Add("u%40", "p:@/?#", "[::1]:80", "%40 ://")
	f.Fuzz(func(t *testing.T, user, password, host, around string) {
		if password == "" || len(password) < 4 || strings.ContainsAny(host, "@/?#") ||
			strings.Contains(user+host+around+hidden, password) {
			t.Skip("the password is too short or is also elsewhere in the text")
		}
		u := url.URL{Scheme: "https", User: url.UserPassword(user, password), Host: "h", Path: "/x"}
		name, secret, _ := strings.Cut(u.User.String(), ":")
		masked := "https://" + name + ":" + hidden + "@h/x"
		for _, write := range []func(string) string{
			func(u string) string { return u },
			func(u string) string { quoted, _ := json.Marshal(u); return string(quoted) },
			func(u string) string { return "Url=" + url.QueryEscape(u) + "&A=1" },
			func(u string) string { return "Url=" + url.QueryEscape(url.QueryEscape(u)) + "&A=1" },
			func(u string) string { return strings.TrimPrefix(u, "https:") },
			func(u string) string { return `"` + strings.ReplaceAll(u, "/", `\/`) + `"` },
			strings.NewReplacer("/", "&#x2F;", "&", "&amp;", "'", "&#39;").Replace,
		} {
			text := write(u.String())
			got := Text(text)
			// the user's name may have the same letters, in this form only
			if strings.Contains(got, secret) && !strings.Contains(write(masked), secret) {
				t.Errorf("%q is %q", text, got)
			}
			if again := Text(got); again != got {
				t.Errorf("%q is %q the second time", got, again)
			}
		}
		// without an @, however it is written
		plain := strings.NewReplacer("@", "", "%", "", `\`, "", "&", "").Replace(around)
		if Text(plain) != plain {
			t.Errorf("%q has no URL and is %q", plain, Text(plain))
		}
	})
}
