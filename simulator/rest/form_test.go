package rest

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"twilsim/simulator/messaging"
)

// draftOf decodes a form as the route that creates messages does.
func draftOf(t *testing.T, h *Handler, form url.Values) messaging.Draft {
	t.Helper()
	for _, route := range h.byLength[len(strings.Split(messagesPath[1:], "/"))] {
		if route.method == "POST" && route.pattern == messagesPath {
			d, err := (&request{handler: h, route: route, form: form}).draft()
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
	}
	t.Fatal("no route creates messages")
	return messaging.Draft{}
}

func TestDraft(t *testing.T) {
	h := &Handler{Accounts: messaging.NewAccounts(messaging.New(messaging.Options{}))}
	h.once.Do(h.start)
	for _, tt := range []struct {
		name, form string
		want       messaging.Draft
	}{
		{"none", "", messaging.Draft{}},
		{"common", "To=1&From=2&Body=3&StatusCallback=4&MessagingServiceSid=5",
			messaging.Draft{To: "1", From: "2", Body: "3", HasBody: true, StatusCallback: "4",
				MessagingServiceSID: "5"}},
		{"arrays", "MediaUrl=a&MediaUrl=b,c&PersistentAction=d&PersistentAction=e", // F-323
			messaging.Draft{MediaURL: []string{"a", "b,c"}, PersistentAction: []string{"d", "e"}}},
		{"an empty Body", "Body=", messaging.Draft{HasBody: true, Empty: []string{"Body"}}},
		{"options", "SendAt=1&ScheduleType=2&ValidityPeriod=3&SmartEncoded=4&ApplicationSid=5&" +
			"SendAsMms=6&ShortenUrls=7",
			messaging.Draft{SendAt: "1", ScheduleType: "2", ValidityPeriod: "3", SmartEncoded: "4",
				ApplicationSID: "5", SendAsMms: "6", ShortenUrls: "7"}},
		{"other options", "MaxPrice=1&ProvideFeedback=2&Attempt=3&ForceDelivery=4&" +
			"ContentRetention=5&AddressRetention=6&TrafficType=7",
			messaging.Draft{MaxPrice: "1", ProvideFeedback: "2", Attempt: "3", ForceDelivery: "4",
				ContentRetention: "5", AddressRetention: "6", TrafficType: "7"}},
		{"the rest", "ContentSid=1&ContentVariables=2&RiskCheck=3&FallbackFrom=4",
			messaging.Draft{ContentSID: "1", ContentVariables: "2", RiskCheck: "3",
				FallbackFrom: "4"}},
		{"unknown", "Priority=high&to=1&body=2&To.x=3&MediaUrl.0=4", messaging.Draft{}}, // F-350
	} {
		t.Run(tt.name, func(t *testing.T) {
			form, err := url.ParseQuery(tt.form)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, draftOf(t, h, form)); diff != "" {
				t.Errorf("draft (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDraftHasEveryParameter: no parameter of the forms is lost on the way into the draft.
func TestDraftHasEveryParameter(t *testing.T) {
	h := &Handler{Accounts: messaging.NewAccounts(messaging.New(messaging.Options{}))}
	h.once.Do(h.start)
	form := url.Values{}
	for _, list := range [][]string{
		parameters[messageForm](""),
		parameters[messageOptions](""),
		parameters[messageOptions]("none"),
	} {
		for _, name := range list {
			form.Set(name, "value-of-"+name)
		}
	}
	if len(form) < 25 {
		t.Errorf("the forms have only %d parameters", len(form))
	}
	draft := fmt.Sprintf("%+v", draftOf(t, h, form))
	for name := range form {
		if !regexp.MustCompile(`\bvalue-of-` + name + `\b`).MatchString(draft) {
			t.Errorf("the draft lacks %s: %s", name, draft)
		}
	}
}

// FuzzDraft: no form breaks the decoder, and of a parameter that is there twice the last value
// counts.
func FuzzDraft(f *testing.F) {
	for _, s := range []string{"", "To=1", "To=1&To=2", "to=1&To=2&TO=3", "To.0=1",
		"MediaUrl.99999999999=x", "Body=%F0%9F%91%8D", "To[]=1", "=&=", "."} {
		f.Add(s)
	}
	h := &Handler{Accounts: messaging.NewAccounts(messaging.New(messaging.Options{}))}
	h.once.Do(h.start)
	f.Fuzz(func(t *testing.T, s string) {
		form, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		want := ""
		if all := form["To"]; len(all) > 0 {
			want = all[len(all)-1]
		}
		if d := draftOf(t, h, form); d.To != want || d.HasBody != form.Has("Body") {
			t.Errorf("To is %q, want %q", d.To, want)
		}
	})
}

// TestReadMessageForm checks that the common parameters are read as gorilla/schema reads them.
func TestReadMessageForm(t *testing.T) {
	h := &Handler{Accounts: messaging.NewAccounts(messaging.New(messaging.Options{}))}
	h.once.Do(h.start)
	for _, form := range []url.Values{
		{}, {"To": nil}, {"To": {"1", "2"}, "From": {""}, "Body": {"a", ""}},
		{"MediaUrl": {"http://a", "", "http://b,http://c"}, "MessagingServiceSid": {"MG1"}},
		{"MediaUrl": {""}}, {"StatusCallback": {"http://a"}, "ContentSid": {"HX1"}},
	} {
		var want messageForm
		if err := h.decoder.Decode(&want, form); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, readMessageForm(form), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%v (-want +got):\n%s", form, diff)
		}
	}
}
