package console

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/directory"
	"twilsim/simulator/journal"
)

// frame is what all pages have around a view.
type frame struct {
	Name     string // of the view and of its template
	Heading  string
	Base     string // of the paths of this account
	API      string // the path of the control API for this account
	Query    string // the search
	Nav      []link
	Accounts []link
	Server   *control.Server
	Alerts   int            // how many are not acknowledged
	Alarm    *journal.Alert // the newest error among them; nil for none
	Handsets int
	App      *appState // nil before the app was called
	View     any
	Closed   string       // suspended or closed, for an account that is not active; "" for one that is
	Run      *control.Run // whose simulator is shown; nil for this server's own

	path string // of the view, behind the base
}

// Types are the events of the stream.
func (f frame) Types() string {
	types := []string{"lost"}
	for _, t := range journal.Types() {
		types = append(types, string(t))
	}
	return strings.Join(types, " ")
}

// Find is the page that a search leads to: the same list, or that of the messages.
func (f frame) Find() string {
	if v, ok := f.View.(*accountView); ok {
		return f.Base + "/account/" + v.Part
	}
	if f.Name == "phones" || f.Run != nil && f.Name == "runs" {
		return f.Base + "/messages"
	}
	return f.Base + "/" + f.path
}

// Placeholder is an example of a search in the view.
func (f frame) Placeholder() string {
	switch f.Name {
	case "webhooks":
		return "MessageStatus:undelivered http:>=400"
	case "requests":
		return "method:POST http:>=400"
	case "alerts":
		return "code:11200 level:error"
	case "carrier":
		return "to:+44* then:unreachable"
	case "runs":
		return "words of a scenario's name"
	case "account":
		return "words of what is listed"
	}
	return "to:+1202* status:undelivered"
}

// link is an entry of a list of links.
type link struct {
	URL, Text string
	Current   bool
	Count     int
}

// Title is the page's title, with the number of alerts that nobody has acknowledged.
func (f frame) Title() string {
	title := f.Heading + " - twilsim"
	if f.Alerts > 0 {
		title = "(" + strconv.Itoa(f.Alerts) + ") " + title
	}
	return title
}

// appState is what the newest call to the app has shown of it.
type appState struct {
	*journal.Exchange
	Host string
}

func (r *request) appState() (*appState, error) {
	found, err := r.client.Webhooks(r.Context(), nil, 1)
	if err != nil || len(found.Webhooks) == 0 {
		return nil, err
	}
	x := found.Webhooks[0]
	u, err := url.Parse(cmp.Or(x.Dialed, x.URL))
	if err != nil {
		return nil, nil // it names no host
	}
	return &appState{x, u.Host}, nil
}

// Keys are the keys that the footer names: pairs of keys and what they do.
func (f frame) Keys() [][2]string {
	keys := [][2]string{{"j k", "move"}, {"Enter", "open"}}
	switch f.Name {
	case "phones":
		keys = append([][2]string{{"n", "text"}}, keys...)
	case "messages":
		keys = append(append([][2]string{{"/", "search"}}, keys...), [2]string{"p", "pause"})
	case "webhooks":
		keys = append(keys, [2]string{"x", "select"}, [2]string{"d", "diff"}, [2]string{"r", "replay"})
	case "requests":
		keys = append(keys, [2]string{"c", "copy"})
	case "alerts":
		keys = append(keys, [2]string{"Esc", "back"}, [2]string{"r", "replay"})
	case "carrier":
		keys = append(keys[:1:1], [2]string{"Alt ↑ ↓", "reorder"}, keys[1])
	}
	return append(keys, [2]string{"?", "all keys"})
}

func (c *console) frame(r *request) (*frame, error) {
	ctx := r.Context()
	server, err := r.client.Server(ctx)
	if err != nil {
		return nil, err
	}
	r.now, r.folder = server.Clock, server.Scenarios
	open, err := r.client.Alerts(ctx, []string{"acknowledged=false", "level!=info"}, 1)
	if err != nil {
		return nil, err
	}
	errors, err := r.client.Alerts(ctx, []string{"acknowledged=false", "level=error"}, 1)
	if err != nil {
		return nil, err
	}
	f := &frame{
		Name: r.view.name, Heading: r.view.title, Base: r.base, API: r.api(),
		Query: r.query("q"), Server: server, Alerts: open.Matched, Handsets: server.Counts.Handsets,
		path: r.view.path,
	}
	if len(errors.Alerts) > 0 {
		f.Alarm = errors.Alerts[0]
	}
	if f.App, err = r.appState(); err != nil {
		return nil, err
	}
	if r.run != "" {
		if f.Run, err = clientFor(c.api, r.Request, "", "").OneRun(ctx, r.run); err != nil {
			return nil, err
		}
	}
	for _, v := range c.views {
		if v.nav == "" || f.Run != nil && v.name == "runs" {
			continue
		}
		l := link{URL: r.base + "/" + v.path, Text: v.nav, Current: v.name == r.view.name}
		if v.path == "" {
			l.URL = r.base
		}
		if v.name == "alerts" {
			l.Count = f.Alerts
		}
		f.Nav = append(f.Nav, l)
	}
	if f.Run == nil {
		err = f.listAccounts(r)
	}
	return f, err
}

// maxAccounts is how many accounts there are to choose from: the main account and the newest.
const maxAccounts = 100

// listAccounts lists the accounts to choose from, and that of the page.
func (f *frame) listAccounts(r *request) error {
	shown, err := r.client.OneAccount(r.Context())
	if err != nil {
		return err
	}
	if shown.Status != directory.Active {
		f.Closed = shown.Status
	}
	accounts, err := r.client.FirstAccounts(r.Context(), maxAccounts)
	if err != nil {
		return err
	}
	list := accounts.Accounts
	if !slices.ContainsFunc(list, func(a control.Account) bool { return a.SID == shown.SID }) {
		list = append(list, *shown)
	}
	for i, a := range list {
		l := link{URL: Prefix, Text: a.FriendlyName, Current: a.SID == shown.SID}
		if i > 0 {
			l.URL += "/accounts/" + a.SID
		}
		if r.view.path != "" {
			l.URL += "/" + r.view.path
		}
		f.Accounts = append(f.Accounts, l)
	}
	return nil
}
