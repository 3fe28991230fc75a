// Package carrier is the network between Twilio and the handset, as far as an app can see it: which statuses a message goes
// through, when, with which error code, and which of its callbacks are late, doubled or lost.
//
// Twilio's own carriers cannot be asked for a failure. Here the failure is written down, as a script, and happens.
//
// # Scripts
//
//	script  = step *( "," step )
//	step    = [ "~" ] status [ ":" code ] [ "@" time ] [ ">" time ] [ "*" copies ]
//
//	status   queued, sending, sent, delivered, undelivered, failed, read or canceled
//	:code    Twilio's error code; undelivered and failed have 30008 where none is given
//	@time    when the status changes, counted from the message's acceptance; else 500 ms after the step before
//	>time    when its callback leaves, counted likewise, if later: this is how callbacks come out of order
//	*copies  the callback is sent so many times, 1 to 100
//	~        the status changes but its callback is lost
//
// The parts behind the status may stand in any order, each once. A time is a Go duration, with d for days in front: 500ms, 2s,
// 1h30m, 30d, 1d12h. Some scripts:
//
//	sent,delivered                  what happens where nobody says otherwise
//	sent,undelivered:30003@2s       the handset is off
//	sent@1s>4s,delivered@2s         out of order
//	sent,delivered*3                repeated
//	~sent,delivered                 lost
//	sent                            no receipt ever comes (F-168)
//
// [ParseScript] reads one and [Script.String] writes it in its shortest form. [Script.Check] holds it against the ways that
// Twilio's messages can go (F-167). The initial status is no step: there is no callback for it (F-154 to F-156).
//
// # Who chooses
//
// An [Outcome] is a script with a name, such as unreachable; the names cover the delivery codes of facts E.2 and E.4. A
// [Rule] says which messages get which outcome, and [Rules] keeps the rules of an account in order. A magic recipient
// ([Magic]) and the state of a handset ([HandsetState]) each stand for an outcome with no rule at all. A rule can also have the
// API itself fail, with a [Fault].
//
// # What goes wrong on the way to the app
//
// A rule about webhooks names a purpose, which webhooks, and one or several faults, each a [WireFault]:
//
//	rule   = "webhook=" ( "inbound" | "redirect" | "fallback" | "status" | "*" )
//	         [ "to=" ] [ "from=" ] [ "status=" ] [ "path=" ] [ "url=" ] "fault=" fault *( "," fault ) [ "times=" ] [ "chance=" ]
//
//	delay:TIME       [Delay]: it leaves so much later, and those of the message behind it wait
//	late:TIME        [Late]: it leaves so much later, and others overtake it
//	reorder          [Reorder]: it leaves once the next callback of the message was answered
//	duplicate[:N]    [Duplicate]: it is sent N times, else twice, under one idempotency token
//	drop             [Drop]: it is never sent
//	cut[:BYTES]      [Cut]: the connection breaks off in the body, else in its middle
//	param[:NAME=VALUE]  [Param]: a parameter more, signed along
//	signature:HOW    [Signature]: bad, missing, replayed, stale or wrong-url
//
// They come to a [Wire]. The first such rule that matches decides, whatever the rules about messages say, and one of whose faults
// cannot happen to a webhook is passed over: a GET has no body to cut, a document is fetched at once, and the last callback has
// none to come behind. Two things that a webhook can do wrong are words of the rules about messages, as they say how all
// callbacks of a message leave: race, the first before the API's answer (F-170), and overlap, all in flight together.
//
// # What is not here
//
// Nothing is sent, no clock runs and no message is kept: messaging plays the script and holds webhooks back, webhook makes the
// calls and does to them what a [Wire] says, rest plays the faults of the API. Twilio's own magic numbers +1 500 555 000N belong
// to rest too, as they are errors of its API (F-453 to F-462).
//
// Read status.go, step.go, script.go and parse.go; then outcome.go, then.go, magic.go and handset.go; then fault.go; then
// wire.go and a file for each fault on the wire; then rule.go, ruletext.go, rulejson.go and rules.go.
package carrier
