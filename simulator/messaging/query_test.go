package messaging

import (
	"testing"

	"twilsim/simulator/journal"
)

// TestParseQuery checks which values of a field are refused, because nothing has them.
func TestParseQuery(t *testing.T) {
	for _, tt := range []struct {
		kind journal.Kind
		word string
		want string // the error; "" for none
	}{
		{journal.Messages, "status=delivered", ""},
		{journal.Messages, "status=deliverd", `status is never "deliverd": did you mean "delivered"?`},
		{journal.Messages, "status!=deliverd", `status is never "deliverd": did you mean "delivered"?`},
		{journal.Messages, "status=Delivered", `status is never "Delivered": did you mean "delivered"?`},
		{journal.Messages, "status=deliv*", ""},
		{journal.Messages, "status=~^x", ""},
		{journal.Messages, "direction=outbound_reply",
			`direction is never "outbound_reply": did you mean "outbound-reply"?`},
		{journal.Messages, "direction=out", `direction is never "out": did you mean "outbound-api"?`},
		{journal.Messages, "encoding=UCS2", `encoding is never "UCS2": did you mean "UCS-2"?`},
		{journal.Messages, "error_code=3000x", `error_code is a number, not "3000x"`},
		{journal.Messages, "error_code=", ""},
		{journal.Messages, "num_segments:>1", ""},
		{journal.Messages, "body=deliverd", ""},
		{journal.Webhooks, "purpose=inbond", `purpose is never "inbond": did you mean "inbound"?`},
		{journal.Webhooks, "purpose=api",
			`purpose is never "api": its values are inbound redirect fallback status http-redirect event ` +
				`click custom`},
		{journal.Webhooks, "signature=wrong", `signature is never "wrong": did you mean "wrong-url"?`},
		{journal.Webhooks, "MessageStatus=deliverd",
			`MessageStatus is never "deliverd": did you mean "delivered"?`},
		{journal.Webhooks, "method=post", `method is never "post": did you mean "POST"?`},
		{journal.Webhooks, "http=2xx", `http is a number, not "2xx"`},
		{journal.Webhooks, "http=20?", ""},
		{journal.Requests, "method=PSOT", `method is never "PSOT": did you mean "POST"?`},
		{journal.Requests, "Status=canceled", ""},
		{journal.Alerts, "level=warn", `level is never "warn": did you mean "warning"?`},
		{journal.Alerts, "acknowledged=yes", `acknowledged is never "yes": its values are true false`},
		{journal.Alerts, "code=SIM-3", ""},
		{journal.Alerts, "code=11*", ""},
		{journal.Alerts, "code=abc", `code is a number, or SIM- and a number, not "abc"`},
		{journal.Messages, "to!=12025550142",
			`no message has the address "12025550142": did you mean "+12025550142"?`},
		{journal.Messages, "from=ACME", ""},
		{journal.Webhooks, "From=2025550142",
			`no message has the address "2025550142": did you mean "+12025550142"?`},
		{journal.Requests, "To=2025550142", ""}, // an app may send this
		{journal.Webhooks, "path=status", `a path begins with /: did you mean "/status"?`},
		{journal.Verifications, "status=aproved", `status is never "aproved": did you mean "approved"?`},
		{journal.Verifications, "status=max-attempts-reached",
			`status is never "max-attempts-reached": did you mean "max_attempts_reached"?`},
		{journal.Verifications, "channel=smss", `channel is never "smss": did you mean "sms"?`},
		{journal.Templates, "status=aproved", `status is never "aproved": did you mean "approved"?`},
		{journal.Templates, "status=removed", ""},
		{journal.Events, "status=droped", `status is never "droped": did you mean "dropped"?`},
	} {
		t.Run(string(tt.kind)+" "+tt.word, func(t *testing.T) {
			got := ""
			if _, err := ParseQuery(tt.kind, []string{tt.word}); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
