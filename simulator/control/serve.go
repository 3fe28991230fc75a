package control

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/messaging"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// Prefix is the path of the API: "/sim/v1" itself and all paths that begin with "/sim/v1/".
const Prefix = "/sim/v1"

// Info is what the API reports about its server, and which requests it allows. The zero value
// works.
type Info struct {
	Version string
	Seed    uint64
	Started time.Time // zero means the time of [New]
	// where public URLs are served at the moment; nil means nowhere else
	Routes func() webhook.Routes
	// Scenario writes a scenario of what happened; nil if the server cannot.
	Scenario func(context.Context, Recorded) ([]byte, error)
	// Library is the folder of scenarios that the server runs and writes; nil for none.
	Library Library
	// Hosts are further names of the server, without a port, besides those of this machine.
	Hosts []string
	// AccessToken is the bearer token that every request needs; "" is none. With it, any Host
	// header is allowed.
	AccessToken string
}

// api serves the accounts of one server. Each request is about one account. It does not change
// after newAPI except for account, which serve sets in a copy; so requests may run at the same
// time.
type api struct {
	accounts *messaging.Accounts
	account  *messaging.Account // of the request; the main account if the path names none
	info     Info
	mux      *http.ServeMux
	// ticker says when an idle stream sends a comment. It is a field so that a test can replace it.
	ticker func() (ticks <-chan time.Time, stop func())
}

// New returns the API of a server's accounts. It is safe for concurrent use, and serves paths below
// [Prefix] only.
func New(accounts *messaging.Accounts, info Info) http.Handler { return newAPI(accounts, info) }

func newAPI(accounts *messaging.Accounts, info Info) *api {
	if info.Started.IsZero() {
		info.Started = clock.Wall()
	}
	s := &api{
		accounts: accounts, account: accounts.Main(), info: info, mux: http.NewServeMux(),
		ticker: keepAlive,
	}
	// a pattern without a method is less specific, so it gets only the methods that have no route
	methods := map[string][]string{}
	for _, route := range routes() {
		for _, path := range route.paths() {
			s.mux.Handle(route.method+" "+Prefix+path, s.handler(route))
			methods[path] = append(methods[path], route.method)
		}
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
	if err := s.info.admit(r); err != nil {
		writeError(w, err)
		return
	}
	// only now, because it asks for a token in a header, which a web page must not be asked for
	if err := s.info.checkToken(w, r); err != nil {
		writeError(w, err)
		return
	}
	// The mux would redirect to the clean path, with an HTML page.
	if given := r.URL.EscapedPath(); path.Clean("/"+given) != given {
		s.notFound(w, r)
		return
	}
	if s.mounted(w, r) {
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

// paths returns the paths of an endpoint: for the main account, and for the account that the path
// names.
func (r route) paths() []string {
	if r.global {
		return []string{r.path}
	}
	return []string{r.path, accountPath + r.path}
}

// accountHeader says in an answer which account it is about, if there are several: the SID, and
// the friendly name with percent-encoding. A list can thus name its account without a request of
// its own, which took a client command a tenth of its time.
const accountHeader = "X-Twilsim-Account"

// accountPath comes before the path of an endpoint that is about another account than the main one.
const accountPath = "/accounts/{account}"

// serve finds the account, checks the query, limits the body, and only then calls the endpoint.
func (s *api) serve(route route, w http.ResponseWriter, r *http.Request) error {
	if name := r.PathValue("account"); name != "" {
		account, err := s.find(name)
		if err != nil {
			return err
		}
		other := *s
		other.account = account
		s = &other
	}
	if err := checkQuery(r, route.queryNames()); err != nil {
		return err
	}
	if s.accounts.Count() > 1 {
		w.Header().Set(accountHeader, s.account.SID+" "+
			url.PathEscape(s.account.Profile().FriendlyName))
	}
	r.Body = http.MaxBytesReader(w, r.Body, cmp.Or(route.limit, maxBody))
	if route.stream != nil {
		return route.stream(s, w, r)
	}
	answer, err := route.answer(s, r)
	if err != nil {
		return err
	}
	status := cmp.Or(route.status, http.StatusOK)
	if take, ok := r.Context().Value(takerKey{}).(taker); ok && take(answer) {
		w.WriteHeader(status)
		return nil
	}
	writeJSON(w, status, answer, showsSecrets(r))
	return nil
}

// checkQuery refuses a query parameter that the endpoint does not know, so that a misspelt one is
// not ignored.
func checkQuery(r *http.Request, known []string) error {
	for name := range r.URL.Query() {
		if slices.Contains(known, name) {
			continue
		}
		e := &Error{Status: http.StatusBadRequest,
			Message: "unknown query parameter " + quote(name)}
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
		Try: "GET " + Prefix + "/openapi.json lists all paths",
	}
	if near := suggest.Nearest(strings.TrimRight(r.URL.Path, "/"),
		pathsLike(r.URL.Path)); near != "" {
		e.Try = near
	}
	writeError(w, e)
}

// pathsLike returns the paths of the API with as many parts as p, with the parts of p in place of
// variable parts.
func pathsLike(p string) []string {
	given := strings.Split(strings.TrimRight(p, "/"), "/")
	var paths []string
	for _, route := range routes() {
		for _, path := range route.paths() {
			parts := strings.Split(Prefix+path, "/")
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
	}
	return paths
}
