package console

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"twilsim/simulator/control"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

// window of rows that a list page has in its table.
const windowRows = 80

// listPage is what pages with a list have in common: which part of the list is in the table.
type listPage struct {
	Base    string
	Query   string // the search, as typed
	Skip    int    // rows before the first in the table
	Matched int    // rows in all, as far as they were counted
	Counted bool   // all were counted
	Wrong   string // what is wrong with the search
}

// messagesView is the list of messages, with one that is open.
type messagesView struct {
	listPage
	Messages []*control.Message
	Message  *messageView
	Missing  string
	Open     bool // the URL names the message
	Save     *saveForm
}

// Shows reports whether the message is the one that is open.
func (v *messagesView) Shows(sid string) bool { return v.Message != nil && v.Message.SID == sid }

func messages(r *request) (any, error) {
	v := &messagesView{listPage: r.listPage(), Open: r.ref != ""}
	found, err := r.client.MessagesFrom(r.Context(), words(v.Query, messaging.MessageFields()), v.Skip,
		windowRows)
	if v.wrong(err) {
		found, err = &control.Messages{}, nil
	}
	if err != nil {
		return nil, err
	}
	v.Messages, v.Matched, v.Counted = found.Messages, found.Matched, !found.More
	since := r.now.Now
	if n := len(v.Messages); n > 0 {
		since = v.Messages[n-1].DateCreated
	}
	v.Save = r.saveSpan(since)
	ref := r.ref
	if ref == "" && len(v.Messages) > 0 && v.Skip == 0 {
		ref = v.Messages[0].SID
	}
	if ref == "" {
		return v, nil
	}
	var known *control.Error
	if v.Message, err = r.newMessageView(ref); asMissing(err, &known) {
		v.Missing, err = known.Message, nil
	}
	return v, err
}

func (r *request) listPage() listPage {
	skip, _ := strconv.Atoi(r.query("skip"))
	return listPage{Base: r.base, Query: strings.TrimSpace(r.query("q")), Skip: max(0, skip)}
}

// wrong takes an error about the search, and reports whether it is one.
func (l *listPage) wrong(err error) bool {
	var known *control.Error
	if !errors.As(err, &known) || known.Status != http.StatusBadRequest || l.Query == "" {
		return false
	}
	l.Wrong = known.Message
	if known.Try != "" {
		l.Wrong += "; try " + known.Try
	}
	return true
}

// Search returns the search as the query of a URL, "" for none.
func (l listPage) Search() string {
	if l.Query == "" {
		return ""
	}
	return "?q=" + url.QueryEscape(l.Query)
}

// asMissing reports whether the error says that something does not exist, or is ambiguous.
func asMissing(err error, known **control.Error) bool {
	return errors.As(err, known) &&
		((*known).Status == http.StatusNotFound || (*known).Status == http.StatusBadRequest)
}

// asConflict reports whether the error says that something is not possible now.
func asConflict(err error, known **control.Error) bool {
	return errors.As(err, known) && (*known).Status == http.StatusConflict
}

// words splits a search into conditions. For messages, words in front of the first condition are
// searched in the text.
func words(search string, fields []string) []string {
	search = strings.TrimSpace(search)
	if search == "" {
		return nil
	}
	split := journal.SplitQuery(search, fields, false)
	if first := split[0]; !strings.ContainsAny(first, ":=!") {
		split[0] = "body=~(?i)" + regexp.QuoteMeta(first)
	}
	return split
}

// exactly returns the condition that a field has a value.
func exactly(field, value string) string { return field + "=" + value }
