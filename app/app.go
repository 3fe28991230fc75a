package app

import (
	"io"
	"net/http"
	"sync"

	"github.com/gorilla/schema"
)

// App is the app as an [http.Handler]. Set its fields before the first request.
// It must not be copied.
type App struct {
	// AuthToken is the auth token of the account, with which Twilio signs its webhooks. Empty:
	// every webhook is refused.
	AuthToken string
	// PublicURL is where Twilio believes the app to be, such as https://shop.example, without a
	// slash at its end: what is signed is this and the path and query of the request. Empty: http
	// and the Host of each request.
	PublicURL string
	// Log receives the lines that the app prints, each in one Write, never two at once. Nil: they
	// are dropped.
	Log io.Writer

	logMu sync.Mutex // held while writing to Log

	consumerMu sync.Mutex
	consumer   consumer

	initOnce sync.Once
	mux      *http.ServeMux
	forms    *schema.Decoder
}

// ServeHTTP answers one request, see the package comment.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.initOnce.Do(a.init)
	a.mux.ServeHTTP(w, r)
}

func (a *App) init() {
	a.forms = schema.NewDecoder()
	a.forms.IgnoreUnknownKeys(true) // F-026: Twilio may add parameters at any time.

	a.mux = http.NewServeMux()
	a.mux.HandleFunc("GET /{$}", ready)
	a.mux.HandleFunc("GET /picture.png", servePicture)
	a.mux.HandleFunc("POST /events", a.events)
	for path, webhook := range map[string]http.HandlerFunc{
		"/sms":     a.sms,
		"/sms2":    a.sms2,
		"/status":  a.status,
		"/status/": a.status,
	} {
		a.mux.HandleFunc("POST "+path, a.signed(webhook))
		a.mux.HandleFunc("GET "+path, a.signed(webhook)) // F-037. HEAD comes here too.
	}
}

// ready answers the check whether the app is up.
func ready(w http.ResponseWriter, _ *http.Request) { answer{plainText, "ok"}.write(w) }

// base is the app's URL as Twilio knows it.
func (a *App) base(r *http.Request) string {
	if a.PublicURL != "" {
		return a.PublicURL
	}
	return "http://" + r.Host
}
