package app

import "encoding/xml"

// response is a TwiML document. It is written with encoding/xml and not with twilio-go's twiml
// package, which puts the attributes in another order each time and needs a further module: the
// same text should get the same bytes.
type response struct {
	XMLName  xml.Name  `xml:"Response"`
	Messages []message `xml:"Message"`
	Redirect string    `xml:"Redirect,omitempty"`
}

// message is TwiML's <Message>, F-104 to F-111. Text stands directly in it; Body and Media are
// elements.
type message struct {
	To             string `xml:"to,attr,omitempty"`
	Action         string `xml:"action,attr,omitempty"`
	Method         string `xml:"method,attr,omitempty"`
	StatusCallback string `xml:"statusCallback,attr,omitempty"`
	Text           string `xml:",chardata"`
	Body           string `xml:"Body,omitempty"`
	Media          string `xml:"Media,omitempty"`
}

func messages(m ...message) answer { return response{Messages: m}.answer() }

// answer encodes the document, behind the declaration that Twilio's own libraries write (F-103).
func (r response) answer() answer {
	if len(r.Messages) == 0 && r.Redirect == "" {
		return answer{
			textXML,
			xml.Header + "<Response/>",
		} // encoding/xml has no empty-element tags.
	}
	document, err := xml.Marshal(r)
	if err != nil {
		panic(err) // Strings alone always encode: a character that XML cannot hold becomes U+FFFD.
	}
	return answer{textXML, xml.Header + string(document)}
}
