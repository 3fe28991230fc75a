package rest

import (
	"context"
	"net/http"
	"strconv"

	"twilsim/simulator/apierr"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
)

const apiVersion = "2010-04-01"

// messageObject returns a message with its keys in the order of captured answers (F-366). The
// answer to a create does not have the subresource feedback yet (F-365).
func messageObject(r *request, f *messaging.Snapshot, created bool) object {
	return new(fields).message(r, f, created)
}

// message returns the object of messageObject, which is in the room of the fields.
func (room *fields) message(r *request, f *messaging.Snapshot, created bool) object {
	suffix := r.uri("")
	path := accountsPath + "/" + f.AccountSID + "/Messages/" + f.SID
	// one text, of which both are parts: each answer would otherwise allocate five
	links := path + suffix + path + "/Media" + suffix
	self, media := links[:len(path)+len(suffix)], links[len(path)+len(suffix):]
	room.inner.object = append(room.links[:0], aText("media", media))
	if !created {
		room.inner.object = append(room.inner.object, aText("feedback", r.uri(path+"/Feedback")))
	}
	dateCreated, dateUpdated := anRFC2822("date_created", f.Created), field{}
	if f.Updated.Equal(f.Created) {
		dateUpdated = dateCreated
		dateUpdated.name = "date_updated"
	} else {
		dateUpdated = anRFC2822("date_updated", f.Updated)
	}
	return append(room.list[:0],
		aText("sid", f.SID),
		dateCreated,
		dateUpdated,
		anRFC2822("date_sent", f.Sent),
		aText("account_sid", f.AccountSID),
		aText("to", f.To),
		aTextOrNull("from", f.From),
		// F-355
		aTextOrNull("messaging_service_sid", f.MessagingServiceSID),
		aText("body", f.Body),
		aText("status", string(f.Status)),
		aText("num_segments", strconv.Itoa(f.NumSegments)),
		aText("num_media", strconv.Itoa(len(f.Media))),
		// F-359
		aText("direction", string(f.Direction)),
		aText("api_version", apiVersion),
		aTextOrNull("price", f.Price),
		aTextOrNull("price_unit", f.PriceUnit),
		aNumberOrNull("error_code", f.ErrorCode),
		aTextOrNull("error_message", f.ErrorMessage()),
		aText("uri", self),
		field{name: "subresource_uris", kind: nested, inner: &room.inner},
	)
}

// messageAnswer also says which message the request is about, for the journal.
func (r *request) messageAnswer(status int, m *messaging.Message, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	f := m.Snapshot()
	r.messageSID = f.SID
	room := freeFields.Get().(*fields)
	return &answer{status: status, name: "Message", fields: room,
		object: room.message(r, &f, status == http.StatusCreated)}, nil
}

// createMessage sends a message. The answer does not wait for callbacks, unless a rule with race
// says so: an app that serves one request at a time would otherwise wait for itself.
func createMessage(ctx context.Context, r *request) (*answer, error) {
	draft, err := r.draft()
	if err != nil {
		return nil, err
	}
	m, err := r.account.Send(ctx, draft)
	return r.messageAnswer(http.StatusCreated, m, err)
}

func fetchMessage(_ context.Context, r *request) (*answer, error) {
	m, err := r.message()
	return r.messageAnswer(http.StatusOK, m, err)
}

// updateMessage redacts or cancels a message (F-394, F-395).
func updateMessage(_ context.Context, r *request) (*answer, error) {
	r.messageSID = r.vars[1]
	m, err := r.account.Update(r.vars[1], r.given("Body"), r.given("Status"))
	return r.messageAnswer(http.StatusOK, m, err)
}

func deleteMessage(_ context.Context, r *request) (*answer, error) {
	r.messageSID = r.vars[1]
	return noContent, r.account.Delete(r.vars[1])
}

// message returns the message that the path names.
func (r *request) message() (*messaging.Message, error) {
	thing, ok := r.account.Journal.Thing(journal.Messages, r.vars[1])
	if !ok {
		return nil, apierr.NotFound()
	}
	r.messageSID = r.vars[1]
	return thing.(*messaging.Message), nil
}

var messageList = listNames{"messages", "Messages", "Message"}

// listMessages lists messages, newest first (F-386 to F-390).
func listMessages(_ context.Context, r *request) (*answer, error) {
	asked, err := r.paging()
	if err != nil {
		return nil, err
	}
	found, err := r.account.MessageList(messaging.MessageFilter{
		To: r.form.Get("To"), From: r.form.Get("From"),
		DateSent: r.form.Get("DateSent"), DateSentBefore: r.form.Get("DateSent<"),
		DateSentAfter: r.form.Get("DateSent>"),
	}, messaging.Page{Size: asked.size, Number: asked.number, Token: asked.token})
	if err != nil {
		return nil, err
	}
	// the account cuts the page itself, because it need not look at all messages for that
	p := newPage(messageList, asked, len(found.Messages))
	for i, m := range found.Messages {
		f := m.Snapshot()
		p.items[i] = messageObject(r, &f, false)
	}
	p.link(r, asked.token, found.Previous, found.Next)
	return r.list(p), nil
}
