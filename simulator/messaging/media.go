package messaging

import (
	"cmp"
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"twilsim/simulator/address"
	"twilsim/simulator/apierr"
	"twilsim/simulator/carrier"
	"twilsim/simulator/journal"
	"twilsim/simulator/quirk"
	"twilsim/simulator/webhook"
)

// Media is a file of a message. A message that the app sends has the URL at once, and the bytes
// after the file was fetched. Data is nil before the file was fetched, after it was dropped, and in
// a message of which the storage has no bytes; an empty file is not nil. Data never changes.
type Media struct {
	// ME and 32 hex digits; of a reply, when it was fetched
	SID         string `json:"sid,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	URL         string `json:"url,omitempty"`
	Data        []byte `json:"-"`
	// there was no more room for its bytes (--keep-bytes)
	Dropped bool `json:"dropped,omitempty"`
}

// maxMedia is how many files a message may have (F-111).
const maxMedia = 10

// ReadMedia makes media of a file's bytes. The type is that of the name's extension, or is detected
// from the bytes.
func ReadMedia(name string, data []byte) Media {
	contentType := mime.TypeByExtension(filepath.Ext(name))
	if contentType == "" {
		contentType = http.DetectContentType(data)
	}
	return Media{ContentType: contentType, Data: data}
}

// typeOf returns the type of a file that was never fetched: that of its name's extension, or
// application/octet-stream.
func typeOf(rawURL string) string {
	const unknown = "application/octet-stream"
	u, err := url.Parse(rawURL)
	if err != nil {
		return unknown
	}
	return cmp.Or(mime.TypeByExtension(path.Ext(u.Path)), unknown)
}

// listDelay is how long the list of an inbound message's files stays empty, where a switch asks for
// that. F-809 has no number.
const listDelay = 5 * time.Second

// ListedMedia returns the files of a message that the API lists now (F-809).
func (a *Account) ListedMedia(f Snapshot) []Media {
	late := f.Direction == Inbound && a.quirk().Get(quirk.MediaList) == "late"
	if late && a.Clock.Now().Sub(f.Created) < listDelay {
		return nil
	}
	return f.Media
}

// MediaRedirect returns the status with which the API redirects to a file, 0 if it answers with the
// file itself (F-400).
func (a *Account) MediaRedirect() int {
	status, _ := strconv.Atoi(a.quirk().Get(quirk.MediaRedirect)) // off is 0
	return status
}

// keepMedia returns the files of a text, each with a SID. It copies the list, and shares the bytes
// with the caller, who must not change them.
func (a *Account) keepMedia(media []Media) ([]Media, error) {
	if len(media) > maxMedia {
		return nil, fmt.Errorf("a message carries at most %d files, this one has %d", maxMedia,
			len(media))
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

// hasMediaToFetch reports whether a file of the message is still to be fetched from the app.
func (m *Message) hasMediaToFetch() bool {
	m.account.mu.Lock()
	defer m.account.mu.Unlock()
	for _, media := range m.current.Media {
		if media.Data == nil && media.URL != "" && !media.Dropped {
			return true
		}
	}
	return false
}

// The sizes of outbound media in bytes (F-329). A channel has one limit for all types.
const (
	maxImage        = 5 << 20
	maxOtherMedia   = 500 << 10
	maxMMS          = 5 << 20 // all files together
	maxChannelMedia = 16 << 20
)

// fetchMedia fetches the files of the message from the app. It returns nil, or the script of a
// message whose files cannot be used: it fails with 21620, the only code about a media URL, if the
// app does not serve a file, with 11751 if it is too large, and with 12300 if its type is not
// accepted; on a channel with 63019, 63034 and 63021. A host that is not allowed gets no request:
// the message is sent without the bytes, and SIM-1 says so. A HEAD comes before the GET (F-329).
// Twilio compares the two; which error a difference has is not known, so it is a hint. It waits for
// the app without a lock. If a file cannot be used, the message keeps none of the bytes.
//
// It changes nothing: land does, together with what the caller does with the script, so that a
// restart does not fetch a file again about which there is an alert already. It is nil if there was
// nothing to fetch.
func (a *Account) fetchMedia(m *Message) (failed carrier.Script, land func()) {
	f := m.Snapshot()
	kept := slices.Clone(f.Media)
	total, fetched := 0, false
	var alerts []func()
	for i := range kept {
		if kept[i].Data != nil || kept[i].URL == "" || kept[i].Dropped {
			continue
		}
		fetched = true
		code, alert := a.fetchFile(f, &kept[i])
		if alert != nil {
			alerts = append(alerts, alert)
		}
		if total += len(kept[i].Data); code == 0 && total > totalLimit(f.To) {
			code = tooLarge(f.To)
		}
		// F-137, F-143: the debugger has these codes, but not those of channels
		if code == codeMediaSize || code == codeContentType {
			text := refusedFile(code, kept[i])
			alerts = append(alerts, func() {
				a.raise(&journal.Alert{Code: strconv.Itoa(code), SID: f.SID, Text: text})
			})
		}
		if code != 0 {
			failed = carrier.Script{{Status: carrier.Failed, Code: code, Copies: 1}}
			break
		}
	}
	if !fetched {
		return nil, nil
	}
	return failed, func() {
		for _, alert := range alerts {
			alert()
		}
		if failed == nil {
			m.keepFiles(kept)
		}
	}
}

// keepFiles gives the message its files, with their bytes.
func (m *Message) keepFiles(kept []Media) {
	a := m.account
	a.mu.Lock()
	defer a.mu.Unlock()
	m.current.Media = kept
	m.touchMediaLocked()
	a.Journal.Refile(m.current.SID, m.FileBytes())
}

// FileBytes returns how many bytes the files have. The account's lock must be held, except before
// the message is shared.
func (m *Message) FileBytes() (sum int) {
	for _, file := range m.current.Media {
		sum += len(file.Data)
	}
	return sum
}

// DropFiles forgets the bytes of the files: there is no room for them any more.
func (m *Message) DropFiles() {
	m.account.mu.Lock()
	defer m.account.mu.Unlock()
	m.current.Media = slices.Clone(m.current.Media) // snapshots have the old one
	for i := range m.current.Media {
		if file := &m.current.Media[i]; file.Data != nil {
			file.Data, file.Dropped = nil, true
		}
	}
}

// refusedFile returns the text of the alert about a file that a message cannot have.
func refusedFile(code int, media Media) string {
	if code == codeContentType {
		return "the app answered " + media.ContentType + " for " + media.URL +
			", which is not the type of a file"
	}
	return fmt.Sprintf("%s, %s of %d bytes, is above the limit of its type or of a message",
		media.URL, media.ContentType, len(media.Data))
}

// fetchFile fetches one file. It returns the code with which the message fails, 0 if it does not,
// and what raises the alert about it, nil for none.
func (a *Account) fetchFile(f Snapshot, media *Media) (code int, alert func()) {
	file, failure := a.hooks.Fetch(context.Background(), media.URL, maxChannelMedia)
	if failure != nil {
		alert := &journal.Alert{Code: failure.Code, Text: failure.Text, Try: failure.Try,
			SID: f.SID}
		if failure.Code == webhook.CodeOutside {
			alert.Level, alert.Title = journal.LevelWarning,
				"Media not fetched: outside this machine"
			return 0, func() { a.write(alert) }
		}
		if code = apierr.BadMediaURL; f.channel() != "" {
			code = codeChannelDownload
		}
		return code, func() { a.raise(alert) }
	}
	if file.Head != "" {
		url := media.URL
		alert = func() {
			a.advise(url, &journal.Alert{Code: codeHead, SID: f.SID,
				Text: "the app answered HEAD " + url + " with " + file.Head})
		}
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
		if f.channel() != "" {
			return codeChannelContent, alert
		}
		return codeContentType, alert
	}
	if f.channel() == "" && len(file.Data) > mmsLimit(media.ContentType) {
		return tooLarge(f.To), alert
	}
	return 0, alert
}

// noFiles are the types that are refused. Twilio's list of accepted types is not in the facts;
// these are what an app without the file usually answers.
var noFiles = []string{"text/html", "application/json", "application/xml", "text/xml"}

// mmsLimit returns how many bytes one file of a type may have in an MMS.
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

// DeleteMedia takes a file from a message. The error is an [*apierr.Error] if there is no such
// message or file.
func (a *Account) DeleteMedia(sid, media string) error {
	m, ok := a.Message(sid)
	if !ok {
		return apierr.NotFound()
	}
	a.mu.Lock()
	kept := slices.DeleteFunc(slices.Clone(m.current.Media),
		func(f Media) bool { return f.SID == media })
	found := len(kept) < len(m.current.Media)
	m.current.Media = kept
	m.touchLocked()
	bytes := m.FileBytes()
	a.mu.Unlock()
	a.Journal.Refile(sid, bytes)
	if !found {
		return apierr.NotFound()
	}
	a.changed("media " + media + " deleted")
	return nil
}

// Media returns a file of one of the account's messages. Files of messages that the API does not
// list are among them. It is false for a file without bytes.
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
