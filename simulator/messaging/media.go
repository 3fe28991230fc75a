package messaging

import (
	"fmt"
	"mime"
	"net/http"
	"path/filepath"
	"slices"

	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
)

// Media is a file of a message. An inbound message has its bytes, a reply the URL from which the app serves it.
type Media struct {
	SID         string `json:"sid,omitempty"` // ME and 32 hex digits, of an inbound message
	ContentType string `json:"content_type,omitempty"`
	URL         string `json:"url,omitempty"`
	Data        []byte `json:"-"`
}

// maxMedia is how many files a message carries (F-111).
const maxMedia = 10

// ReadMedia makes media of a file's bytes. Its type comes from the name, else from the bytes.
func ReadMedia(name string, data []byte) Media {
	contentType := mime.TypeByExtension(filepath.Ext(name))
	if contentType == "" {
		contentType = http.DetectContentType(data)
	}
	return Media{ContentType: contentType, Data: data}
}

// keepMedia gives each file its SID.
func (a *Account) keepMedia(media []Media) ([]Media, error) {
	if len(media) > maxMedia {
		return nil, fmt.Errorf("a message carries at most %d files, this one has %d", maxMedia, len(media))
	}
	kept := append([]Media(nil), media...)
	for i := range kept {
		kept[i].SID = a.ids.Next("ME")
	}
	return kept, nil
}

// mediaURL is where the simulator serves an inbound message's file (F-008).
func (a *Account) mediaURL(sid, media string) string {
	return a.publicURL() + "/2010-04-01/Accounts/" + a.SID + "/Messages/" + sid + "/Media/" + media
}

// hasMediaToFetch reports whether the app still has a file of the message.
func (m *Message) hasMediaToFetch() bool {
	m.account.mu.Lock()
	defer m.account.mu.Unlock()
	for _, media := range m.facts.Media {
		if media.Data == nil && media.URL != "" {
			return true
		}
	}
	return false
}

// fetchMedia fetches the files of the message. It returns nil, or the script of a message whose files cannot be had.
func (a *Account) fetchMedia(m *Message) carrier.Script { return nil }

// DeleteMedia takes a file from a message.
func (a *Account) DeleteMedia(sid, media string) error {
	m, ok := a.Message(sid)
	if !ok {
		return NotFound()
	}
	a.mu.Lock()
	kept := slices.DeleteFunc(slices.Clone(m.facts.Media), func(f Media) bool { return f.SID == media })
	found := len(kept) < len(m.facts.Media)
	m.facts.Media = kept
	a.mu.Unlock()
	if !found {
		return NotFound()
	}
	a.changed("media " + media + " deleted")
	return nil
}

// Media returns a file of one of the account's messages.
func (a *Account) Media(sid, media string) (Media, bool) {
	thing, ok := a.Journal.Thing(journal.Messages, sid)
	if !ok {
		return Media{}, false
	}
	for _, m := range thing.(*Message).Facts().Media {
		if m.SID == media && m.Data != nil {
			return m, true
		}
	}
	return Media{}, false
}
