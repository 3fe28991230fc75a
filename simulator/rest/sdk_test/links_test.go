package sdk_test

import (
	"regexp"
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	msg "github.com/twilio/twilio-go/rest/messaging/v1"
)

// TestLinks has the SDK set up a domain, and send a message whose link is short (F-800 to F-803).
func TestLinks(t *testing.T) {
	w := newWorld(t)
	const domain = "DN0123456789abcdef0123456789abcdef"
	service, err := w.msg.CreateService((&msg.CreateServiceParams{}).SetFriendlyName("Shop"))
	must(t, service, err)
	config, err := w.msg.UpdateDomainConfig(domain,
		(&msg.UpdateDomainConfigParams{}).SetFallbackUrl("https://shop.example/old"))
	if must(t, config, err); *config.FallbackUrl != "https://shop.example/old" {
		t.Errorf("the fallback is %s", *config.FallbackUrl)
	}
	used, err := w.msg.CreateLinkshorteningMessagingService(domain, *service.Sid)
	if must(t, used, err); *used.DomainSid != domain {
		t.Errorf("the domain is %s", *used.DomainSid)
	}
	numbers, err := w.api.ListIncomingPhoneNumber(nil)
	sender, err2 := w.msg.CreatePhoneNumber(*service.Sid,
		(&msg.CreatePhoneNumberParams{}).SetPhoneNumberSid(*must(t, numbers, err)[0].Sid))
	must(t, sender, err2)
	sent, err := w.api.CreateMessage((&api.CreateMessageParams{}).SetTo(recipient).
		SetMessagingServiceSid(*service.Sid).SetBody("https://shop.example/sale").
		SetShortenUrls(true))
	must(t, sent, err)
	w.advance(time.Minute)
	got, err := w.api.FetchMessage(*sent.Sid, nil)
	short := regexp.MustCompile(`^https://twil\.example/\w{10}$`)
	if must(t, got, err); !short.MatchString(*got.Body) {
		t.Errorf("the text is %q", *got.Body)
	}
	if err := w.msg.DeleteLinkshorteningMessagingService(domain, *service.Sid); err != nil {
		t.Error(err)
	}
}
