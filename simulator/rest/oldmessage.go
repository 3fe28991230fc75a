package rest

import (
	"context"
	"slices"
	"strings"
)

// oldMessagesPath is where clients of before 2013 send and fetch messages (F-324).
const oldMessagesPath = accountPath + "/SMS/Messages"

// oldOnly makes a handler of the old resource from one of the present resource. Of the old answers
// the sources show only JSON: everything else is not simulated.
func oldOnly(serve handler) handler {
	return func(ctx context.Context, r *request) (*answer, error) {
		if r.format != inJSON {
			return nil, r.refuseUnmodelled(" in another format than JSON")
		}
		r.form.Del("MediaUrl") // the old resource is about SMS
		a, err := serve(ctx, r)
		if err != nil {
			return nil, err
		}
		a.object = oldObject(a.object)
		return a, nil
	}
}

// oldObject turns a message into the old form: its uri has /SMS/Messages/, and it has no keys about
// media (F-324).
func oldObject(message object) object {
	kept := slices.DeleteFunc(message, func(f field) bool {
		return f.name == "num_media" || f.name == "subresource_uris"
	})
	for i := range kept {
		if kept[i].name == "uri" {
			kept[i].text = strings.Replace(kept[i].text, "/Messages/", "/SMS/Messages/", 1)
		}
	}
	return kept
}

// listOldMessages is not simulated: no source shows the name of the list.
func listOldMessages(_ context.Context, r *request) (*answer, error) {
	return nil, r.refuseUnmodelled(", the list of the old resource")
}
