package twiml

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"twilsim/simulator/suggest"
)

// children lists the elements that an element of messaging TwiML takes (F-098, F-109 to F-111, F-115).
var children = map[string][]string{
	"Response": {"Message", "Redirect"},
	"Message":  {"Body", "Media"},
}

// attributes lists the attributes it takes (F-104 to F-108, F-115).
var attributes = map[string][]string{
	"Message":  {"to", "from", "action", "method", "statusCallback"},
	"Redirect": {"method"},
}

// voiceVerbs are the verbs that the SDKs' voice responses have and their messaging responses lack (F-098).
var voiceVerbs = []string{
	"Connect", "Dial", "Echo", "Enqueue", "Gather", "Hangup", "Leave", "Pause", "Pay", "Play", "Prompt", "Queue",
	"Record", "Refer", "Reject", "Say", "Start", "Stop",
}

// unknownElement says what is wrong with an element that parent does not take.
func unknownElement(name xml.Name, parent string) (code int, text string) {
	n := display(name)
	switch home := home(n); {
	case parent == "Response" && slices.Contains(voiceVerbs, n): // F-151
		return codeVoiceVerb, fmt.Sprintf("<%s> is a voice verb and is skipped; a message is answered with <Message> or <Redirect>", n)
	case n == "Sms": // F-098
		return codeSchema, "<Sms> is the old name of <Message> and is not simulated; write <Message>"
	case n == "Response":
		return codeSchema, "<Response> is the root element and is ignored anywhere else"
	case home != "":
		return codeSchema, fmt.Sprintf("<%s> is ignored in <%s>; it belongs in <%s>", n, parent, home)
	}
	return codeSchema, fmt.Sprintf("<%s> is ignored; %s", n, adviseElement(n, parent))
}

// home returns the element that takes the one called name, or "".
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

// unknownAttribute says what is wrong with an attribute that element does not take.
func unknownAttribute(name xml.Name, element string) string {
	n, names := display(name), attributes[element]
	if near := suggest.Nearest(n, names); near != "" {
		return fmt.Sprintf("attribute %s of <%s> is ignored; %s", n, element, didYouMean(n, near, near))
	}
	if names == nil {
		return fmt.Sprintf("attribute %s is ignored; <%s> takes none", n, element)
	}
	return fmt.Sprintf("attribute %s is ignored; <%s> takes %s", n, element, strings.Join(names, ", "))
}

// adviseRoot says what to do about a root element other than <Response> (F-096).
func adviseRoot(name xml.Name) string {
	switch n := display(name); {
	case strings.EqualFold(n, "Response"):
		return didYouMean(n, "Response", "<Response>")
	case strings.EqualFold(n, "html"):
		return "the app answered an HTML page instead of TwiML"
	}
	return "it must be <Response>"
}

// didYouMean points from a name to a near one; written is that as it stands in a document. Capitals alone are easily
// overlooked, so that a difference in nothing else is explained (F-096).
func didYouMean(got, near, written string) string {
	if strings.EqualFold(got, near) {
		return "names are case-sensitive, write " + written
	}
	return "did you mean " + written + "?"
}

// isDeclaration reports whether an attribute declares a namespace or a schema, which XML serialisers add by themselves.
func isDeclaration(name xml.Name) bool {
	return name.Space == "xmlns" || name.Space == "xsi" || name == xml.Name{Local: "xmlns"}
}
