package console

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/control"
)

// Prefix is the path of the console: "/console" itself and all paths that begin with "/console/".
const Prefix = "/console"

//go:embed assets templates
var files embed.FS

// templates are parsed on the first use, because most runs of the simulator never show a page.
var templates = sync.OnceValue(func() *template.Template { return parse(funcs) })

// templates12 write the times of a day in two times twelve hours.
var templates12 = sync.OnceValue(func() *template.Template {
	twelve := maps.Clone(funcs)
	twelve["hms"] = func(t time.Time) string { return t.Local().Format("3:04:05.000 PM") }
	twelve["hm"] = func(t time.Time) string { return t.Local().Format("3:04:05 PM") }
	return parse(twelve)
})

func parse(funcs template.FuncMap) *template.Template {
	return template.Must(template.New("console").Funcs(funcs).ParseFS(files, "templates/*.html"))
}

// hoursCookie says how a browser wants times to be written: 12, or else 24 hours.
const hoursCookie = "twilsim_hours"

// policy is the Content-Security-Policy of every answer.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// console serves the pages.
type console struct {
	api   http.Handler // of package control
	views []view
}

// view is a page: what it shows, and at which path behind the prefix and the account.
type view struct {
	path, name string
	title      string
	nav        string // its word in the navigation; "" if it is not there
	fill       func(*request) (any, error)
}

// New returns the console of a server whose control API is api.
func New(api http.Handler) http.Handler {
	return &console{api: api, views: []view{
		{path: "", name: "phones", title: "Phones", nav: "Phones", fill: phones},
		{path: "messages", name: "messages", title: "Messages", nav: "Messages", fill: messages},
		{path: "webhooks", name: "webhooks", title: "Webhooks", nav: "Webhooks", fill: webhooks},
		{path: "requests", name: "requests", title: "API", nav: "API", fill: requests},
		{path: "alerts", name: "alerts", title: "Alerts", nav: "Alerts", fill: alerts},
		{path: "carrier", name: "carrier", title: "Carrier", nav: "Carrier", fill: carrierPage},
		{path: "runs", name: "runs", title: "Runs", nav: "Runs", fill: runsPage},
		{path: "account", name: "account", title: "Account", nav: "Account", fill: accountPage},
	}}
}

// request is one request for a page.
type request struct {
	*http.Request
	client  *control.Client
	base    string // of the paths of this account: /console or /console/accounts/AC…
	account string // as in the path; "" for the main account
	view    *view
	ref     string // the thing that the path names; "" for none
	run     string // the run whose simulator is shown; "" for this server's own
	now     control.Clock
	folder  string // of scenarios that the server may write; "" for none
}

// api returns the path of the control API for the account of the request.
func (r *request) api() string { return control.Prefix + r.base[len(Prefix):] }

// query returns a parameter of the URL.
func (r *request) query(name string) string { return r.URL.Query().Get(name) }

// ServeHTTP serves a page or one of its files.
func (c *console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if r.URL.Path == loginPath && r.Method == http.MethodPost {
		c.login(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "the console's pages only take GET: "+control.Prefix+" changes things",
			http.StatusMethodNotAllowed)
		return
	}
	rest := strings.TrimPrefix(r.URL.Path, Prefix)
	if name, ok := strings.CutPrefix(rest, "/assets/"); ok {
		c.asset(w, r, name)
		return
	}
	h.Set("Cache-Control", "no-store")
	page, err := c.page(c.request(r, strings.Trim(rest, "/")))
	if err != nil {
		c.fail(w, r, err)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page) // nothing to do when the browser has gone
}

// fail answers with an error in place of a page; without a token, with the login.
func (c *console) fail(w http.ResponseWriter, r *http.Request, err error) {
	page := c.failure(r, err)
	if statusOf(err) == http.StatusUnauthorized {
		page = loginPage(r.URL.RequestURI(), "")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(statusOf(err))
	_, _ = w.Write(page)
}

// request splits the path behind the prefix into account, view and thing.
func (c *console) request(r *http.Request, rest string) *request {
	req := &request{Request: r, base: Prefix}
	mount := ""
	if behind, ok := strings.CutPrefix(rest, "runs/"); ok {
		id, path, _ := strings.Cut(behind, "/")
		if sim, inside := strings.CutPrefix("/"+path, control.RunSimulator); inside &&
			(sim == "" || sim[0] == '/') {
			req.run, rest = id, strings.TrimPrefix(sim, "/")
			mount = "/runs/" + url.PathEscape(id) + control.RunSimulator
			req.base += mount
		}
	}
	if behind, ok := strings.CutPrefix(rest, "accounts/"); ok {
		req.account, rest, _ = strings.Cut(behind, "/")
		req.base += "/accounts/" + url.PathEscape(req.account)
	}
	name, ref, _ := strings.Cut(rest, "/")
	for i := range c.views {
		if c.views[i].path == name {
			req.view, req.ref = &c.views[i], ref
		}
	}
	req.client = clientFor(c.api, r, req.account, mount)
	return req
}

// page renders the page of a request.
func (c *console) page(r *request) ([]byte, error) {
	if r.view == nil {
		return nil, &control.Error{Status: http.StatusNotFound,
			Message: "there is no page at " + r.URL.Path, Try: r.base}
	}
	f, err := c.frame(r)
	if err != nil {
		return nil, err
	}
	if f.View, err = r.view.fill(r); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	set := templates()
	if cookie, err := r.Cookie(hoursCookie); err == nil && cookie.Value == "12" {
		set = templates12()
	}
	err = set.ExecuteTemplate(&b, "layout.html", f)
	return []byte(masked(b.String())), err
}

// failure renders an error in place of a page.
func (c *console) failure(r *http.Request, err error) []byte {
	var b bytes.Buffer
	var known *control.Error
	if !errors.As(err, &known) {
		known = &control.Error{Message: err.Error()}
	}
	if err := templates().ExecuteTemplate(&b, "error.html", known); err != nil {
		return []byte(masked(template.HTMLEscapeString(err.Error())))
	}
	return []byte(masked(b.String()))
}

func statusOf(err error) int {
	var known *control.Error
	if errors.As(err, &known) {
		return cmp.Or(known.Status, http.StatusInternalServerError)
	}
	return http.StatusInternalServerError
}

// types are the content types of assets, which must not depend on the machine's table.
var types = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func (c *console) asset(w http.ResponseWriter, r *http.Request, name string) {
	data, err := files.ReadFile("assets/" + name)
	if err != nil {
		http.Error(w, "there is no "+r.URL.Path, http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", types[path.Ext(name)])
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(data)
}
