package coverage

import "strings"

// products adds what can happen to the codes of Verify, and to the events of Event Streams. Too
// many checks and too many codes come from a rule: the real ones take lines that say nothing else.
func (t *table) products() {
	service := []string{"api POST /v2/Services FriendlyName=Shop as=SERVICE"}
	start := "api POST /v2/Services/$SERVICE/Verifications To=+12025550142 Channel=sms"
	check := "api POST /v2/Services/$SERVICE/VerificationCheck To=+12025550142 Code="
	for _, v := range []struct {
		name, key string
		lines     []string
	}{
		{"approved", "approved", []string{start, "code +12025550142 as=CODE within=5s",
			check + "$CODE", "expect verification to=+12025550142 status=approved"}},
		{"a wrong code", "wrong", []string{"rule to=+12025550142 code=424242", start, check + "000000",
			"expect request path=*/VerificationCheck http=201 response=*pending*"}},
		{"the code never arrives", "lost", []string{"phone +12025550142 off", start, "clock run",
			"expect message from=VERIFY status=undelivered error_code=30003"}},
		{"expired", "expired", []string{start, "clock advance 10m1s", "! " + check + "000000",
			"expect request path=*/VerificationCheck code=20404"}},
		{"used a second time", "again", []string{start, "code +12025550142 as=CODE within=5s",
			check + "$CODE", "! " + check + "$CODE",
			"expect request path=*/VerificationCheck code=20404"}},
		{"too many checks", "checks", []string{"rule api=POST:VerificationCheck respond=60202", start,
			"! " + check + "000000", "expect request path=*/VerificationCheck code=60202"}},
		{"too many codes", "sends", []string{"rule api=POST:Verifications respond=60203",
			"! " + start, "expect request path=*/Verifications code=60203"}},
		{"an invalid number", "invalid", []string{
			"! api POST /v2/Services/$SERVICE/Verifications To=123 Channel=sms",
			"expect request path=*/Verifications code=60200"}},
	} {
		lines := append(service[:len(service):len(service)], v.lines...)
		t.add("Verify", v.name, "verify/"+v.key, verify, lines...)
	}
	sink := []string{"app",
		"api POST /v1/Sinks Description=All SinkType=webhook " +
			`'SinkConfiguration={"destination":"'$PUBLIC_URL'/events","method":"POST"}' as=SINK`,
		"api POST /v1/Subscriptions Description=All SinkSid=$SINK " +
			`'Types={"type":"com.twilio.messaging.message.sent"}'`,
	}
	for _, f := range []string{"duplicate", "late:1m", "drop", "signature:bad"} {
		lines := append(sink[:len(sink):len(sink)], "rule webhook=event times=1 fault="+f, send,
			"clock run")
		if f == "signature:bad" {
			lines = append(lines, "expect alert code=91305")
		}
		kind, _, _ := strings.Cut(f, ":")
		t.add("event", kind, "fault/event/"+kind, events,
			append(lines, "expect webhook purpose=event fault="+f+"*")...)
	}
}
