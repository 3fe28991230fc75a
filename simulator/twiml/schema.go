package twiml

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"twilsim/simulator/suggest"
)

// children lists the elements that each element of messaging TwiML may contain (F-098, F-109 to
// F-111, F-115). An element that is not a key takes text only.
var children = map[string][]string{
	"Response": {"Message", "Redirect"},
	"Message":  {"Body", "Media"},
}

// attributes lists the attributes that each element may have (F-104 to F-108, F-115).
var attributes = map[string][]string{
	"Message":  {"to", "from", "action", "method", "statusCallback"},
	"Redirect": {"method"},
}

// voiceVerbs are the verbs that the SDKs have for voice and not for messaging (F-098).
var voiceVerbs = []string{
	"Connect", "Dial", "Echo", "Enqueue", "Gather", "Hangup", "Leave", "Pause", "Pay", "Play",
	"Prompt", "Queue",
	"Record", "Refer", "Reject", "Say", "Start", "Stop",
}

// unknownElement returns the code and text of a warning about an element that is not allowed in
// parent.
func unknownElement(name xml.Name, parent string) (code int, text string) {
	n := display(name)
	switch home := home(n); {
	case parent == "Response" && slices.Contains(voiceVerbs, n): // F-151
		return codeVoiceVerb, fmt.Sprintf(
			"<%s> is a voice verb and is skipped; a message is answered with <Message> or "+
				"<Redirect>",
			n,
		)
	case n == "Sms": // F-098
		return codeSchema, "<Sms> is the old name of <Message> and is not simulated; write " +
			"<Message>"
	case n == "Response":
		return codeSchema, "<Response> is the root element and is ignored anywhere else"
	case home != "":
		return codeSchema, fmt.Sprintf(
			"<%s> is ignored in <%s>; it belongs in <%s>",
			n,
			parent,
			home,
		)
	}
	return codeSchema, fmt.Sprintf("<%s> is ignored; %s", n, adviseElement(n, parent))
}

// home returns the element that may contain the element called name, "" for none.
func home(name string) string {
	for parent, names := range children {
		if slices.Contains(names, name) {
			return parent
		}
	}
	return ""
}

func adviseElement(name, parent string) string {
	if near := suggest.Nearest(name, children[parent]); near != "" {
		return didYouMean(name, near, "<"+near+">")
	}
	if names := children[parent]; names != nil {
		return fmt.Sprintf("<%s> takes <%s>", parent, strings.Join(names, "> and <"))
	}
	return fmt.Sprintf("<%s> takes text alone", parent)
}

// unknownAttribute returns the text of a warning about an attribute that is not allowed on element.
func unknownAttribute(name xml.Name, element string) string {
	n, names := display(name), attributes[element]
	if near := suggest.Nearest(n, names); near != "" {
		return fmt.Sprintf(
			"attribute %s of <%s> is ignored; %s",
			n,
			element,
			didYouMean(n, near, near),
		)
	}
	if names == nil {
		return fmt.Sprintf("attribute %s is ignored; <%s> takes none", n, element)
	}
	return fmt.Sprintf(
		"attribute %s is ignored; <%s> takes %s",
		n,
		element,
		strings.Join(names, ", "),
	)
}

// adviseRoot returns what to write in place of a root element other than <Response> (F-096).
func adviseRoot(name xml.Name) string {
	switch n := display(name); {
	case strings.EqualFold(n, "Response"):
		return didYouMean(n, "Response", "<Response>")
	case strings.EqualFold(n, "html"):
		return "the app answered an HTML page instead of TwiML"
	}
	return "it must be <Response>"
}

// didYouMean suggests a similar name; written is that name as it appears in a document. Names that
// differ only in capitals get an explanation, because the difference is easy to overlook (F-096).
func didYouMean(got, near, written string) string {
	if strings.EqualFold(got, near) {
		return "names are case-sensitive, write " + written
	}
	return "did you mean " + written + "?"
}

// isDeclaration reports whether an attribute declares a namespace or a schema. XML serialisers add
// such attributes without being asked, so they raise no warning.
func isDeclaration(name xml.Name) bool {
	return name.Space == "xmlns" || name.Space == "xsi" || name == xml.Name{Local: "xmlns"}
}
