package webhook

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFetch checks that files come from this machine only, and are read up to the limit.
func TestFetch(t *testing.T) {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "HEAD /post.png":
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		case "HEAD /page.png":
			w.Header().Set("Content-Type", "text/html")
			return
		case "GET /cat.png", "HEAD /cat.png", "GET /post.png", "GET /page.png":
		default:
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write([]byte("12345"))
	}))
	t.Cleanup(app.Close)
	c := &Client{Routes: Routes{{Public: "https://shop.example", Local: app.URL}}}
	t.Cleanup(c.Close)
	picture := func(data, head string) *File {
		return &File{ContentType: "image/png", Data: []byte(data), Head: head}
	}
	for _, tt := range []struct {
		name, url string
		limit     int64
		want      *File
		code      string
	}{
		{"whole", app.URL + "/cat.png", 5, picture("12345", ""), ""},
		{"too long", app.URL + "/cat.png", 3, picture("1234", ""), ""},
		{"routed", "https://shop.example/cat.png", 5, picture("12345", ""), ""},
		{"no HEAD", app.URL + "/post.png", 5, picture("12345", "405"), ""}, // F-329
		{"another HEAD", app.URL + "/page.png", 5,
			picture("12345", `the type "text/html", and GET with "image/png"`), ""},
		{"not there", app.URL + "/dog.png", 5, nil, CodeRetrieval},
		{"connection refused", "http://localhost:1/", 5, nil, CodeRefused},
		{"outside", "http://demo.example/cat.png", 5, nil, CodeOutside},
		{"no URL", "http://%zz", 5, nil, CodeInvalidURL},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file, failure := c.Fetch(t.Context(), tt.url, tt.limit)
			code := ""
			if failure != nil {
				code = failure.Code
			}
			if diff := cmp.Diff(tt.want, file); diff != "" || code != tt.code {
				t.Errorf("code %q, want %q, file (-want +got):\n%s", code, tt.code, diff)
			}
		})
	}
}
