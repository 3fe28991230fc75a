package control

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/messaging"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// Prefix is the path under which the API lies: "/sim/v1" itself and all that begins with "/sim/v1/".
const Prefix = "/sim/v1"

// Info is what the API tells of its server, and whom it lets in. The zero value works.
type Info struct {
	Version string
	Seed    uint64
	Started time.Time             // zero is the time of [New]
	Routes  func() webhook.Routes // where public URLs are served at the moment; nil means nowhere else
	// Hosts are names, without a port, by which the server is reached beside those of this machine.
	Hosts []string
	// AnyHost lets requests in whatever their Host header says. Something else must then keep web pages out, such as a
	// token that every request needs.
	AnyHost bool
}

// api serves one account.
type api struct {
	account *messaging.Account
	info    Info
	mux     *http.ServeMux
	// ticker says when an idle stream gets a sign of life; a test gives its own.
	ticker func() (ticks <-chan time.Time, stop func())
}

// route is an endpoint.
type route struct {
	method, path string
	query        []string // the query parameters that it knows
	status       int      // of an answer that is no error; 0 is 200
	// One of the two serves it. answer returns what is sent as JSON; stream writes its answer itself, or returns an error
	// before it has written anything.
	answer func(*api, *http.Request) (any, error)
	stream func(*api, http.ResponseWriter, *http.Request) error
}

// routes is the API. The mux and the test of openapi.json read it.
func routes() []route {
	list := []string{"q", "limit"}
	return []route{
		{method: "GET", path: "", answer: (*api).server},
		{method: "GET", path: "/openapi.json", stream: (*api).openAPI},
		{method: "GET", path: "/credentials", answer: (*api).credentials},
		{method: "POST", path: "/reset", answer: (*api).reset},

		{method: "POST", path: "/texts", status: http.StatusCreated, answer: (*api).text},
		{method: "GET", path: "/messages", query: list, answer: (*api).messages},
		{method: "GET", path: "/messages/{ref}", answer: (*api).message},
		{method: "GET", path: "/messages/{ref}/story", answer: (*api).story},
		{method: "POST", path: "/messages/{ref}/deliver", answer: (*api).deliver},

		{method: "GET", path: "/await", query: []string{"kind", "q", "timeout"}, answer: (*api).await},
		{method: "GET", path: "/events", query: []string{"after", "type"}, stream: (*api).events},

		{method: "GET", path: "/export", query: []string{"q", "as", "secrets"}, stream: (*api).export},
		{method: "POST", path: "/import", status: http.StatusCreated, answer: (*api).importHistory},

		{method: "GET", path: "/webhooks", query: list, answer: (*api).webhooks},
		{method: "POST", path: "/webhooks", status: http.StatusCreated, answer: (*api).makeWebhook},
		{method: "GET", path: "/webhooks/{ref}", answer: (*api).webhook},
		{method: "POST", path: "/webhooks/{ref}/replay", status: http.StatusCreated, answer: (*api).replay},
		{method: "GET", path: "/webhooks/{ref}/curl", query: []string{"secrets"}, stream: (*api).curl},
		{method: "GET", path: "/webhooks/{ref}/diff/{other}", answer: (*api).diff},
		{method: "POST", path: "/signatures/verify", answer: (*api).verify},
		{method: "POST", path: "/signatures/spoil", answer: (*api).spoil},
		{method: "GET", path: "/requests", query: list, answer: (*api).requests},
		{method: "GET", path: "/requests/{ref}", answer: (*api).request},
		{method: "GET", path: "/requests/{ref}/curl", query: []string{"secrets"}, stream: (*api).curlRequest},
		{method: "GET", path: "/alerts", query: list, answer: (*api).alerts},
		{method: "GET", path: "/alerts/{ref}", answer: (*api).alert},
		{method: "POST", path: "/acknowledge", answer: (*api).acknowledge},

		{method: "GET", path: "/rules", answer: (*api).rules},
		{method: "POST", path: "/rules", status: http.StatusCreated, answer: (*api).addRule},
		{method: "PUT", path: "/rules", answer: (*api).replaceRules},
		{method: "DELETE", path: "/rules/{id}", answer: (*api).removeRule},
		{method: "GET", path: "/outcomes", answer: (*api).outcomes},
		{method: "GET", path: "/magic", answer: (*api).magic},

		{method: "GET", path: "/phones", answer: (*api).phones},
		{method: "PUT", path: "/phones/{number}", answer: (*api).setPhone},
		{method: "GET", path: "/numbers", answer: (*api).numbers},
		{method: "PUT", path: "/numbers/{number}", answer: (*api).setNumber},
		{method: "GET", path: "/services", answer: (*api).services},
		{method: "PUT", path: "/services/{sid}", answer: (*api).setService},
		{method: "GET", path: "/keys", answer: (*api).keys},
		{method: "POST", path: "/keys", status: http.StatusCreated, answer: (*api).addKey},
		{method: "DELETE", path: "/keys/{sid}", answer: (*api).removeKey},
		{method: "GET", path: "/bins", answer: (*api).bins},
		{method: "PUT", path: "/bins/{name}", answer: (*api).setBin},

		{method: "GET", path: "/clock", answer: (*api).clock},
		{method: "POST", path: "/clock/advance", answer: (*api).advance},
		{method: "POST", path: "/clock/run", answer: (*api).run},
		{method: "POST", path: "/clock/freeze", answer: (*api).freeze},
		{method: "POST", path: "/clock/resume", answer: (*api).resume},
	}
}

// New returns the API of an account.
func New(a *messaging.Account, info Info) http.Handler { return newAPI(a, info) }

func newAPI(a *messaging.Account, info Info) *api {
	if info.Started.IsZero() {
		info.Started = clock.Wall()
	}
	s := &api{account: a, info: info, mux: http.NewServeMux(), ticker: keepAlive}
	methods := map[string][]string{}
	for _, route := range routes() {
		s.mux.Handle(route.method+" "+Prefix+route.path, s.handler(route))
		methods[route.path] = append(methods[route.path], route.method)
	}
	for path, allowed := range methods {
		s.mux.Handle(Prefix+path, s.wrongMethod(allowed))
	}
	s.mux.HandleFunc("/", s.notFound)
	return s
}

// ServeHTTP answers a request of the API. Its path must begin with [Prefix].
func (s *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if err := s.admit(r); err != nil {
		writeError(w, err)
		return
	}
	// The mux would redirect to the clean path with a page of HTML.
	if given := r.URL.EscapedPath(); path.Clean("/"+given) != given {
		s.notFound(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

func (s *api) handler(route route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.serve(route, w, r); err != nil {
			writeError(w, err)
		}
	})
}

func (s *api) serve(route route, w http.ResponseWriter, r *http.Request) error {
	if err := checkQuery(r, route.query); err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, bodyLimit(route))
	if route.stream != nil {
		return route.stream(s, w, r)
	}
	answer, err := route.answer(s, r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if route.status != 0 {
		status = route.status
	}
	writeJSON(w, status, answer)
	return nil
}

// checkQuery refuses a query parameter that the endpoint does not know.
func checkQuery(r *http.Request, known []string) error {
	for name := range r.URL.Query() {
		if slices.Contains(known, name) {
			continue
		}
		e := &Error{Status: http.StatusBadRequest, Message: "unknown query parameter " + quote(name)}
		switch near := suggest.Nearest(name, known); {
		case near != "":
			e.Try = near
		case len(known) > 0:
			e.Try = "one of " + strings.Join(known, " ")
		}
		return e
	}
	return nil
}

func (s *api) wrongMethod(allowed []string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		writeError(w, &Error{
			Status: http.StatusMethodNotAllowed, Message: r.URL.Path + " does not take " + r.Method,
			Try: strings.Join(allowed, " or ") + " " + r.URL.Path,
		})
	}
}

func (s *api) notFound(w http.ResponseWriter, r *http.Request) {
	e := &Error{
		Status: http.StatusNotFound, Message: "there is no " + quote(r.URL.Path),
		Try: "GET " + Prefix + "/openapi.json lists all there is",
	}
	if near := suggest.Nearest(strings.TrimRight(r.URL.Path, "/"), pathsLike(r.URL.Path)); near != "" {
		e.Try = near
	}
	writeError(w, e)
}

// pathsLike returns the paths of the API, with the parts of p in the places of the parts that are free.
func pathsLike(p string) []string {
	given := strings.Split(strings.TrimRight(p, "/"), "/")
	var paths []string
	for _, route := range routes() {
		parts := strings.Split(Prefix+route.path, "/")
		if len(parts) != len(given) {
			continue
		}
		for i := range parts {
			if strings.HasPrefix(parts[i], "{") {
				parts[i] = given[i]
			}
		}
		paths = append(paths, strings.Join(parts, "/"))
	}
	return paths
}
