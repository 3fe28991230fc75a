package twiml

import "encoding/xml"

// Redirect is a <Redirect> verb: the run continues with the document at URL (F-115).
type Redirect struct {
	// absolute, with its fragment (F-049); "" where it leads nowhere, and a warning says why
	URL    string
	Method string   // GET or POST
	Pos    Position // of the start tag
}

func (*Redirect) verb() {}

// redirect reads a <Redirect>. It ends the document even if its URL is unusable: verbs after a
// <Redirect> never run.
func (p *parser) redirect(t xml.StartElement) error {
	r := &Redirect{Method: "POST", Pos: p.at(p.start)}
	for i, a := range t.Attr {
		if a.Name == (xml.Name{Local: "method"}) {
			r.Method = p.method(a.Value, p.at(p.attrs[i]))
		} else {
			p.unknownAttribute(i, a, t)
		}
	}
	text, err := p.leaf("Redirect")
	if err != nil {
		return err
	}
	p.redirected = true
	r.URL = p.url(codeURL, "<Redirect>", trimSpace(text), r.Pos)
	p.doc.Verbs = append(p.doc.Verbs, r)
	return nil
}
