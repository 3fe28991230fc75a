package twiml

import (
	"encoding/xml"
	"strings"
	"unicode/utf8"
)

// Message is a <Message> verb that can be sent: its addresses have a possible format, and it has
// text or media.
type Message struct {
	To   string // "" for the sender of the inbound message (F-104)
	From string // "" for the number that received it (F-105)
	// absolute URL for the message's status, with its fragment (F-049); "" for none (F-106)
	Action         string
	Method         string // GET or POST, for Action (F-107)
	StatusCallback string // as Action (F-108)
	// at most maxBody characters, without white space around it; "" only where there is media
	Body  string
	Media []string // absolute URLs, at most maxMedia (F-111)
	Pos   Position // of the start tag
}

func (*Message) verb() {}

// message reads a <Message>.
func (p *parser) message(t xml.StartElement) error {
	m := &Message{Method: "POST", Pos: p.at(p.start)}
	addressed := p.messageAttributes(m, t)
	if err := (&messageContent{parser: p, m: m}).read(); err != nil {
		return err
	}
	if addressed {
		p.send(m)
	}
	return nil
}

// messageAttributes sets the fields of m, and reports whether both addresses can be used. All are
// read also after a wrong one, so that one run reports every mistake.
func (p *parser) messageAttributes(m *Message, t xml.StartElement) (addressed bool) {
	addressed = true
	for i, a := range t.Attr {
		pos := p.at(p.attrs[i])
		if a.Name.Space != "" {
			p.unknownAttribute(i, a, t)
			continue
		}
		switch a.Name.Local {
		case "to":
			m.To = a.Value
			addressed = p.recipient(m.To, pos) && addressed
		case "from":
			m.From = a.Value
			addressed = p.sender(m.From, pos) && addressed
		case "action":
			m.Action = p.url(codeURL, "action", a.Value, pos)
		case "method":
			m.Method = p.method(a.Value, pos)
		case "statusCallback":
			m.StatusCallback = p.url(codeStatusCallback, "statusCallback", a.Value, pos)
		default:
			p.unknownAttribute(i, a, t)
		}
	}
	return addressed
}

func (p *parser) recipient(to string, pos Position) bool {
	ok := isRecipient(to)
	if !ok {
		p.warn(
			codeTo,
			pos,
			"to %.40q is not an address and the message is not sent; write a number as in "+
				"+12025550142",
			to,
		)
	}
	return ok
}

func (p *parser) sender(from string, pos Position) bool {
	ok := isSender(from)
	if !ok {
		p.warn(codeFrom, pos, "from %.40q is not a sender and the message is not sent; "+
			"write a number as in +12025550142 or a name of 1 to 11 characters with a letter in it",
			from)
	}
	return ok
}

// send adds m to the document, unless its text is too long or it is empty (F-110).
func (p *parser) send(m *Message) {
	n := utf8.RuneCountInString(m.Body)
	switch {
	case n > maxBody:
		p.warn(
			codeBody,
			m.Pos,
			"the text has %d characters and may have %d; the message is not sent",
			n,
			maxBody,
		)
	case n == 0 && len(m.Media) == 0:
		p.warn(codeBody, m.Pos, "the message has neither text nor media and is not sent")
	default:
		p.doc.Verbs = append(p.doc.Verbs, m)
	}
}

// messageContent collects the text and the media of a <Message>.
type messageContent struct {
	*parser
	m     *Message
	body  strings.Builder
	run   strings.Builder // text directly in the message since its last child element
	media int             // <Media> so far, good or bad
}

func (c *messageContent) read() error {
	if err := c.content(c.child, func(text []byte) { c.run.Write(text) }); err != nil {
		return err
	}
	c.flush()
	c.m.Body = trimSpace(c.body.String())
	return nil
}

// flush ends a run of direct text. It counts as a <Body> (F-109), unless it is only white space
// between child elements.
func (c *messageContent) flush() {
	if text := c.run.String(); trimSpace(text) != "" {
		c.body.WriteString(text)
	}
	c.run.Reset()
}

func (c *messageContent) child(t xml.StartElement) error {
	c.flush()
	if t.Name.Space != "" || t.Name.Local != "Body" && t.Name.Local != "Media" {
		return c.unknown(t, "Message")
	}
	pos := c.at(c.start)
	c.noAttributes(t)
	text, err := c.leaf(t.Name.Local)
	switch {
	case err != nil:
		return err
	case t.Name.Local == "Body":
		c.body.WriteString(text)
	default:
		c.addMedia(trimSpace(text), pos)
	}
	return nil
}

func (c *messageContent) addMedia(ref string, pos Position) {
	c.media++
	switch {
	case c.media == maxMedia+1: // F-111; the code is [inferred]
		c.warn(
			codeBody,
			pos,
			"a message takes %d <Media>; this one and those after it are left out",
			maxMedia,
		)
	case c.media <= maxMedia:
		if u := c.url(codeURL, "<Media>", ref, pos); u != "" {
			c.m.Media = append(c.m.Media, u)
		}
	}
}
