// Package carrier models the network between Twilio and the handset, as far as an app can see it:
// the statuses of a message, their times and error codes, and which callbacks are late, doubled or
// lost.
//
// With Twilio, nobody can make a carrier fail on demand. Here a script describes the failure, and
// the simulator plays it.
//
// # Scripts
//
//	script  = step *( "," step )
//	step    = [ "~" ] status [ ":" code ] [ "@" time ] [ ">" time ]
//	          [ "*" copies ]
//
//	status   queued, sending, sent, delivered, undelivered, failed, read or
//	         canceled
//	:code    Twilio's error code; without it, undelivered and failed have 30008
//	@time    when the status changes, after acceptance; without it 500 ms
//	         after the step before
//	>time    when its callback leaves, after acceptance, if later; this puts
//	         callbacks out of order
//	*copies  how often the callback is sent, 1 to 100
//	~        the status changes but its callback is lost
//
// The parts behind the status may stand in any order, each once. A time is a Go duration, with d
// for days in front: 500ms, 2s, 1h30m, 30d, 1d12h. Some scripts:
//
//	sent,delivered                  the default
//	sent,undelivered:30003@2s       the handset is off
//	sent@1s>4s,delivered@2s         out of order
//	sent,delivered*3                repeated
//	~sent,delivered                 lost
//	sent                            no receipt ever comes (F-168)
//
// [ParseScript] reads one and [Script.String] writes it in its shortest form. [Script.Check]
// compares it with the changes of status that Twilio's messages can make (F-167). The initial
// status is not a step, because it has no callback (F-154 to F-156).
//
// # Who chooses
//
// An [Outcome] is a script with a name, such as unreachable; the names cover the delivery codes of
// facts E.2 and E.4. A [Rule] says which messages get which outcome, and [Rules] keeps the rules of
// an account in order. A magic recipient ([Magic]) and the state of a handset ([HandsetState])
// choose an outcome without a rule. A rule can also make the API itself fail, with a [Response].
//
// # The words of rules
//
// A rule is about messages, webhooks, the API or the codes of Verify. word.go has the table of all
// words; from it come the parser, JSON, YAML, the flags of "twilsim rule add", the help texts, the
// OpenAPI document, and the rest of this section. These words are for rules about messages:
//
//	to=PATTERN         messages, webhooks of messages, or codes of Verify, to
//	                   this PATTERN
//	from=PATTERN       messages, or webhooks of messages, from this PATTERN
//	body=PATTERN       messages whose text has this PATTERN
//	service=PATTERN    messages of a Messaging Service whose SID has this
//	                   PATTERN
//	direction=PATTERN  messages whose direction has this PATTERN: outbound-api,
//	                   -reply or -call
//	then=SCRIPT        what happens to the messages: a delivery SCRIPT, or the
//	                   name of an outcome
//	race               the first callback is answered before the API answers,
//	                   or "sms" returns
//	overlap            callbacks of one message may be in flight together
//	illegal            the script may have changes of status that Twilio's
//	                   messages do not make
//
// These are for rules about webhooks:
//
//	webhook=WHICH      WHICH webhooks: inbound, redirect, fallback, status,
//	                   event or click, or * for all
//	to=PATTERN         messages, webhooks of messages, or codes of Verify, to
//	                   this PATTERN
//	from=PATTERN       messages, or webhooks of messages, from this PATTERN
//	status=PATTERN     callbacks whose MessageStatus has this PATTERN
//	path=PATTERN       webhooks whose URL has a path of this PATTERN
//	url=PATTERN        webhooks whose URL, without fragment and credentials,
//	                   has this PATTERN
//	fault=FAULT        FAULT on the way to the app, as delay:5s; several with
//	                   commas between them
//
// Package fault has the table of faults.
//
// These are for rules about the API:
//
//	api=REQUESTS       REQUESTS of the API: a method or *, and the end of a
//	                   path, as POST:Messages
//	respond=HOW        HOW the API fails: a status, an error as 21408,
//	                   timeout:20s, reset, lost, lost:20s
//
// These are for rules about codes of Verify:
//
//	to=PATTERN         messages, webhooks of messages, or codes of Verify, to
//	                   this PATTERN
//	code=CODE          the CODE that Verify sends, 4 to 10 characters, in place
//	                   of one from the seed
//
// And these are for all rules:
//
//	times=N            the rule applies N times, 1 or more; without this word
//	                   always
//	chance=P%          the rule applies in P% of the cases, by the seed of the
//	                   account
//	disabled           the rule keeps its place and its count, and does not
//	                   apply
//
// The first rule about webhooks that matches decides, whatever the rules about messages say. A rule
// is passed over if one of its faults cannot happen to a webhook: a GET has no body to cut, a
// document is fetched at once, and no callback follows the last one. Two things that can go wrong
// with webhooks are words of rules about messages, as they are about all callbacks of a message:
// race (F-170) and overlap.
//
// # What is not here
//
// Nothing is sent, no clock runs and no message is kept: messaging plays the script and holds
// webhooks back, webhook makes the calls and applies the faults, rest plays the faults of the API.
// Twilio's own magic numbers +1 500 555 000N belong to rest too, as they are errors of its API
// (F-453 to F-462).
//
// Read status.go, step.go, script.go and parse.go; then outcome.go, then.go, magic.go and
// handset.go; then response.go; then word.go, rule.go, webhook.go, ruletext.go, rulejson.go and
// rules.go.
package carrier
