package rest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"twilsim/simulator/messaging"
)

// storagePath begins the paths of the storage host, which serves files to everyone who has a link.
const storagePath = "/storage/"

// storageHost stands for the host where Twilio keeps files (F-400). Its name is below twilio.com,
// because the local CA signs for no other names.
const storageHost = "media.twilio.com"

// storageLink returns a link to a file of a message on another host than that of the request. The
// host behind a loopback address is localhost, and the other way round; a host that has no second
// name gets a link to itself.
func (r *request) storageLink(message, media string) string {
	path := storagePath + r.account.SID + "/" + message + "/" + media
	return r.storageBase() + path + "?Signature=" + storageSignature(r.account, path)
}

func (r *request) storageBase() string {
	if IsTwilio(r.Host) {
		return "https://" + storageHost
	}
	name, port, found := strings.Cut(r.Host, ":")
	switch name {
	case "localhost":
		name = "127.0.0.1"
	case "127.0.0.1":
		name = "localhost"
	}
	if found {
		name += ":" + port
	}
	return "http://" + name
}

// storageSignature makes links that cannot be guessed. It depends on the path and the account's
// token only, so a link stays valid as long as the file is there.
func storageSignature(a *messaging.Account, path string) string {
	mac := hmac.New(sha256.New, []byte(a.Token))
	mac.Write([]byte(path))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// serveStorage answers a request to the storage host. The link alone is what a client needs there;
// a client that sends its credentials as well gives them to a third party, which a hint says.
func (h *Handler) serveStorage(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, storagePath), "/")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "the storage host serves files only", http.StatusMethodNotAllowed)
		return
	}
	if len(parts) != 3 {
		http.NotFound(w, r)
		return
	}
	a, ok := h.Accounts.Account(parts[0])
	// 404 for a wrong signature, too: the answer must not say which files exist
	if !ok || !hmac.Equal([]byte(r.URL.Query().Get("Signature")),
		[]byte(storageSignature(a, r.URL.Path))) {
		http.NotFound(w, r)
		return
	}
	media, ok := a.Media(parts[1], parts[2])
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Header.Get("Authorization") != "" {
		host := url.URL{Scheme: "http", Host: r.Host}
		a.AdviseForwarded(parts[1], host.Hostname())
	}
	w.Header().Set("Content-Type", media.ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(media.Data)))
	_, _ = w.Write(media.Data) // an error means that the app hung up
}
