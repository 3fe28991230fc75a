// Package testscript is the language of scenarios: stories about an app and its texts, checked to
// the letter. It is the engine of github.com/rogpeppe/go-internal/testscript with commands for a
// Twilio number, handsets, a carrier and a virtual clock.
//
// A scenario is one txtar file. Lines that begin with # open its phases; the files that it needs
// stand below.
//
//	# the handset is off when the reply goes out
//	app
//	rule to=+12025550142 then=sent,undelivered:30003@2s
//	sms +12025550142 +12025550100 'Where is my order?'
//	expect message to=+12025550142 direction=outbound-reply as=REPLY
//
//	# the app receives the callback
//	clock advance 5s
//	applog 'Message SID '$REPLY' has a status of undelivered'
//	expect webhook path=/status MessageStatus=undelivered ErrorCode=30003
//	! expect webhook path=/status MessageStatus=delivered
//
// Run scenarios with [Run] from go test, or with [Runner], as the command twilsim run does. Each
// has a simulator, an account, a virtual clock, rules and an app of its own, so they run in
// parallel. Nothing sleeps: expect and applog wait for what they ask for, and time passes only with
// clock, or with expect's within=.
//
// A scenario fails on any alert of level error that it does not expect, in any account, and on any
// request that the simulator does not model. Alerts of level warning or info do not fail it; the
// hints SIM-4 and up are of these ("twilsim help hints").
//
// Mistakes are found before a scenario runs, where a line has no variable: twilsim check prints
// them all. With --strict, a scenario also fails if it does not start the app of --app, if the
// built-in app stands in for yours, and if a rule, the state of a handset or a bin is never used;
// without it a line says so.
//
// An app has two seconds of real time, or --patience, to answer a webhook. After that Twilio's
// limit of 15 seconds passes on the virtual clock, the webhook was not answered, and the callbacks
// behind it follow.
//
// # Lines
//
// A line is a command and its words. A word in single quotes may have spaces; a quote within it
// is doubled. $NAME is a variable, except in quotes. A # begins a comment.
//
//	! COMMAND              the command must fail, or its text must be absent
//	[CONDITION] COMMAND    only where the condition holds
//	[!CONDITION] COMMAND   only where it does not
//
// Patterns are regular expressions of Go. ${NAME@R} is a variable whose characters stand for
// themselves in a pattern.
//
// # Engine commands
//
// These come with the engine. Paths are relative to $WORK, the scenario's own directory, into which
// the files below the script are unpacked.
//
//	cd DIR                       the directory of the commands that follow
//	chmod MODE PATH…             octal permissions
//	[!] cmp FILE FILE            the same content; stdout is a file too
//	[!] cmpenv FILE FILE         the same, with variables in the second file
//	cp SOURCE… TARGET            copy files; stdout and stderr are sources too
//	env [NAME=VALUE…]            set variables, or print them all
//	[!] exec PROGRAM [ARG…] [&]  run a program; & or &NAME& in the background
//	[!] exists [-readonly] FILE… the files are there
//	[!] grep [-count=N] PATTERN FILE
//	                             the file matches
//	kill [-SIGNAL] [NAME]        end background programs
//	mkdir DIR…                   make directories
//	mv FROM TO                   rename
//	rm PATH…                     remove
//	skip [MESSAGE]               skip the scenario
//	[!] stderr [-count=N] PATTERN
//	                             what the last command wrote to stderr matches
//	stdin FILE                   the input of the next exec
//	[!] stdout [-count=N] PATTERN
//	                             what the last command wrote to stdout matches
//	stop [MESSAGE]               end the scenario here; it passes
//	symlink FILE -> TARGET       make a symbolic link
//	ttyin [-stdin] FILE          give the next exec a terminal with this input
//	[!] ttyout [-count=N] PATTERN
//	                             what it wrote to that terminal matches
//	unix2dos FILE…               end the lines with CR LF
//	unquote FILE…                remove the > with which lines begin
//	wait [NAME]                  wait until background programs have ended
//
// # Commands
//
// These commands are for apps and their texts. Each has a section below: see "twilsim help
// scenarios expect" for one of them.
//
//	account    run a command about another account
//	answer     start an app that gives fixed answers
//	api        make a request to Twilio's API
//	app        start the app under test
//	applog     wait for output of the app
//	bin        make a TwiML Bin
//	click      click on a short link
//	clock      move the virtual clock
//	code       read the code of Verify's that a handset has received
//	content    make a content template, or decide about one as WhatsApp does
//	deliver    set the status of a message by hand
//	expect     wait for a message, webhook, request or alert
//	explore    tell something to the bug search
//	http       make a plain request, to the app for instance
//	key        make an API key
//	lookup     set what Twilio's Lookup says about a number
//	number     set where a number's messages go
//	phone      switch a handset off, or on
//	quirk      set a switch for unknown behaviour of Twilio
//	rule       choose what happens to messages, webhooks and API requests
//	schedule   make single things go otherwise
//	send       send a message, as the app would
//	service    change a Messaging Service
//	signature  make the signature of the next webhook wrong
//	sms        text as a handset
//	tap        tap a button of a message on the phone
//	timeline   print what happened to a message
//
// # api
//
//	api METHOD PATH [NAME=VALUE…] [user=SID[:SECRET]] [as=NAME]
//
// Make a request to Twilio's API with the account's credentials, or with those of user=, a
// subaccount's SID or SID:SECRET: PATH is /2010-04-01/Accounts/$TWILIO_ACCOUNT_SID/Messages.json or
// /v1/Services. The body goes to stdout, the status to stderr. A status of 400 or more and a broken
// connection fail; with !, they pass. as=SHOP sets $SHOP to the sid of the answer, or of a list's
// first item.
//
// # app
//
//	app [-intercept] [-patience TIME] [-url PATH|none] [CMD ARG…]
//
// Start the app under test, wait until it listens, and point the default number at its /sms, or at
// PATH; with none the number stays as it is, for an app that only sends. Without CMD it is the app
// that the run names with --app, else the tutorial's app, built in. A program with a path is
// searched for in $WORK first, then in the directory where the run began, $ROOT. Its environment
// has PORT, the variables below, those that env lines above app have set, and a proxy that refuses
// all hosts but this machine, with an alert of level error, SIM-2. Sets $APP to the URL at which it
// listens. An app that ends before its scenario fails it at once, with its exit code and what it
// printed last. It ends with its scenario, and its children with it: after SIGTERM it has two
// seconds.
//
// With -intercept that proxy also simulates Twilio's hosts: the environment makes Twilio's SDKs use
// it and trust its certificates, so that an app with an unmodified SDK reaches the scenario's own
// account at https://api.twilio.com. A Twilio product that is not simulated raises SIM-3, of level
// error too.
//
// -patience is how long this app has for the answer to a webhook in real time, in place of the
// run's --patience: a scenario about an app that never answers waits for each of its requests.
//
// # account
//
//	account SID|NAME COMMAND…
//
// Run a command of this list about another account, such as a subaccount that the app has made.
//
// # answer
//
//	answer FILE [repeat=N]
//	answer PATH=FILE…
//
// Start an app that answers every request with FILE, a complete HTTP response, and closes the
// connection: for answers that no framework would give. Connection: close is added unless the
// headers mention the connection. repeat sends the body N times. With paths, each path has its own
// files, which are sent in order, the last one repeatedly; twilsim new records the answers of an
// app in this form.
//
// # applog
//
//	applog PATTERN
//	! applog PATTERN
//	applog > FILE
//
// Wait until the app's output matches a regular expression, in which ^ and $ match at lines. With
// !, wait until the output is quiet, and fail if it matches. With >, wait until it is quiet and
// write it to a file for cmp.
//
// # bin
//
//	bin NAME FILE [as=NAME]
//
// Make a TwiML Bin of a file: TwiML in which {{From}} and the like stand for parameters of the
// message. as=MENU sets $MENU to its URL.
//
// # click
//
//	click LINK|SID [agent=TEXT]
//
// Click on a short link of Link Shortening, or on the first one of a message, as the handset would,
// and print where it leads. With !, it must lead nowhere.
//
// # clock
//
//	clock advance TIME [pace=TIME]
//	clock run
//
// Move the virtual clock by TIME (500ms, 1h30m, 30d), or until nothing is due any more. Everything
// that falls due happens before the command returns, its webhooks and what they cause included.
// Prints the time, as v+5.0s. With pace=50ms that much real time passes after each thing that
// happens, for an app that writes in batches and would lose the order of what comes at once.
//
// # code
//
//	code NUMBER [as=NAME] [within=TIME]
//
// Print the code in the newest text of Verify's that a handset has received, and set $NAME to it.
// What the carrier did not deliver does not count. within= lets at most that much virtual time
// pass: a text takes a second. With !, no code may have arrived. expect verification finds what
// Verify itself knows: to=+12025550142 status=approved checks=2.
//
// # content
//
//	content add NAME FILE|TEXT [as=NAME]
//	content approve|reject|pause|disable|rm TEMPLATE
//
// Make a content template: of a TEXT, or of a FILE whose name ends in .json, with the body that the
// Content API takes. as=HELLO sets $HELLO to its SID. approve and the others decide about a
// template, by its name or SID, as WhatsApp does: it can be paused between create and send. What an
// app submits itself is approved after five minutes; quirk template-review rejected has it
// rejected.
//
// # deliver
//
//	deliver SID STATUS[:CODE] [illegal]
//
// Set a message's status by hand. Its script stops. A change that never happens at Twilio is
// refused without illegal.
//
// # expect
//
//	expect message|webhook|request|alert|verification FIELD=VALUE…
//	    [as=NAME] [within=TIME] [count=N]
//	! expect KIND FIELD=VALUE… [within=TIME]
//
// Find the newest thing whose fields match, and name it: as=REPLY sets $REPLY to its SID or ID. A
// value may be a glob, +1202*, or a regular expression after a tilde, body=~'code \d+';
// FIELD!=VALUE negates, and http:>=400 compares. A webhook's and a request's parameters are fields
// too, MessageStatus=sent, and so are the request's headers, User-Agent=*. within= lets at most
// that much virtual time pass. Without it expect waits a moment of real time, for an app that acts
// after it has answered. count=N requires exactly N. An alert that is found counts as expected.
// When nothing matches, the nearest misses are shown with the fields that differ.
//
// # explore
//
//	explore always|invariant COMMAND…
//	explore durable
//	explore not WHAT [POINT]
//	explore only WHAT
//	explore quiet TIME
//	explore reset http|exec …
//	explore volatile PATTERN
//
// Tell something to the bug search, twilsim explore. always: what COMMAND checks must be right
// whatever goes otherwise; invariant: at any moment, too. durable: the app may be killed and must
// remember. not and only limit what goes otherwise; twilsim explore --list shows the words. quiet:
// how long the app may still act after an answer, in real time. reset: what has an app that all
// runs share forget, as in explore reset http POST /test/reset. volatile: what differs from run to
// run. In a run, always and invariant run COMMAND, quiet is for a schedule, and the others do
// nothing.
//
// # http
//
//	http METHOD URL [NAME=VALUE…|json=DOCUMENT] [Header:VALUE…]
//
// Make a plain request; a URL that begins with / is the app's. json= is the whole body, of the type
// application/json. The body goes to stdout, the status
// line to stderr. A status of 400 or more fails, or passes with !.
//
// # key
//
//	key NAME
//
// Make an API key, and set $NAME to its SID and its secret, for user= of api.
//
// # lookup
//
//	lookup NUMBER FIELD=VALUE…
//
// Set what Twilio's Lookup says about a number: its type, carrier, mcc, mnc, caller, caller-type,
// forwarding, line-status, sim-swapped, reassigned, pumping-score, carrier-risk or blocked. An
// empty value takes a field back to its default. With !, a name or a value must be invalid, and the
// error goes to stderr.
//
// # number
//
//	number NUMBER URL|BIN [GET|POST] [fallback=URL|BIN]
//
// Set where a number's messages go, and where they go when that fails. Without fallback= there is
// no such place.
//
// # phone
//
//	phone NUMBER on|rcs|off|landline|gone|opted-out
//
// Put a handset into a state, which determines the outcome of messages to it. rcs is on, and a
// service with a sender of RCS reaches it by that: number rcs:shop_agent, then service with
// rcs:shop_agent.
//
// # quirk
//
//	quirk NAME VALUE
//
// Set a switch for what the sources about Twilio leave open, from now on; twilsim facts --quirks
// lists them. With !, the name or the value must be invalid, and the error goes to stderr.
//
// # rule
//
//	rule [to=PATTERN] [from=PATTERN] [body=PATTERN] [service=PATTERN]
//	    [direction=WAY] then=SCRIPT|OUTCOME [times=N] [chance=P%] [race]
//	    [overlap] [illegal] [disabled]
//	rule webhook=inbound|redirect|fallback|status|event|click|* [to=PATTERN]
//	    [from=PATTERN] [status=PATTERN] [path=PATTERN] [url=PATTERN]
//	    fault=FAULT,… [times=N] [chance=P%] [disabled]
//	rule api=METHOD:RESOURCE
//	    respond=429|500|21408|timeout:TIME|reset|lost[:TIME] [times=N]
//	    [chance=P%] [disabled]
//	rule [to=PATTERN] code=CODE [times=N] [chance=P%] [disabled]
//
// Set the outcome of messages that match; the first rule that matches is used. "twilsim help
// scripts" describes scripts, and twilsim outcomes lists the outcomes. With race, the first
// callback is answered before the API answers the app, or before sms returns; with overlap, the
// message's callbacks are sent without waiting for each other.
//
// With webhook= the rule adds faults to webhooks, and the first of these rules that matches is
// used: delay:TIME delays a webhook and the later callbacks of its message, late:TIME lets those
// overtake it, reorder sends it after the next one; duplicate[:N] sends it N times, drop never,
// cut[:BYTES] closes the connection within its body; param[:NAME=VALUE] adds a parameter, and
// signature:HOW makes its signature wrong, as the command signature does. sms does not wait for a
// delayed webhook: advance the clock. A webhook with a fault has the fields rule= and fault=.
//
// With code= the rule fixes the code that Verify sends to a number. With api= the rule makes
// requests to Twilio's API fail. With !, the rule must be invalid, and the
// error goes to stderr.
//
// # schedule
//
//	schedule DEVIATION…
//
// Make single things go otherwise, as a finding of the bug search says: reply1.sent=behind sends
// the callback for sent of the first reply after the next one. Package explore documents points and
// deviations. The line stands above the first sms or send. The scenario then also fails if a
// webhook is not answered with success, if the app ends, and if it texts a customer after a STOP.
//
// # send
//
//	send to=NUMBER [from=NUMBER] [service=SID] [body=TEXT] [media=URL…]
//	    [callback=URL] [at=TIME] [Parameter=VALUE…] [as=NAME]
//
// Send a message through Twilio's API, as the app would: from the account's number unless from= or
// service= says otherwise. at=30m schedules it. Any other parameter of Twilio's goes by its own
// name. With ! the API must refuse, and the status, code and text of the refusal go to stderr.
//
// # service
//
//	service SID advanced-opt-out on|off
//	service SID sender ADDRESS
//
// Change a setting that Twilio offers only in its console, or put a number, a name, or a sender of
// a channel (whatsapp:+12025550100, rcs:shop_agent) into the pool of a service.
//
// # signature
//
//	signature bad|missing|replayed|stale|wrong-url
//
// Make the signature of the next webhook wrong: with another token, none, that of the webhook
// before, with the token before a rotation, or for another URL. The app must refuse it.
//
// # sms
//
//	sms FROM TO [BODY] [body=FILE] [media=FILE…] [NAME=VALUE…] [as=NAME]
//
// A handset texts. Prints the message, each call to the app, each reply and each alert. NAME=VALUE
// sets a parameter of the webhook, FromCity=Berlin. body= takes a body of several lines from a
// file, without its last line break. A file of sms or answer whose name ends in .base64 is decoded:
// for bytes that are not text. A text on WhatsApp lets the app write to its sender without a
// template for 24 hours; quirk whatsapp-window off lets it write to everybody.
//
// # tap
//
//	tap SID BUTTON [NAME=VALUE…] [as=NAME]
//
// Tap a quick reply of a message that has arrived, or choose from its list: the title of the
// button, its ID or its place from 1. Prints what sms prints. NAME=VALUE sets a parameter of the
// webhook.
//
// # timeline
//
//	timeline [SID]
//
// Print the events of one message, or of all, with virtual times and stable names, for cmp with a
// golden file.
//
// # Apps in common
//
// Each scenario starts the app anew, unless the run says otherwise: with [Options.AppShared] it is
// started once, with [Options.AppURL] it runs already. Its environment is then the same for all
// scenarios. Therefore they run one at a time, with the same address of the simulator, Account SID
// and token: those of twilsim serve and twilsim env. The limits are:
//
//   - Its env lines do not reach the app.
//   - Its clock, rules and messages are its own, but the memory of the app is not: a customer who
//     said STOP in one scenario may be known to the app in the next. Give each scenario handsets of
//     its own.
//   - With -count its messages have the same SIDs each time, and an app that takes no message twice
//     will not take them.
//   - Its applog begins when the app has been quiet for 10 ms after the scenario before; what comes
//     later is in the wrong log. The output of an app that was started elsewhere is not visible:
//     applog fails.
//   - Where the app runs already, $PUBLIC_URL is its URL, not http://app.example, unless
//     [Options.PublicURL] says so.
//
// A scenario that names its own program, as in app node server.js, still starts it for itself.
//
// # Variables
//
//	TWILSIM_URL                 the simulator
//	TWILIO_ACCOUNT_SID          the scenario's account
//	TWILIO_AUTH_TOKEN           its token, with which webhooks are signed
//	TWILIO_PREVIOUS_AUTH_TOKEN  the token before, of a stale signature
//	TWILIO_PHONE_NUMBER         its number, +12025550100
//	TWILIO_TEST_ACCOUNT_SID     its test credentials
//	TWILIO_TEST_AUTH_TOKEN      their token
//	PUBLIC_URL                  the app's own URL, as it believes; it is signed
//	APP                         where the app really listens
//	APP_STATE                   a directory of its own, if it is a program
//	ROOT                        the directory where the run began
//	HERE                        the directory of the scenario's file
//	WORK                        the scenario's own directory
//
// A scenario may set another PUBLIC_URL before app: env PUBLIC_URL=https://shop.example:8443. The
// same with the other scheme leads to the app too, as a proxy that ends TLS does.
//
// In what cmpenv compares there are more: SM1, MM2, the messages as a timeline calls them, and
// W1_SIGNATURE, the signature of the webhook W1.
//
// # Golden files
//
// What cmp and cmpenv compare with is rewritten by twilsim run --update, or by [Run] with
// [Options.Update]: a file of the archive, one on disk, as in cmp stdout $HERE/answer.golden, or
// one that is not there yet. All traffic comes to its end before api, http and timeline look at it.
// Variables stand in place of what is another in each run, SIDs, tokens, signatures and ports,
// and a cmp that needs them becomes a cmpenv; virtual times are the same in each run and stay.
// Lines that are right keep the variables that they have, and all else in the file stays as it is.
// A scenario that fails in another way is not rewritten, nor is one that would then fail with
// another seed.
//
// # Conditions
//
//	[node] [flask] [python]   the runtime is there; python has requests too
//	[modules:DIR]             npm ci was run in this directory
//	[exec:PROGRAM]            the program is on the PATH
//	[unix] [linux] [darwin] [windows] [amd64] [arm64]
//	                          the system, as GOOS and GOARCH name it
//	[symlink] [link] [net]    links of the file system; a network outside
//	[go1.25]                  this version of Go or a later one built twilsim
//
// [short] and [gc] are the engine's too. TWILSIM_REQUIRE=node,flask,python makes a missing runtime
// a failure, and missing modules too.
//
// # Reading the code
//
// Read run.go, script.go and world.go first, then a command, each in the file of its name
// (carrier.go has rule, phone and deliver), then finish.go. How an app is started is in app.go,
// program.go, process.go, common.go and intercept.go. A run outside of go test goes through
// runner.go and job.go; follower.go and stage.go report on it while it happens. engine.go is the
// adapter to the engine: it marks the lines of the scenario and reads them back from the engine's
// log. recorder.go and watch.go collect what a run does, and phases.go makes the result of it.
// Reports are report.go, junit.go, tap.go, github.go, events.go and trace.go. Golden files are
// golden.go, namer.go, archive.go and update.go.
package testscript
