package control

import (
	"errors"
	"io"
	"slices"
	"strconv"

	"twilsim/simulator/har"
	"twilsim/simulator/journal"
)

// readHAR imports the webhooks and requests of an archive. Those without an ID get one, in the
// order in which they began. It sorts by time first, because HAR does not say in which order
// entries come, and the IDs and events of the journal are in the order of time.
func (in *importer) readHAR(r io.Reader) error {
	var webhooks, requests []*journal.Exchange
	err := har.Read(r, func(e *har.Entry) error {
		kind, ok := e.Kind()
		if !ok {
			in.ignored++
			return nil
		}
		x, err := e.Exchange()
		if err == nil {
			err = complete(x)
		}
		if err == nil && x.Name != "" {
			err = in.name(kind, x.Name)
		}
		if err != nil {
			return err
		}
		if kind == journal.Webhooks {
			webhooks = append(webhooks, x)
		} else {
			requests = append(requests, x)
		}
		in.bytes += int64(x.Size())
		webhooks, requests = in.shortenArchived(webhooks, requests)
		return nil
	})
	all := append(webhooks, requests...)
	var wrong *har.EntryError
	switch {
	case errors.As(err, &wrong):
		return bad(err.Error()+"; nothing was imported", "")
	case err != nil:
		return bad("the HAR cannot be read: "+err.Error()+"; nothing was imported", "")
	// a HAR without entries is our own export of no history
	case len(all)+in.gone.Webhooks+in.gone.Requests == 0 && in.ignored > 0:
		return bad("none of "+strconv.Itoa(in.ignored)+
			" entries is a webhook or a request to Twilio's API",
			"a HAR that was recorded in front of the app")
	}
	sortByTime(all)
	for _, x := range all {
		if err := in.addArchived(x); err != nil {
			return bad(err.Error()+"; nothing was imported", "")
		}
	}
	return nil
}

func sortByTime(list []*journal.Exchange) {
	slices.SortStableFunc(list, func(a, b *journal.Exchange) int { return a.At.Compare(b.At) })
}

// shortenArchived drops what the journal would not keep. The entries of an archive may come in any
// order.
func (in *importer) shortenArchived(webhooks, requests []*journal.Exchange) (
	w, r []*journal.Exchange) {
	heavy := in.mostBytes > 0 && in.bytes > in.mostBytes+in.mostBytes/4
	if heavy {
		in.bytes -= in.bytes / 4
	}
	return in.shorterArchived(webhooks, "W", heavy, &in.gone.Webhooks),
		in.shorterArchived(requests, "R", heavy, &in.gone.Requests)
}

func (in *importer) shorterArchived(list []*journal.Exchange, prefix string, heavy bool,
	gone *int) []*journal.Exchange {
	if !heavy && (in.most == 0 || len(list) < 2*in.most) {
		return list
	}
	sortByTime(list)
	left := shorter(list, in.most, heavy, gone)
	for _, x := range list[:len(list)-len(left)] {
		if x.Name == "" {
			in.given[prefix]++ // the others have the IDs that they would have without the limit
		}
	}
	return left
}

// addArchived imports an exchange, and makes the event for it. An archive has no events, and the
// console's stories are made of them.
func (in *importer) addArchived(x *journal.Exchange) error {
	kind, prefix := journal.Webhooks, "W"
	if x.Purpose == journal.API {
		kind, prefix = journal.Requests, "R"
	}
	for x.Name == "" {
		in.given[prefix]++
		if id := prefix + strconv.Itoa(in.given[prefix]); !in.seen[id] {
			x.Name = id
		}
	}
	if err := in.keep(kind, x); err != nil {
		return err
	}
	event := journal.Event{
		ID: int64(len(in.history.Events) + 1), At: x.At, Real: x.Real,
		Type: journal.WebhookAttempt, SID: x.SID,
		Exchange: x.Name, HTTP: x.Status, Note: x.Error,
	}
	switch x.Purpose {
	case journal.API:
		event.Type, event.Note = journal.RequestServed, x.Method+" "+x.URL
	case journal.Status:
		event.Status = x.Params().Get("MessageStatus")
	}
	in.history.Events = append(in.history.Events, event)
	return nil
}
