// Package twiml parses the answer of an app to a messaging webhook. It returns the verbs to run,
// and what Twilio's debugger would report about the document.
//
// Most errors in TwiML are silent at Twilio: it skips what it does not know and only writes a code
// into the debugger of its console. The simulator skips the same things and reports each of them,
// with its position and what to write instead.
//
// Call [Parse] with the URL the document came from, its Content-Type and its body. A [Document]
// holds the verbs that run and the warnings; an [*Error] means that nothing runs. [Resolve] makes
// the URLs of a document absolute.
//
// # Warnings and errors
//
// An [Error] is a debugger code that concerns the whole answer: 11750, 12100, 12101, 12102 and
// 12300. Everything else is a [Warning], and the rest of the document runs. That includes 11100,
// which is an error at Twilio (F-117): only the URL is left out, so that a <Message> is sent
// without its action, a <Media> is missing, and a <Redirect> ends the document without another one.
// A <Message> that cannot be sent (14101, 14102, 14103) is not among the verbs.
//
// # Choices
//
// Where no fact says what Twilio does, this package does the following. All of it is [unconfirmed]:
//
//   - White space at both ends of a message's whole text is dropped, and white space between a
//     message's child elements; what stands inside a text is kept, line breaks too. Indented
//     documents then send what their authors meant.
//   - Text in <Response> outside a verb is a 12200 and ignored, and so is the content of an unknown
//     element.
//   - After a <Redirect> the document must still be well-formed, but nothing in it is looked at
//     (F-115).
//   - The encoding is the one of the XML declaration, else the charset of the Content-Type where it
//     is one we read, else UTF-8. UTF-8, US-ASCII and ISO-8859-1 are read; any other declared one
//     is a 12100.
//   - A document type declaration is passed over unless it declares entities, which is a 12100:
//     none is ever expanded.
//   - Namespaces mean nothing: their declarations are passed over, and an element with a prefix is
//     an unknown one.
//   - A method in small letters is a 14104, as TwiML's words are case-sensitive (F-096).
//   - An attribute for a URL that is there but empty is a bad URL; so is an empty <Redirect>, and
//     any URL with a space in it.
//   - More than [maxMedia] <Media> in a message: the first ten are sent, and a 14103 tells of the
//     others [inferred].
//   - A 64 kB answer (F-057) is one of 65,536 bytes.
//
// # What is not modelled
//
// The legacy <Sms> verb (F-098: 12200 here), Wireless SIM SIDs in to and from, and local numbers
// without a "+" in to: the page of <Message> says that Twilio attempts these; here they are a 14101
// whose text asks for the "+". Checks that need the account or the whole run are made by package
// messaging: whether to and from are one number (14101), and the limits of a run (14106, 14107,
// 14109), of which this package only has the values. Whether a sender is SMS-capable (14108) and
// trial accounts (14111) are not modelled.
//
// # How to read it
//
// document.go first, then message.go and redirect.go; schema.go is TwiML's vocabulary. reader.go is
// a layer above encoding/xml, which accepts documents that other parsers refuse: text after the
// root element, an attribute given twice, blank lines before the XML declaration. declaration.go
// and charset.go read what comes before the first element.
package twiml
