package messaging

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/carrier"
)

// serveFile makes the app serve n bytes of a type.
func serveFile(app *app, path, contentType string, n int) {
	app.handle(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(make([]byte, n))
	})
}

// TestOutboundMedia checks which files are fetched, and the codes of messages whose files cannot be
// used (F-329).
func TestOutboundMedia(t *testing.T) {
	app := newApp(t)
	serveFile(app, "/cat.png", "image/png", 5<<20)
	serveFile(app, "/large.png", "image/png", 5<<20+1)
	serveFile(app, "/half.png", "image/png", 3<<20)
	serveFile(app, "/card", "text/vcard", 500<<10)
	serveFile(app, "/long", "text/vcard", 500<<10+1)
	serveFile(app, "/film", "video/mp4", 16<<20)
	serveFile(app, "/long film", "video/mp4", 16<<20+1)
	serveFile(app, "/empty", "text/plain", 0)
	app.handle("/gone", http.NotFound)
	serveFile(app, "/page", "text/html; charset=utf-8", 10)
	const whats = "whatsapp:"
	for _, tt := range []struct {
		name, prefix string
		urls         []string // below the app
		history      string   // what it ends with
		alerts       []string
		files        []string
	}{
		{"a picture", "", []string{"/cat.png"}, "delivered 1s", nil, []string{"image/png"}},
		{"two files", "", []string{"/half.png", "/card"}, "delivered 1s", nil,
			[]string{"image/png", "text/vcard"}},
		{"nothing in it", "", []string{"/empty"}, "delivered 1s", nil, []string{"text/plain"}},
		{"a large picture", "", []string{"/large.png"}, "failed 0s 11751",
			[]string{"11751 error 0:0"}, nil},
		{"a large file of another type", "", []string{"/long"}, "failed 0s 11751",
			[]string{"11751 error 0:0"}, nil},
		{"too much in total", "", []string{"/half.png", "/half.png"}, "failed 0s 11751",
			[]string{"11751 error 0:0"}, nil}, // F-137
		{"gone", "", []string{"/gone"}, "failed 0s 21620", []string{"11200 error 0:0"}, nil},
		{"nobody there", "", []string{"http://localhost:1/x"}, "failed 0s 21620",
			[]string{"11202 error 0:0"}, nil},
		{"a page", "", []string{"/page"}, "failed 0s 12300", []string{"12300 error 0:0"}, nil},
		{"a page on WhatsApp", whats, []string{"/page"}, "failed 0s 63021", nil, nil},
		{"outside", "", []string{"https://demo.example/owl.png"}, "delivered 1s",
			[]string{"SIM-1 warning 0:0"}, []string{"image/png"}},
		{"a film on WhatsApp", whats, []string{"/film"}, "delivered 1s", nil,
			[]string{"video/mp4"}},
		// F-296
		{"a long film on WhatsApp", whats, []string{"/long%20film"}, "failed 0s 63034", nil, nil},
		{"gone on WhatsApp", whats, []string{"/gone"}, "failed 0s 63019",
			[]string{"11200 error 0:0"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newAccount(t, app)
			a.openWindow(whats+customer, whats+shop, a.Clock.Now())
			m := send(t, a, draft(func(d *Draft) {
				d.To, d.From, d.Body = tt.prefix+customer, tt.prefix+shop, ""
				for _, u := range tt.urls {
					if !strings.Contains(u, "://") {
						u = app.URL + u
					}
					d.MediaURL = append(d.MediaURL, u)
				}
			}))
			if !strings.HasPrefix(m.ID(), "MM") { // F-351
				t.Errorf("SID %s", m.ID())
			}
			advance(t, a, time.Minute)
			lines := history(m)
			if got := lines[len(lines)-1]; got != tt.history {
				t.Errorf("ended with %s, want %s", got, tt.history)
			}
			want := append([]string{}, tt.alerts...)
			if m.Snapshot().Status == carrier.Failed {
				want = append(want, "SIM-4 warning 0:0")
			}
			if diff := cmp.Diff(want, alerts(a)); diff != "" {
				t.Errorf("alerts (-want +got):\n%s", diff)
			}
			if tt.files == nil {
				return
			}
			var files []string
			for _, media := range m.Snapshot().Media {
				files = append(files, media.ContentType)
				if got, ok := a.Media(m.ID(), media.SID); ok != (media.Data != nil) || ok &&
					got.ContentType != media.ContentType {
					t.Errorf("file %s: %v, %s", media.SID, ok, got.ContentType)
				}
			}
			if diff := cmp.Diff(tt.files, files); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReplyWithMedia checks that the files of a reply are fetched as well, and that DeleteMedia
// removes one.
func TestReplyWithMedia(t *testing.T) {
	app := newApp(t)
	serveFile(app, "/cat.png", "image/png", 3)
	app.answer("/sms", reply("", "<Body>cat</Body><Media>/cat.png</Media>"))
	a := newAccount(t, app)
	m := text(t, a, "hi").Replies[0]
	advance(t, a, time.Minute)
	f := m.Snapshot()
	if len(f.Media) != 1 || !strings.HasPrefix(f.Media[0].SID, "ME") || len(f.Media[0].Data) != 3 ||
		f.Status != carrier.Delivered {
		t.Fatalf("reply %+v", f)
	}
	if err := a.DeleteMedia(m.ID(), f.Media[0].SID); err != nil {
		t.Fatal(err)
	}
	if got := refused(a.DeleteMedia(m.ID(), f.Media[0].SID)); got != "404 20404 Not Found" ||
		len(m.Snapshot().Media) != 0 {
		t.Errorf("deleted twice: %s, %+v", got, m.Snapshot().Media)
	}
}

// TestMovedWhileFetching moves a message by hand while the app serves its file: the script, which
// begins when the file is there, must not take it any further.
func TestMovedWhileFetching(t *testing.T) {
	for _, tt := range []struct {
		to   carrier.Status
		want []string
	}{
		{carrier.Sent, []string{"sent"}},
		{carrier.Delivered, []string{"delivered"}},
		{carrier.Failed, []string{"failed"}},
		{carrier.Canceled, []string{"canceled"}},
	} {
		t.Run(string(tt.to), func(t *testing.T) {
			app := newApp(t)
			a := newAccount(t, app)
			var m *Message
			app.handle("/cat.png", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "image/png")
				if r.Method == http.MethodHead {
					return
				}
				if _, err := a.Deliver(m.ID(), tt.to, 0, true); err != nil {
					t.Error(err)
				}
			})
			m = send(t, a, draft(func(d *Draft) {
				d.MediaURL, d.StatusCallback = []string{app.URL + "/cat.png"}, app.URL+"/status"
			}))
			advance(t, a, time.Hour)
			if diff := cmp.Diff(tt.want, app.statuses(t, "/status")); diff != "" {
				t.Errorf("callbacks (-want +got):\n%s", diff)
			}
			if f := m.Snapshot(); f.Status != tt.to || f.By != "deliver" ||
				len(f.Media[0].Data) != 0 {
				t.Errorf("%s by %s, %d bytes", f.Status, f.By, len(f.Media[0].Data))
			}
		})
	}
}
