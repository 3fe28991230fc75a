package app

import (
	"fmt"
	"net/http"
	"strings"
)

// text is what the app wants to know of an inbound message, F-005 and F-006.
type text struct {
	From string
	Body string
}

// sms answers an inbound text.
func (a *App) sms(w http.ResponseWriter, r *http.Request) {
	t, err := decode[text](a, r.Form)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.print(fmt.Sprintf("Message from %s: %s", t.From, t.Body))
	reply(t.Body, a.base(r)).write(w)
}

// sms2 is the target of the word redirect.
func (a *App) sms2(w http.ResponseWriter, _ *http.Request) {
	messages(message{Action: "/status", Text: "redirected"}).write(w)
}

// reply chooses the answer to a text by its first word, as in the table of the package comment.
// base is the app's public URL.
func reply(body, base string) answer {
	words := strings.Split(body, " ")
	said := message{Action: "/status", Text: "You said: " + body}
	switch words[0] {
	case "absolute":
		said.Action = base + "/status"
	case "callback":
		said.Action, said.StatusCallback = "", "/status"
	case "get":
		said.Method = http.MethodGet
	case "order":
		said.Action = "/status/order/7"
	case "several":
		return messages(
			message{Action: "/status", Text: "one"},
			message{Action: "/status", Text: "two"},
			message{Action: "/status", Text: "three"},
		)
	case "media":
		return messages(message{Action: "/status", Body: "a picture", Media: "/picture.png"})
	case "redirect":
		return response{Redirect: "/sms2"}.answer()
	case "plain":
		return answer{plainText, "plain text"}
	case "quiet":
		return response{}.answer()
	case "forward":
		if len(words) > 1 && words[1] != "" {
			return messages(message{To: words[1], Action: "/status", Text: "forwarded"})
		}
	}
	return messages(said)
}
