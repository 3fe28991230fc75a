package rest

import (
	"context"
	"net/http"
	"strings"

	"twilsim/simulator/apierr"
	"twilsim/simulator/messaging"
)

var mediaList = listNames{"media_list", "MediaList", "Media"} // F-392

// mediaObject returns the description of a file of a message, without its bytes (F-399).
func mediaObject(r *request, f *messaging.Snapshot, m messaging.Media) object {
	path := root(f.AccountSID) + "/Messages/" + f.SID
	return object{
		aText("account_sid", f.AccountSID),
		aText("content_type", m.ContentType),
		anRFC2822("date_created", f.Created),
		anRFC2822("date_updated", f.Created),
		aText("parent_sid", f.SID),
		aText("sid", m.SID),
		aText("uri", r.uri(path+"/Media/"+m.SID)),
	}
}

// All files of a message have its date, so the filter takes all or none.
func listMedia(_ context.Context, r *request) (*answer, error) {
	m, err := r.message()
	if err != nil {
		return nil, err
	}
	f := m.Snapshot()
	created, err := r.span("DateCreated")
	if err != nil {
		return nil, err
	}
	var kept []messaging.Media
	for _, one := range r.account.ListedMedia(f) {
		if one.SID != "" && created.has(f.Created) {
			kept = append(kept, one)
		}
	}
	return listOf(r, mediaList, kept, func(m messaging.Media) string { return m.SID },
		func(r *request, m messaging.Media) object { return mediaObject(r, &f, m) })
}

// fetchMedia answers with the description of a file or, if the path has no suffix, with the file.
// Twilio redirects to a storage host for the file, with a status that no source settles (F-400): a
// switch turns that on. It needs credentials (F-401).
func fetchMedia(_ context.Context, r *request) (*answer, error) {
	m, err := r.message()
	if err != nil {
		return nil, err
	}
	f := m.Snapshot()
	for _, one := range f.Media {
		// a file of a reply has no SID until it was fetched
		if one.SID == "" || one.SID != r.vars[2] {
			continue
		}
		if status := r.account.MediaRedirect(); status != 0 && r.format == inFile {
			return &answer{status: status, link: r.storageLink(f.SID, one.SID)}, nil
		}
		if r.format == inFile {
			return &answer{status: http.StatusOK, file: &one}, nil
		}
		return &answer{status: http.StatusOK, name: "Media", object: mediaObject(r, &f, one)}, nil
	}
	return nil, apierr.NotFound()
}

func deleteMedia(_ context.Context, r *request) (*answer, error) {
	r.messageSID = r.vars[1]
	return noContent, r.account.DeleteMedia(r.vars[1], r.vars[2])
}

// isMedia reports whether the request asks for the bytes of a file. It is for errors, where the
// request may have no route.
func (r *request) isMedia() bool {
	return r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/Media/")
}
