package testscript

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"twilsim/simulator/content"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/webhook"
)

const contentUsage = "content add NAME FILE|TEXT [as=NAME] or " +
	"content approve|reject|pause|disable|rm TEMPLATE"

// cmdContent makes a content template, or decides about one as WhatsApp does.
//
//	content add NAME FILE|TEXT [as=NAME]
//	content approve|reject|pause|disable|rm TEMPLATE
func cmdContent(ts host, neg bool, args []string) {
	if len(args) < 2 {
		usage(ts, contentUsage)
	}
	err := contentCommand(ts, args)
	if neg {
		if err == nil {
			ts.Fatalf("the template was taken")
		}
		fmt.Fprintln(ts.Stderr(), err)
		return
	}
	ts.Check(err)
}

// reviews are the decisions of WhatsApp by their words.
var reviews = map[string]content.Status{
	"approve": content.Approved, "reject": content.Rejected, "pause": content.Paused,
	"disable": content.Disabled,
}

func contentCommand(ts host, args []string) error {
	library := of(ts).account.Content
	switch status, isReview := reviews[args[0]]; {
	case args[0] == "add" && len(args) <= 4:
		return addTemplate(ts, args[1:])
	case args[0] == "rm" && len(args) == 2:
		t, err := library.Find(args[1])
		if err != nil {
			return err
		}
		return library.Delete(t.SID)
	case isReview && len(args) == 2:
		_, err := library.SetStatus(args[1], status, "")
		return err
	}
	usage(ts, contentUsage)
	return nil
}

// addTemplate makes a template of a file that the scenario has, or of a text. A name that ends in
// .json is a file's, anything else the text itself.
func addTemplate(ts host, args []string) error {
	as, named := "", len(args) == 3
	if named {
		as, named = strings.CutPrefix(args[2], "as=")
	}
	if len(args) != 2 && !named {
		usage(ts, contentUsage)
	}
	draft := content.Draft{FriendlyName: &args[0]}
	if strings.HasSuffix(args[1], ".json") {
		body, err := os.ReadFile(ts.MkAbs(args[1]))
		if err != nil {
			return err
		}
		if draft, err = content.ParseDraft(body); err != nil {
			return err
		}
		draft.FriendlyName = &args[0]
	} else {
		english := "en"
		data, err := json.Marshal(map[string]string{"body": args[1]})
		if err != nil {
			return err
		}
		draft.Language, draft.Types = &english, content.Types{{Name: "twilio/text", Data: data}}
	}
	made, err := of(ts).account.Content.Create(draft)
	if err != nil {
		return err
	}
	of(ts).provideTemplate(args[0], made.SID)
	if named {
		if err := checkName(as); err != nil {
			return err
		}
		ts.Setenv(as, made.SID)
	}
	fmt.Fprintln(ts.Stdout(), made.SID)
	return nil
}

// provideTemplate notes a template. It is used if a request names it, or reads the list of all.
func (w *world) provideTemplate(name, sid string) {
	account := w.account
	w.provide("content "+name, func() bool {
		return slices.ContainsFunc(account.Journal.Things(journal.Requests), func(t journal.Thing) bool {
			x := t.(*journal.Exchange)
			return strings.Contains(x.Body+x.URL, sid) ||
				x.Method == http.MethodGet && strings.Contains(x.URL, "/Content")
		})
	})
}

const tapUsage = "tap SID BUTTON [NAME=VALUE…] [as=NAME]"

// cmdTap taps a button of a message on the phone, and prints what came back.
//
//	tap SID BUTTON [NAME=VALUE…] [as=NAME]
func cmdTap(ts host, neg bool, args []string) {
	if len(args) < 2 {
		usage(ts, tapUsage)
	}
	w := of(ts)
	m, err := w.message(args[0])
	ts.Check(err)
	tap, as := messaging.Tap{MessageSID: m.ID(), Button: args[1]}, ""
	for _, word := range args[2:] {
		name, value, ok := strings.Cut(word, "=")
		switch {
		case !ok:
			ts.Fatalf("%q is not NAME=VALUE; quote a button of several words", word)
		case name == "as":
			as = value
		default:
			tap.Params = append(tap.Params, webhook.Param{Name: name, Value: value})
		}
	}
	text, err := w.account.TapText(tap)
	if err == nil {
		var receipt *messaging.Receipt
		if receipt, err = w.receive(text); err == nil && !neg {
			w.nameThing(ts, as, receipt.Message.ID())
			w.printReceipt(ts.Stdout(), receipt)
			return
		}
	}
	if !neg {
		ts.Check(err)
	}
	if err == nil {
		ts.Fatalf("the tap was taken")
	}
	fmt.Fprintln(ts.Stderr(), err)
}
