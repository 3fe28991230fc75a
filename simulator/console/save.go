package console

import "time"

// saveForm is the form that saves what happened as a scenario.
type saveForm struct {
	ID     string // of the form
	SID    string // of the message whose conversation it is; "" for a span of time
	Since  string // where the span begins, as an input has it
	Folder string // where the server may write it; "" for nowhere
	URL    string // of the text
}

// saveConversation is the form about the conversation of a message.
func (r *request) saveConversation(id, sid string) *saveForm {
	return &saveForm{ID: id, SID: sid, Folder: r.folder,
		URL: r.api() + "/messages/" + sid + "/scenario"}
}

// saveSpan is the form about a span of time.
func (r *request) saveSpan(since time.Time) *saveForm {
	return &saveForm{ID: "span", Since: inputTime(since), Folder: r.folder, URL: r.api() + "/scenario"}
}

// inputTime is the value of an input for a time on this machine's clock.
func inputTime(t time.Time) string { return t.Local().Format("2006-01-02T15:04:05.000") }
