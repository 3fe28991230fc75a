package messaging

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/webhook"
)

// Media is a file of a message. A message that the app sends has its URL at once, and the bytes when it is on its way.
type Media struct {
	SID         string `json:"sid,omitempty"` // ME and 32 hex digits; of a reply, when it was fetched
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
	for _, media := range m.current.Media {
		if media.Data == nil && media.URL != "" {
			return true
		}
	}
	return false
}

// The sizes of outbound media in bytes (F-329). A channel's is one for all types.
const (
	maxImage        = 5 << 20
	maxOtherMedia   = 500 << 10
	maxMMS          = 5 << 20 // all files together
	maxChannelMedia = 16 << 20
)

// fetchMedia fetches the files of the message from the app. It returns nil, or the script of a message whose files cannot be
// had: 21620, the one code about a media URL, where the app does not serve it, 11751 where it is too large, and 12300 where its
// type is none of a file; on a channel 63019, 63034 and 63021. A host outside this machine that nobody allowed is not asked: the
// message goes on without the bytes, and SIM-1 says so. Twilio asks with HEAD first, which is not modelled.
func (a *Account) fetchMedia(m *Message) carrier.Script {
	f := m.Snapshot()
	kept := slices.Clone(f.Media)
	total := 0
	for i := range kept {
		if kept[i].Data != nil || kept[i].URL == "" {
			continue
		}
		code := a.fetchFile(f, &kept[i])
		if total += len(kept[i].Data); code == 0 && total > totalLimit(f.To) {
			code = tooLarge(f.To)
		}
		if code == codeMediaSize || code == codeContentType { // F-137, F-143: the debugger has these, and not those of channels
			a.raise(&journal.Alert{Code: strconv.Itoa(code), SID: f.SID, Text: refusedFile(code, kept[i])})
		}
		if code != 0 {
			return carrier.Script{{Status: carrier.Failed, Code: code, Copies: 1}}
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	m.current.Media = kept
	return nil
}

// refusedFile says why a message cannot carry a file.
func refusedFile(code int, media Media) string {
	if code == codeContentType {
		return "the app answered " + media.ContentType + " for " + media.URL + ", which is no file"
	}
	return fmt.Sprintf("%s, %s of %d bytes, is above the limit of its type or of a message", media.URL, media.ContentType, len(media.Data))
}

// fetchFile fetches one file and returns 0, or the code with which the message fails.
func (a *Account) fetchFile(f Snapshot, media *Media) int {
	file, failure := a.hooks.Fetch(context.Background(), media.URL, maxChannelMedia)
	if failure != nil {
		alert := &journal.Alert{Code: failure.Code, Text: failure.Text, Try: failure.Try, SID: f.SID}
		if failure.Code == webhook.CodeOutside {
			alert.Level, alert.Title = journal.LevelWarning, "Media not fetched: outside this machine"
			a.write(alert)
			return 0
		}
		a.raise(alert)
		if address.Prefix(f.To) != "" {
			return codeChannelDownload
		}
		return apierr.BadMediaURL
	}
	media.ContentType, media.Data = file.ContentType, file.Data
	if media.ContentType == "" {
		media.ContentType = http.DetectContentType(file.Data)
	}
	if media.Data == nil {
		media.Data = []byte{}
	}
	if media.SID == "" {
		media.SID = a.ids.Next("ME")
	}
	if kind, _, _ := mime.ParseMediaType(media.ContentType); slices.Contains(noFiles, kind) {
		if address.Prefix(f.To) != "" {
			return codeChannelContent
		}
		return codeContentType
	}
	if address.Prefix(f.To) == "" && len(file.Data) > mmsLimit(media.ContentType) {
		return tooLarge(f.To)
	}
	return 0
}

// noFiles are the types that are refused. Twilio's list of accepted types is not in the facts; these are no files, but what an
// app answers that has none.
var noFiles = []string{"text/html", "application/json", "application/xml", "text/xml"}

// mmsLimit is how large one file of a type may be in an MMS.
func mmsLimit(contentType string) int {
	kind, _, _ := mime.ParseMediaType(contentType)
	if kind == "image/jpeg" || kind == "image/png" || kind == "image/gif" {
		return maxImage
	}
	return maxOtherMedia
}

func totalLimit(to string) int {
	if address.Prefix(to) != "" {
		return maxChannelMedia
	}
	return maxMMS
}

func tooLarge(to string) int {
	if address.Prefix(to) != "" {
		return codeChannelMediaSize
	}
	return codeMediaSize
}

// DeleteMedia takes a file from a message.
func (a *Account) DeleteMedia(sid, media string) error {
	m, ok := a.Message(sid)
	if !ok {
		return apierr.NotFound()
	}
	a.mu.Lock()
	kept := slices.DeleteFunc(slices.Clone(m.current.Media), func(f Media) bool { return f.SID == media })
	found := len(kept) < len(m.current.Media)
	m.current.Media = kept
	a.mu.Unlock()
	if !found {
		return apierr.NotFound()
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
	for _, m := range thing.(*Message).Snapshot().Media {
		if m.SID == media && m.Data != nil {
			return m, true
		}
	}
	return Media{}, false
}
