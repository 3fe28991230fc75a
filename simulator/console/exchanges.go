package console

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/control"
	"twilsim/simulator/journal"
)

// exchangesView is a list of webhooks or of requests, with one that is open.
type exchangesView struct {
	listPage
	API       string
	Kind      string // webhooks or requests: the path of the page and of the API
	One       string // webhook or request
	Rows      []exchangeRow
	Open      bool // the URL names one
	Exchange  *exchangeView
	Missing   string
	Placehold string
}

// exchangeRow is a row of the list.
type exchangeRow struct {
	*journal.Exchange
	What string
	Tags []string
}

// exchangeView is everything about one exchange.
type exchangeView struct {
	*journal.Exchange
	Base, Kind string
	What       string
	Client     string // the SDK that made a request
	Params     []param
	Names      string // of the parameters, with spaces between
	Headers    []param
	Answer     []param // the headers of the answer
	Lines      []answerLine
	Alerts     []*journal.Alert
	Signing    *control.Signing
	Attempts   []*journal.Exchange
	Compare    string // the webhook with which it is compared; "" for none
	Diff       *control.Diff
	Order      *order // of the two that are compared; nil for none
	Secret     bool
}

// param is a name with its value, and a note about it.
type param struct{ Name, Value, Note string }

// answerLine is a line of an answer, with the alerts about it.
type answerLine struct {
	Number int
	Text   string
	Alerts []*journal.Alert
}

func webhooks(r *request) (any, error) {
	v := &exchangesView{listPage: r.listPage(), API: r.api(), Kind: "webhooks", One: "webhook"}
	found, err := r.client.WebhooksFrom(r.Context(), exchangeWords(v.Query), v.Skip, windowRows)
	if v.wrong(err) {
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	v.Matched, v.Counted = found.Matched, !found.More
	return v, v.fill(r, found.Webhooks, r.client.Webhook)
}

func requests(r *request) (any, error) {
	v := &exchangesView{listPage: r.listPage(), API: r.api(), Kind: "requests", One: "request"}
	found, err := r.client.RequestsFrom(r.Context(), exchangeWords(v.Query), v.Skip, windowRows)
	if v.wrong(err) {
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	v.Matched, v.Counted = found.Matched, !found.More
	return v, v.fill(r, found.Requests, r.client.Request)
}

// exchangeWords splits a search. Words in front of the first condition are searched in the URL.
func exchangeWords(search string) []string {
	if search == "" {
		return nil
	}
	split := journal.SplitQuery(search, journal.ExchangeFields(), true)
	if first := split[0]; !strings.ContainsAny(first, ":=!") {
		split[0] = "url=*" + first + "*"
	}
	return split
}

// fill makes the rows, and reads the exchange that is open.
func (v *exchangesView) fill(r *request, list []*journal.Exchange,
	get func(ctx context.Context, ref string) (*journal.Exchange, error)) error {
	for _, x := range list {
		row := exchangeRow{Exchange: x, What: whatOf(x)}
		if x.ReplayOf != "" {
			row.Tags = append(row.Tags, "replay of "+x.ReplayOf)
		}
		for _, f := range x.Faults {
			row.Tags = append(row.Tags, f.String())
		}
		v.Rows = append(v.Rows, row)
	}
	ref := r.ref
	v.Open = ref != ""
	if ref == "" && len(list) > 0 && v.Skip == 0 {
		ref = list[0].Name
	}
	if ref == "" {
		return nil
	}
	var known *control.Error
	x, err := get(r.Context(), ref)
	if asMissing(err, &known) {
		v.Missing = known.Message
		return nil
	}
	if err != nil {
		return err
	}
	v.Exchange, err = r.newExchangeView(x.Masked(), v.Kind)
	return err
}

// Summary says how the rows in the table were answered: 6 × 2xx, 2 × 5xx, median 4 ms.
func (v *exchangesView) Summary() string {
	if len(v.Rows) == 0 {
		return ""
	}
	classes, took := [6]int{}, make([]time.Duration, len(v.Rows))
	for i, row := range v.Rows {
		classes[row.Status/100%6]++
		took[i] = row.Duration
	}
	slices.Sort(took)
	var parts []string
	for class, n := range classes {
		switch {
		case n > 0 && class == 0:
			parts = append(parts, strconv.Itoa(n)+" without an answer")
		case n > 0:
			parts = append(parts, fmt.Sprintf("%d × %dxx", n, class))
		}
	}
	text := strings.Join(parts, ", ") + ", median " +
		strconv.FormatInt(took[len(took)/2].Milliseconds(), 10) + " ms"
	if v.Matched > len(v.Rows) {
		text = "of these " + strconv.Itoa(len(v.Rows)) + ": " + text
	}
	return text
}

// Lead is what kind of webhook it is, in front of what it is about; "" for a request.
func (v *exchangeView) Lead() string {
	switch v.Purpose {
	case journal.API:
		return ""
	case journal.Status:
		return "status callback,"
	}
	return string(v.Purpose) + ","
}

// Trouble is what the error says beyond the status of the answer.
func (v *exchangeView) Trouble() string {
	if v.Error == "the app answered "+strconv.Itoa(v.Status) {
		return ""
	}
	return v.Error
}

// Shows reports whether the exchange is the one that is open.
func (v *exchangesView) Shows(name string) bool {
	return v.Exchange != nil && v.Exchange.Name == name
}

// whatOf says what an exchange is about: the text, the status that it reports, or the resource.
func whatOf(x *journal.Exchange) string {
	params := x.Params()
	switch {
	case x.Purpose == journal.API:
		return apiCall(x)
	case params.Get("MessageStatus") != "":
		return params.Get("MessageStatus")
	case params.Get("Body") != "":
		return params.Get("Body")
	}
	return x.Path()
}

func (r *request) newExchangeView(x *journal.Exchange, kind string) (*exchangeView, error) {
	v := &exchangeView{Exchange: x, Base: r.base, Kind: kind, What: whatOf(x),
		Client: client(x)}
	v.Params = paramsOf(x)
	var names []string
	for _, p := range v.Params {
		names = append(names, p.Name)
	}
	v.Names = strings.Join(names, " ")
	v.Headers, v.Answer = headersOf(x.Header), headersOf(x.ResponseHeader)
	alerts, err := r.client.Alerts(r.Context(), []string{exactly("exchange", x.Name)}, 0)
	if err != nil {
		return nil, err
	}
	v.Alerts = alerts.Alerts
	if x.Purpose == journal.API {
		unknown, err := r.client.Alerts(r.Context(), []string{exactly("code", codeUnknown)}, maxHints)
		if err != nil {
			return nil, err
		}
		for _, a := range unknown.Alerts {
			v.markUnknown(a)
		}
	}
	slices.Reverse(v.Alerts)
	v.answerLines()
	if x.Purpose == journal.API {
		return v, nil
	}
	return v, v.compare(r)
}

// maxHints is how many of the newest hints about parameters are looked at.
const maxHints = 500

// codeUnknown is the hint about a parameter that Twilio does not know.
const codeUnknown = "SIM-7"

// markUnknown marks the parameter that an alert is about. The alert is given once for each
// operation, so it may name another request.
func (v *exchangeView) markUnknown(a *journal.Alert) {
	if a.Code != codeUnknown || v.Purpose != journal.API {
		return
	}
	for i := range v.Params {
		if strings.HasSuffix(a.Text, `"`+v.Params[i].Name+`"`) {
			v.Params[i].Note = strings.TrimSpace("ignored: unknown to Twilio " + a.Try)
		}
	}
}

// paramsOf returns the parameters of the body and the query, in the order in which they were sent.
func paramsOf(x *journal.Exchange) []param {
	var params []param
	_, query, _ := strings.Cut(x.URL, "?")
	query, _, _ = strings.Cut(query, "#")
	forms := []string{query}
	if strings.HasPrefix(x.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		forms = append(forms, x.Body)
	}
	for i, form := range forms {
		for pair := range strings.SplitSeq(form, "&") {
			if pair == "" {
				continue
			}
			name, value, _ := strings.Cut(pair, "=")
			p := param{Name: unescaped(name), Value: unescaped(value)}
			if i == 0 {
				p.Note = "in the URL"
			}
			params = append(params, p)
		}
	}
	return params
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func headersOf(h journal.Header) []param {
	var list []param
	for name, value := range h.All() {
		list = append(list, param{Name: name, Value: value})
	}
	return list
}

// maxLines is how many lines of an answer a page shows.
const maxLines = 400

// answerLines splits the answer into lines, with the alerts where they belong.
func (v *exchangeView) answerLines() {
	if v.ResponseBody == "" {
		return
	}
	lines := strings.Split(strings.TrimRight(v.ResponseBody, "\n"), "\n")
	for i, text := range lines[:min(len(lines), maxLines)] {
		line := answerLine{Number: i + 1, Text: text}
		for _, a := range v.Alerts {
			if a.Line == i+1 {
				line.Alerts = append(line.Alerts, a)
			}
		}
		v.Lines = append(v.Lines, line)
	}
}

// compare reads what only webhooks have: the signature, other attempts, and the difference to
// another webhook, which is the one before if the URL names none.
func (v *exchangeView) compare(r *request) error {
	var err error
	if v.Signing, err = r.client.Signing(r.Context(), v.Name); err != nil {
		return err
	}
	before := ""
	if v.SID != "" {
		about, err := r.client.Webhooks(r.Context(), []string{exactly("sid", v.SID)}, 0)
		if err != nil {
			return err
		}
		status := v.Exchange.Params().Get("MessageStatus")
		for _, x := range slices.Backward(about.Webhooks) {
			if x.ReplayOf == v.Name || v.ReplayOf == x.Name || x.Purpose == v.Purpose &&
				x.Params().Get("MessageStatus") == status && x.ReplayOf == v.ReplayOf {
				v.Attempts = append(v.Attempts, x)
			}
			if x.Name == v.Name {
				break
			}
			if x.Purpose == v.Purpose {
				before = x.Name
			}
		}
		for _, x := range about.Webhooks {
			if x.ReplayOf == v.Name {
				v.Attempts = append(v.Attempts, x)
			}
		}
	}
	if v.ReplayOf != "" {
		before = v.ReplayOf
	}
	if v.Compare = before; r.query("compare") != "" {
		v.Compare = r.query("compare")
	}
	if v.Compare == "" {
		return nil
	}
	var known *control.Error
	v.Diff, err = r.client.Diff(r.Context(), v.Compare, v.Name)
	if asMissing(err, &known) {
		v.Compare = ""
		return nil
	}
	if err != nil {
		return err
	}
	other, err := r.client.Webhook(r.Context(), v.Compare)
	if err != nil && !asMissing(err, &known) {
		return err
	}
	v.Order = newOrder(other, v.Exchange)
	v.Diff.Headers = maskedHeaders(v.Diff.Headers)
	v.markChanges()
	return nil
}

// order is how two webhooks followed each other.
type order struct {
	Sent, Answered string // W31 W32
	Valid          bool   // both have the signature that Twilio's would have
}

func newOrder(a, b *journal.Exchange) *order {
	if a == nil || a.Name == b.Name {
		return nil
	}
	end := func(x *journal.Exchange) time.Time { return x.At.Add(x.Duration) }
	answered := []*journal.Exchange{a, b}
	slices.SortStableFunc(answered, func(x, y *journal.Exchange) int { return end(x).Compare(end(y)) })
	sent := []*journal.Exchange{a, b}
	slices.SortFunc(sent, func(x, y *journal.Exchange) int {
		return cmp.Or(x.At.Compare(y.At), len(x.Name)-len(y.Name), strings.Compare(x.Name, y.Name))
	})
	names := func(l []*journal.Exchange) string { return l[0].Name + " " + l[1].Name }
	return &order{names(sent), names(answered), a.Signature == b.Signature && a.Signature == "valid"}
}

// markChanges notes at each parameter how it differs from the other webhook.
func (v *exchangeView) markChanges() {
	for _, c := range v.Diff.Changes {
		for i := range v.Params {
			switch p := &v.Params[i]; {
			case p.Name != c.Param:
			case c.From == nil:
				p.Note = "new"
			default:
				p.Note = "was " + *c.From
			}
		}
	}
}
