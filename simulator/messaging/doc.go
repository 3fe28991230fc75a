// Package messaging is what Twilio does with messages: it owns an account's numbers, Messaging Services, handsets, TwiML Bins
// and messages, asks the app what to answer to an inbound message, takes what the app sends, and takes each message through
// its statuses, with a callback for every one that Twilio reports. It knows no HTTP encoding: package rest has that.
//
// An [Account] is a world of its own, with its clock, its journal and its rules; [Accounts] are those of one server, and say
// who gets in. The way of a message through an account:
//
//	[Account.Receive]   a handset texts a number                   inbound.go
//	  its service, application or URL is told                      routing.go
//	  STOP, START and HELP are obeyed                              optout.go
//	  the app, or a bin, answers with TwiML                        run.go
//	  the fallback URL stands in for what fails                    fallback.go
//	  each <Message> becomes a [Message]                           reply.go
//	[Account.Send]      the app sends through the API              send.go
//	  test credentials get an answer and nothing else              testsend.go
//	  a service waits for its time, and chooses a sender           schedule.go, service.go, sender.go
//	the media is fetched from the app                              media.go
//	the carrier decides what becomes of the message                delivery.go
//	each status is reported to the app                             callback.go, channel.go
//	a rule holds a webhook back or spoils it on its way            wire.go
//	[Account.Replay], [Account.Make]  a webhook by hand            replay.go
//	[Account.MessageList], [Account.Update], [Account.Delete]      list.go, update.go
//	[Account.Load]      a history comes from elsewhere             history.go
//
// What goes wrong on the way is an alert under the code of Twilio's debugger (alert.go): its title, level and cause come from
// package errcode, and it names the exchange that it came from. What Twilio would not say is a hint, under a code of our own
// (hint.go; [Hints] has the text of each):
//
//	SIM-1  error    a URL leads to a host outside this machine, which nobody allowed
//	SIM-2  error    the app called a host outside this machine, and the proxy did not let that out
//	SIM-3  error    the app asked for something that is not simulated
//	SIM-4  warning  a message ended undelivered or failed, and no callback tells the app
//	SIM-5  warning  the answer to a status callback has TwiML, which nobody obeys
//	SIM-6  warning  the app took more than 60% of Twilio's time limit
//	SIM-7  info     an API request has a parameter that Twilio does not know
//	SIM-8  warning  the app answered a web page in place of TwiML
//	SIM-9  warning  the app refused a webhook whose signature is valid
//	SIM-10  warning  the app ended TLS without a request: most often it does not believe the local CA
//
// SIM-4 and those behind it are advice, given once for one cause: a sender, an operation's parameter, a URL.
//
// Every error that the API reports is an [*apierr.Error] with Twilio's number; error.go has the texts, and package quirk what the sources
// leave open.
//
// Not modelled: prices, queues per sender, carrier retries, trial accounts, regional permissions, Twilio's own filtering,
// content templates, link shortening, RCS and other channels than WhatsApp. Accepted without effect: MaxPrice (as Twilio's),
// Attempt, ProvideFeedback, ForceDelivery, SendAsMms, ShortenUrls, RiskCheck, TrafficType, PersistentAction, ContentVariables,
// and ContentRetention and AddressRetention, whose values are checked; of a service MmsConverter, FallbackToLongCode,
// ScanMessageContent, SynchronousValidation and Usecase. Every number of the account is a WhatsApp sender.
// Smart encoding changes how segments are counted, and leaves the text as the app wrote it. A message without ValidityPeriod
// waits as long as its script says, and ten hours where that never sends it.
package messaging
