// Command reminders is an app that reminds people of appointments with a template on WhatsApp, and
// reads their answers from its buttons: an example of Twilio's Content API, with the official SDK.
// scenarios/content shows what can go wrong.
//
// PORT, PUBLIC_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER are in its
// environment; with MESSAGING_SERVICE_SID it sends through that service.
//
//	POST /setup                            makes the template, and asks for its approval
//	POST /translate language=…             changes the language of the template
//	POST /remind phone=… [name=…] [at=…]   reminds somebody on WhatsApp
//	POST /sms, POST /status                Twilio's webhooks
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
	content "github.com/twilio/twilio-go/rest/content/v1"
)

func main() {
	c := &client.Client{Credentials: client.NewCredentials(os.Getenv("TWILIO_ACCOUNT_SID"),
		os.Getenv("TWILIO_AUTH_TOKEN"))}
	c.SetAccountSid(os.Getenv("TWILIO_ACCOUNT_SID"))
	app := &reminders{
		messages: api.NewApiServiceWithClient(c), contents: content.NewApiServiceWithClient(c),
		sender: os.Getenv("TWILIO_PHONE_NUMBER"), service: os.Getenv("MESSAGING_SERVICE_SID"),
		callback: os.Getenv("PUBLIC_URL") + "/status", answered: map[string]string{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /setup", app.setUp)
	mux.HandleFunc("POST /translate", app.translate)
	mux.HandleFunc("POST /remind", app.remind)
	mux.HandleFunc("POST /sms", app.receive)
	mux.HandleFunc("POST /status", app.status)
	log.SetFlags(0)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), mux))
}

// reminders is the app.
type reminders struct {
	messages                  *api.ApiService
	contents                  *content.ApiService
	sender, service, callback string

	mu       sync.Mutex
	template string            // its SID
	answered map[string]string // what people have answered, by the reminder's SID
}

// name is the template's, here and on WhatsApp.
const name = "appointment_reminder"

// setUp makes the template: quick replies for WhatsApp, and a text for those who have none.
func (r *reminders) setUp(w http.ResponseWriter, _ *http.Request) {
	made, err := r.contents.CreateContent((&content.CreateContentParams{}).SetContentCreateRequest(
		content.ContentCreateRequest{
			FriendlyName: name, Language: "en",
			Variables: map[string]string{"1": "customer", "2": "noon"},
			Types: content.Types{
				TwilioText: &content.TwilioText{Body: "Dear {{1}}, we expect you at {{2}}."},
				TwilioQuickReply: &content.TwilioQuickReply{
					Body: "Dear {{1}}, we expect you at {{2}}. Will you come?",
					Actions: []content.QuickReplyAction{{Title: "Yes", Id: "confirm"},
						{Title: "No", Id: "cancel"}},
				},
			},
		}))
	if err == nil {
		r.mu.Lock()
		r.template = *made.Sid
		r.mu.Unlock()
		_, err = r.contents.CreateApprovalCreate(*made.Sid, (&content.CreateApprovalCreateParams{}).
			SetContentApprovalRequest(content.ContentApprovalRequest{Name: name,
				Category: "UTILITY"}))
	}
	answer(w, "the template is in review", err)
}

// translate changes the language of the template, for which WhatsApp has approved none.
func (r *reminders) translate(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	template := r.template
	r.mu.Unlock()
	_, err := r.contents.UpdateContent(template, (&content.UpdateContentParams{}).
		SetContentUpdateRequest(content.ContentUpdateRequest{Language: req.FormValue("language")}))
	answer(w, "translated", err)
}

// remind sends the template on WhatsApp.
func (r *reminders) remind(w http.ResponseWriter, req *http.Request) {
	variables := map[string]any{}
	for key, field := range map[string]string{"1": "name", "2": "at"} {
		switch value := req.FormValue(field); value {
		case "":
		case "unknown": // as the column of a database that has no value
			variables[key] = nil
		default:
			variables[key] = value
		}
	}
	if extra := req.FormValue("extra"); extra != "" {
		variables[extra] = extra
	}
	answer(w, "reminded", r.send("whatsapp:", req.FormValue("phone"), variables))
}

func (r *reminders) send(channel, phone string, variables map[string]any) error {
	text, err := json.Marshal(variables)
	if err != nil {
		return err
	}
	r.mu.Lock()
	template := r.template
	r.mu.Unlock()
	params := (&api.CreateMessageParams{}).SetTo(channel + phone).SetContentSid(template).
		SetContentVariables(string(text)).SetStatusCallback(r.callback)
	if r.service != "" {
		params.SetMessagingServiceSid(r.service)
	} else {
		params.SetFrom(channel + r.sender)
	}
	_, err = r.messages.CreateMessage(params)
	return err
}

// receive reads the answer of somebody. A button counts once: it can be tapped again.
func (r *reminders) receive(w http.ResponseWriter, req *http.Request) {
	reply := "Please tap Yes or No."
	if payload := req.FormValue("ButtonPayload"); payload != "" {
		reply = r.note(req.FormValue("OriginalRepliedMessageSid"), payload)
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, "<Response><Message>%s</Message></Response>", reply)
}

func (r *reminders) note(reminder, payload string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch before, ok := r.answered[reminder]; {
	case reminder == "":
		return "That reminder is too old. Please call us."
	case ok && before == payload:
		return "We know."
	case ok:
		return "You have answered already. Please call us."
	}
	r.answered[reminder] = payload
	log.Printf("%s: %s", reminder, payload)
	return map[string]string{"confirm": "See you!", "cancel": "Another time, then."}[payload]
}

// withoutWhatsApp are the errors after which an SMS may arrive.
var withoutWhatsApp = map[string]bool{"63016": true, "63027": true, "63040": true, "63041": true,
	"63042": true}

// status sends an SMS if the reminder did not arrive on WhatsApp.
func (r *reminders) status(_ http.ResponseWriter, req *http.Request) {
	code := req.FormValue("ErrorCode")
	if code == "" {
		return
	}
	log.Printf("%s: error %s", req.FormValue("MessageSid"), code)
	phone, found := strings.CutPrefix(req.FormValue("To"), "whatsapp:")
	if !found || !withoutWhatsApp[code] {
		return
	}
	if err := r.send("", phone, map[string]any{}); err != nil {
		log.Printf("no SMS to %s: %v", phone, err)
	}
}

// words are what a person reads in place of Twilio's errors.
var words = map[int]string{
	20429: "too many requests",
	21655: "the template is gone: set it up again",
	21656: "a variable is missing",
	90025: "the template has a bad tag",
}

// answer writes what happened for a person, and logs what is unexpected.
func answer(w http.ResponseWriter, done string, err error) {
	var refused *client.TwilioRestError
	switch {
	case err == nil:
		fmt.Fprintln(w, done)
	case errors.As(err, &refused) && words[refused.Code] != "":
		http.Error(w, words[refused.Code], http.StatusConflict)
	default:
		log.Print(err)
		http.Error(w, "try again later", http.StatusBadGateway)
	}
}
