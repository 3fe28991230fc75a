package coverage

import "strings"

// createParameters are the parameters of a message that have an effect, each with what a line of
// send needs for it. To, From and Body are in every line.
var createParameters = []struct{ name, words string }{
	{"StatusCallback", "callback=$PUBLIC_URL/status"},
	{"ValidityPeriod", "ValidityPeriod=60"},
	{"SmartEncoded", "SmartEncoded=true"},
}

// service makes a Messaging Service with the number +12025550101.
var service = []string{
	"env ACCOUNT=/2010-04-01/Accounts/$TWILIO_ACCOUNT_SID",
	"api POST $ACCOUNT/IncomingPhoneNumbers.json PhoneNumber=+12025550101 as=NUMBER",
	"api POST /v1/Services FriendlyName=Shop InboundRequestUrl=$PUBLIC_URL/sms as=SHOP",
	"api POST /v1/Services/$SHOP/PhoneNumbers PhoneNumberSid=$NUMBER",
}

// parameters adds those that Twilio sends, and those that the app sends. service is cut to its
// length before something is appended, so that two rows never share an array.
func (t *table) parameters() {
	for _, p := range []struct{ name, key, text string }{
		{"ten pictures", "pictures", sms + strings.Repeat(" media="+picture, 10)},
		{"markup", "markup", "sms +12025550142 +12025550100 '<b>&\"'"},
		{"several lines", "lines", "sms +12025550142 +12025550100 body=" + textFile},
		{"without a place", "place", "sms +18005550142 +12025550100 hello"},
	} {
		t.add("parameter", p.name, "parameter/"+p.key, texts, p.text,
			"expect webhook purpose=inbound http=200")
	}
	inbound := append(service[:len(service):len(service)],
		"sms +12025550142 +12025550101 hello")
	t.add("parameter", "a text through a service", "parameter/service", services,
		append(inbound, "expect webhook purpose=inbound MessagingServiceSid=$SHOP http=200")...)
	optOut := append(service[:len(service):len(service)], "service $SHOP advanced-opt-out on",
		"sms +12025550142 +12025550101 STOP")
	t.add("parameter", "OptOutType", "parameter/opt-out", services,
		append(optOut, "expect webhook purpose=inbound OptOutType=STOP http=200")...)
	for _, p := range []struct{ name, key, then, expect string }{
		{"ErrorCode in a callback", "ErrorCode", "unreachable", "ErrorCode=30003"},
		{"failed without sent before", "failed", "queue-overflow", "MessageStatus=failed"},
		{"a status that does not exist yet", "unknown", "sent,read illegal", "MessageStatus=read"},
	} {
		t.add("parameter", p.name, "parameter/status/"+p.key, callbacks,
			"rule then="+p.then, sms, "clock run", status+" "+p.expect+" http=200")
	}
	for _, p := range createParameters {
		t.add("parameter", p.name+" of a message", "create/"+p.name, "create/"+p.name,
			"app", send+" "+p.words, "clock run", "expect message direction=outbound-api")
	}
	through := append(service[:len(service):len(service)],
		"send to=+12025550142 service=$SHOP body=hello", "clock run",
		"expect message direction=outbound-api status=delivered")
	t.add("parameter", "MessagingServiceSid of a message", "create/MessagingServiceSid",
		"create/MessagingServiceSid", through...)
	later := append(service[:len(service):len(service)],
		"send to=+12025550142 service=$SHOP body=hello at=30m", "clock run",
		"expect message direction=outbound-api status=delivered")
	t.add("parameter", "SendAt of a message", "create/SendAt", "create/SendAt", later...)
}
