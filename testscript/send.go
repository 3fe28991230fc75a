package testscript

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"twilsim/simulator"
	"twilsim/simulator/clock"
	"twilsim/simulator/suggest"
)

// sendWords are the short names of the parameters of a message, in the order of the usage.
var sendWords = map[string]string{
	"to": "To", "from": "From", "body": "Body", "service": "MessagingServiceSid", "media": "MediaUrl",
	"callback": "StatusCallback", "at": "SendAt",
}

const sendUsage = "send to=NUMBER [from=NUMBER] [service=SID] [body=TEXT] [media=URL…] " +
	"[callback=URL] [at=TIME] [Parameter=VALUE…] [as=NAME]"

// cmdSend sends a message through Twilio's API, as the app would. It prints the message. With !,
// the API must refuse it; then it prints the refusal.
//
//	send to=NUMBER [from=NUMBER] [service=SID] [body=TEXT] [media=URL…] [callback=URL]
//	     [at=TIME] [Parameter=VALUE…] [as=NAME]
func cmdSend(ts host, neg bool, args []string) {
	w := of(ts)
	form, as, err := parseSend(args, w.account.Clock.Now())
	ts.Check(err)
	path := "/2010-04-01/Accounts/" + w.account.SID + "/Messages.json"
	answer, err := w.askAPI(http.MethodPost, path, w.account.SID+":"+w.account.Token, form)
	if err != nil && neg && w.ctx.Err() == nil { // the connection broke
		fmt.Fprintln(ts.Stderr(), plainNetError(err))
		return
	}
	ts.Check(err)
	if answer.status >= 400 {
		refusal := fmt.Sprintf(
			"%d %s %s",
			answer.status,
			answer.text("code"),
			answer.text("message"),
		)
		if !neg {
			ts.Fatalf("the API refused: %s", refusal)
		}
		fmt.Fprintln(ts.Stderr(), refusal)
		return
	}
	fmt.Fprintf(
		ts.Stdout(),
		"%s  %s -> %s  %q  %s\n",
		answer.text("sid"),
		answer.text("from"),
		answer.text("to"),
		answer.text("body"),
		answer.text("status"),
	)
	if neg {
		ts.Fatalf("the API accepted the message")
	}
	w.nameThing(ts, as, answer.text("sid"))
}

// parseSend makes the request's parameters from the command's words. Without from= and service=,
// the sender is the account's number. at= is relative to now, and schedules the message.
func parseSend(args []string, now time.Time) (form url.Values, as string, err error) {
	form = url.Values{}
	for _, word := range args {
		name, value, ok := strings.Cut(word, "=")
		parameter := sendWords[name]
		switch {
		case !ok || name == "":
			return nil, "", fmt.Errorf("%q is not NAME=VALUE\nusage: %s", word, sendUsage)
		case name == "as":
			as = value
		case name == "at":
			d, err := clock.ParseDuration(value)
			if err != nil {
				return nil, "", err
			}
			form.Set("SendAt", now.Add(d).Format("2006-01-02T15:04:05Z"))
			form.Set("ScheduleType", "fixed")
		case parameter != "":
			form.Add(parameter, value)
		case name[0] >= 'A' && name[0] <= 'Z':
			form.Add(name, value)
		default:
			return nil, "", unknownWord(name)
		}
	}
	if !form.Has("From") && !form.Has("MessagingServiceSid") {
		form.Set("From", simulator.DefaultPhoneNumber)
	}
	return form, as, nil
}

func unknownWord(name string) error {
	words := []string{"as"}
	for word := range sendWords {
		words = append(words, word)
	}
	slices.Sort(words)
	if near := suggest.Nearest(name, words); near != "" {
		return fmt.Errorf("unknown word %q: did you mean %q?", name, near)
	}
	return fmt.Errorf("unknown word %q\nusage: %s", name, sendUsage)
}
