// Package app is the app of Twilio's first messaging tutorial: it answers a text with TwiML and
// prints what became of the answer.
//
// It stands for anybody's program. It knows Twilio's libraries and nothing of twilsim, so whatever
// the simulator does with it, it does with yours. scenarios/apps holds the same app written with
// Express and with Flask; what this comment says holds for all three, and a scenario tells the same
// story with each.
//
// # What it serves
//
//	GET  /               200 "ok": the app is up
//	POST /sms            an inbound text; prints "Message from <From>: <Body>" and answers by the
//	                     table below
//	POST /sms2           the target of the word redirect; answers the Message "redirected"
//	POST /status         the status of a reply, also on all paths below /status/; answers 200 with
//	                     an empty body and prints
//	                     "Message SID <MessageSid> has a status of <MessageStatus>" and, if there
//	                     is one, on the next line "Error code <ErrorCode>"
//	POST /events         events of Event Streams, only here and not with Express and Flask; prints
//	                     "counted <messageSid> <messageStatus>" for the first time that it sees an
//	                     event, "late …" for a status that is behind one that it knows, "event
//	                     <type> …" for one without a status, and "duplicate <type>" after that
//	GET  /picture.png    the picture of the word media; needs no signature
//
// A webhook may come by GET as well, since the owner of a number can choose so; its parameters are
// then in the query. HEAD is answered as GET is, without the body. A webhook without a good
// X-Twilio-Signature gets 403 and prints nothing.
//
// # What it replies
//
// The first word of the text, up to the first space and in lower case, chooses:
//
//	word              the answer
//	anything else     <Message action="/status">You said: BODY</Message>
//	absolute          the same, with the action PUBLIC_URL/status
//	callback          the same, with statusCallback="/status" in place of the action
//	get               the same, with method="GET"
//	order             the same, with action="/status/order/7"
//	several           three Messages: one, two, three
//	media             <Message><Body>a picture</Body><Media>/picture.png</Media></Message>
//	redirect          <Redirect>/sms2</Redirect>
//	plain             text/plain "plain text"
//	quiet             <Response/>
//	forward NUMBER    <Message to="NUMBER">forwarded</Message>
//
// Each Message but that of callback has an action, "/status" where the table names no other. A
// character that XML cannot hold goes out as U+FFFD, and a line break in what is printed becomes a
// space, so that one event is always one line.
//
// # What it is not
//
// It sends nothing of its own accord, keeps only what its consumer of events counts, and
// does not know voice.
//
// Read app.go, then sms.go and status.go; env.go is for the command in cmd/app.
package app
