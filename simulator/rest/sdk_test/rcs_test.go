package sdk_test

import (
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	msg "github.com/twilio/twilio-go/rest/messaging/v1"

	"twilsim/simulator/carrier"
)

// TestChannelSenders has the SDK put a sender of RCS into a service and send by it (F-618, F-791).
func TestChannelSenders(t *testing.T) {
	w := newWorld(t)
	agent, err := w.Account().SetNumber("rcs:shop_agent", "", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Account().SetHandset(recipient, carrier.HandsetRCS); err != nil {
		t.Fatal(err)
	}
	service, err := w.msg.CreateService((&msg.CreateServiceParams{}).SetFriendlyName("Shop"))
	must(t, service, err)
	added, err := w.msg.CreateChannelSender(*service.Sid,
		(&msg.CreateChannelSenderParams{}).SetSid(agent.SID))
	if must(t, added, err); *added.Sender != "rcs:shop_agent" || *added.SenderType != "RCS" {
		t.Errorf("the sender is %s, %s", *added.Sender, *added.SenderType)
	}
	list, err := w.msg.ListChannelSender(*service.Sid, nil)
	if err != nil || len(list) != 1 || *list[0].Sid != agent.SID {
		t.Errorf("the list: %v, %v", list, err)
	}
	sent, err := w.api.CreateMessage((&api.CreateMessageParams{}).SetTo(recipient).
		SetMessagingServiceSid(*service.Sid).SetBody("Hello"))
	must(t, sent, err)
	w.advance(time.Minute)
	got, err := w.api.FetchMessage(*sent.Sid, nil)
	if must(t, got, err); *got.From != "rcs:shop_agent" || *got.Status != "delivered" {
		t.Errorf("it is %s from %s", *got.Status, *got.From)
	}
	fetched, err := w.msg.FetchChannelSender(*service.Sid, agent.SID)
	must(t, fetched, err)
	if err := w.msg.DeleteChannelSender(*service.Sid, agent.SID); err != nil {
		t.Error(err)
	}
}
