// Package messaging does what Twilio does with messages: it receives texts from handsets and asks
// the app for an answer, sends messages for the app, takes each message through its statuses, and
// calls the app back for every status that Twilio reports. What an account has (numbers, services,
// handsets, opt-outs) is in package directory. Package rest has the HTTP encoding.
//
// An [Account] is a world of its own, with its directory, clock, journal and rules. [Accounts] are
// the accounts of one server, and check credentials. The way of a message through an account:
//
//	[Account.Receive]   a handset texts a number                     inbound.go
//	  STOP, START and HELP are answered                              optout.go
//	  the app, or a bin, answers with TwiML                          run.go, bin.go
//	  the fallback URL is asked after a failure                      fallback.go
//	  each <Message> becomes a [Message]                             reply.go
//	[Account.Send]      the app sends through the API                send.go
//	  test credentials only get an answer                            testsend.go
//	  a service waits for the scheduled time and chooses a sender    schedule.go, service.go
//	the media are fetched from the app                               media.go
//	a content template, and its buttons              content.go, tap.go
//	WhatsApp's 24-hour window                        window.go
//	the carrier's script sets one status after the other             delivery.go
//	each status is reported to the app, one after the other          callback.go, queue.go
//	a rule delays or changes a webhook                               departure.go, held.go
//	[Account.Replay], [Account.Make]  a webhook by hand              replay.go
//	[Account.MessageList], [Account.Update], [Account.Delete]        list.go, update.go
//	[Account.Load]      a history from elsewhere                     history.go
//
// # Locks
//
// A goroutine that holds one of these locks may only take locks further to the right:
//
//	rules → account → directory → journal → clock
//
// So nothing may call the account's rules with the account's lock held, and nothing may call the
// account from the directory or the journal. The account's lock guards its messages, with their
// [callbackQueue], and is never held during a request to the app. The sources of SIDs and of chance
// have locks of their own, under which they call nothing.
//
// # Alerts and hints
//
// Errors of the app are alerts under the codes of Twilio's debugger (alert.go). Package errcode has
// their titles, levels and causes; each names the exchange in which it was found. What Twilio would
// not report is a hint, under a code of our own (hint.go; [Hints] has the texts):
//
//	SIM-1  error    a URL leads to a host outside this machine that is not allowed
//	SIM-2  error    the app called a host outside this machine, and the proxy refused that
//	SIM-3  error    the app asked for something that is not simulated
//	SIM-4  warning  a message ended undelivered or failed, and no callback reports it to the app
//	SIM-5  warning  the answer to a status callback has TwiML, which is ignored
//	SIM-6  warning  the app took more than 60% of Twilio's time limit
//	SIM-7  info     an API request has a parameter that Twilio does not know
//	SIM-8  warning  the app answered a web page instead of TwiML
//	SIM-9  warning  the app refused a webhook whose signature is valid
//	SIM-10  warning  the app ended TLS without a request: usually it does not trust the local CA
//	SIM-11  warning  a parameter has no effect here, and has one at Twilio
//	SIM-12  warning  under exec, a number of the account replaced the sender of the test credentials
//	SIM-13  warning  a text on WhatsApp outside the 24-hour window
//	SIM-14  warning  a webhook's URL was sent in another way than it was signed
//	SIM-15  info     a StatusCallback has a host that Twilio refuses, such as localhost
//	SIM-16  warning  a foreign number was sent without its plus
//	SIM-17  warning  the app answers HEAD for a file in another way than GET
//	SIM-18  warning  the app sent its credentials to the host that a MediaUrl redirects to
//
// SIM-4 and the following are advice. Each is given once per cause: a sender, a parameter of an
// operation, a URL.
//
// Every error of the API is an [*apierr.Error] with Twilio's number. Package quirk has the switches
// for what the sources leave open.
//
// # What is not modelled
//
// Queues per sender, carrier retries, trial accounts, regional permissions, Twilio's own
// filtering, and other channels than WhatsApp and RCS. Accepted
// without effect: MaxPrice (as Twilio does), Attempt, ProvideFeedback, ForceDelivery, SendAsMms,
// ShortenUrls of a service without a domain, RiskCheck, TrafficType, PersistentAction, and
// ContentRetention and AddressRetention, whose values are checked. Every number of the account is a
// WhatsApp sender; senders of RCS are numbers such as rcs:shop_agent, and reach handsets in the
// state rcs. Smart encoding changes how segments are counted, and leaves the text as the app
// wrote it. A message without ValidityPeriod waits as long as its script says, and fails after ten
// hours if the script never sends it.
package messaging
