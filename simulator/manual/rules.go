package manual

import (
	"twilsim/simulator/carrier"
	"twilsim/simulator/fault"
)

// rules returns the topic about rules. The lists of words and faults come from their tables.
func rules() string {
	return `A rule is written in words, on the command line, in a rules file and in
scenarios. There are three kinds. Each is read from the top, past the rules of
the other kinds, and the first that matches and is not used up decides.

Rules about messages decide what happens to them; see "twilsim help scripts".

` + carrier.WordHelp(carrier.AboutMessages) + `
Rules about webhooks decide what goes wrong with them on their way to your app.
To, From and MessageStatus are as the webhook has them.

` + carrier.WordHelp(carrier.AboutWebhooks) + `
A fault is one of these:

` + fault.Help() + `
delay and late are for inbound and status, on the simulator's clock. A text
whose webhook is held back is received all the same: "sms" prints until when,
and does not wait. reorder is for status, and not for messages with overlap.
cut never sends the last byte of the body; it raises 11200, is not tried again,
and passes over a GET, which has no body. A TwiML Bin is not called over the
network, so no rule applies to it, nor to "webhooks replay". "twilsim webhooks"
and "twilsim messages show" name the rule that changed a webhook.

Rules about the API decide when it fails.

` + carrier.WordHelp(carrier.AboutAPI) + `
Rules about codes give the code that Verify sends to a number.

` + carrier.WordHelp(carrier.AboutCodes) + `
All rules can have these:

` + carrier.WordHelp(carrier.AboutAny) + `
A pattern is a value, a glob with * and ?, or a regular expression behind ~.

  to=+12025550142 then=unreachable times=1
  webhook=status status=delivered fault=late:30s
  webhook=inbound fault=duplicate:3,param chance=20%
  api=POST:Messages respond=500
  to=+12025550142 code=123456
`
}
