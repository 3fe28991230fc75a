package sdk_test

import (
	"net/http/httptest"
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	sdk "github.com/twilio/twilio-go/rest/content/v1"
	found "github.com/twilio/twilio-go/rest/content/v2"

	"twilsim/simulator"
	"twilsim/simulator/carrier"
)

// TestContent makes, submits, sends, finds, changes and deletes a template with the SDK (F-680,
// F-682, F-684 to F-687).
func TestContent(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.Server)
	t.Cleanup(server.Close)
	c := w.client(server.URL, simulator.DefaultAccountSID, simulator.DefaultAuthToken)
	contents, search := sdk.NewApiServiceWithClient(c), found.NewApiServiceWithClient(c)
	made, err := contents.CreateContent((&sdk.CreateContentParams{}).SetContentCreateRequest(
		sdk.ContentCreateRequest{FriendlyName: "reminder", Language: "en",
			Variables: map[string]string{"1": "you"},
			Types: sdk.Types{TwilioText: &sdk.TwilioText{Body: "Dear {{1}}, at noon."},
				TwilioListPicker: &sdk.TwilioListPicker{Body: "When?", Button: "Show",
					Items: []sdk.ListItem{{Id: "1", Item: "Noon"}}}}}))
	sid := *must(t, made, err).Sid

	_, err = contents.CreateApprovalCreate(sid, (&sdk.CreateApprovalCreateParams{}).
		SetContentApprovalRequest(sdk.ContentApprovalRequest{Name: "reminder", Category: "UTILITY"}))
	wantCode(t, err, 20422, 400) // a list picker cannot be submitted (F-841)
	updated, err := contents.UpdateContent(sid, (&sdk.UpdateContentParams{}).SetContentUpdateRequest(
		sdk.ContentUpdateRequest{Types: sdk.Types{
			TwilioText: &sdk.TwilioText{Body: "Dear {{1}}, at noon."}}}))
	if types := *must(t, updated, err).Types; types["twilio/text"] == nil || len(types) != 1 {
		t.Errorf("changed to %v", types)
	}
	submitted, err := contents.CreateApprovalCreate(sid, (&sdk.CreateApprovalCreateParams{}).
		SetContentApprovalRequest(sdk.ContentApprovalRequest{Name: "reminder", Category: "UTILITY"}))
	if s := must(t, submitted, err); *s.Status != "received" || *s.ContentType != "twilio/text" {
		t.Errorf("submitted: %s %s", *s.Status, *s.ContentType)
	}
	w.advance(5 * time.Minute)
	approval, err := contents.FetchApprovalFetch(sid)
	if status := (*must(t, approval, err).Whatsapp)["status"]; status != "approved" {
		t.Errorf("after five minutes it is %v", status)
	}

	sent, err := w.api.CreateMessage((&api.CreateMessageParams{}).SetTo(recipient).
		SetFrom(simulator.DefaultPhoneNumber).SetContentSid(sid).SetContentVariables(`{"1":"Ana"}`))
	if m := must(t, sent, err); *m.Body != "Dear Ana, at noon." {
		t.Errorf("sent as %q", *m.Body)
	}

	list, err := search.ListContent((&found.ListContentParams{}).SetContentName("^rem").
		SetLanguage([]string{"es", "en"}).SetChannelEligibility([]string{"whatsapp:approved"}))
	if all := must(t, list, err); len(all) != 1 || *all[0].Sid != sid {
		t.Errorf("v2 found %d templates", len(all))
	}
	both, err := contents.ListContentAndApprovals(&sdk.ListContentAndApprovalsParams{})
	if all := must(t, both, err); len(all) != 1 || (*all[0].ApprovalRequests)["name"] != "reminder" {
		t.Errorf("%d templates with approvals", len(all))
	}
	if err := contents.DeleteContent(sid); err != nil {
		t.Error(err)
	}
	_, err = contents.FetchContent(sid)
	wantCode(t, err, 20404, 404)
	_, err = w.api.CreateMessage((&api.CreateMessageParams{}).SetTo(recipient).
		SetFrom(simulator.DefaultPhoneNumber).SetContentSid(sid))
	wantCode(t, err, 21655, 400) // F-701

	rule, err := carrier.ParseRule([]string{"api=POST:Content", "respond=20429"})
	w.Account().Rules.Add(must(t, rule, err))
	_, err = contents.CreateContent((&sdk.CreateContentParams{}).SetContentCreateRequest(
		sdk.ContentCreateRequest{Language: "en"}))
	wantCode(t, err, 20429, 429)
}
