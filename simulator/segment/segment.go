// Package segment counts and cuts text messages as a carrier does, because Twilio bills and reports
// parts: NumSegments in webhooks, num_segments in the API.
//
// A body of GSM 03.38 characters goes out as GSM-7, 160 septets in one part; any other as UCS-2, 70
// UTF-16 code units. A longer body is cut into parts of 153 or 67, because each part then carries a
// header of 6 bytes (F-403). [Of] returns the parts, [Measure] only the values that every message
// needs. [Smart] is Twilio's smart encoding: it replaces look-alikes before the count.
//
// The limit of 1600 characters (F-409) is a rule of the API and is not checked here; more than ten
// parts are counted like any other number. The package does not know the countries with other
// rules. It may divide a character from its combining marks, and an emoji sequence, where Twilio's
// own segment calculator keeps them together: F-406 only says that a surrogate pair stays together.
//
// A body that is not valid UTF-8 counts each wrong byte as the replacement character U+FFFD, one
// unit of UCS-2, which is what a decoder produces. The parts keep the bytes unchanged: joined, they
// are always the body.
package segment

import (
	"fmt"
	"unicode/utf16"
)

// Encoding is the alphabet in which a body is sent, under Twilio's name for it.
type Encoding string

const (
	GSM7 Encoding = "GSM-7"
	UCS2 Encoding = "UCS-2"
)

// Split is a body cut into the parts that are sent. The zero Split has no encoding; [Of] makes
// them.
type Split struct {
	Encoding Encoding
	// septets in GSM-7, of which extension characters take two; UTF-16 code units in UCS-2
	Units int
	Parts []string // at least one; they join to the body
}

// Of cuts a body. An empty body is one empty part in GSM-7.
func Of(body string) Split {
	a, units := measure(body)
	s := Split{Encoding: a.encoding, Units: units}
	if units <= a.alone {
		s.Parts = []string{body}
		return s
	}
	s.Parts = make([]string, 0, units/a.part+1)
	for body != "" {
		n := a.cut(body)
		s.Parts = append(s.Parts, body[:n])
		body = body[n:]
	}
	return s
}

// Measure returns the encoding of a body, its units, and the number of its parts, which is at least
// 1, as [Of] does but without making the parts.
func Measure(body string) (enc Encoding, units, parts int) {
	a, units := measure(body)
	if units <= a.alone {
		return a.encoding, units, 1
	}
	for body != "" {
		body = body[a.cut(body):]
		parts++
	}
	return a.encoding, units, parts
}

// Count returns the number of parts.
func (s Split) Count() int { return len(s.Parts) }

// Capacity returns the number of units that fit into this many parts. A part ends before a
// character that would not fit whole, so a full body may have fewer units.
func (s Split) Capacity() int {
	a := gsm7
	if s.Encoding == UCS2 {
		a = ucs2
	}
	if s.Count() > 1 {
		return s.Count() * a.part
	}
	return a.alone
}

// String returns a line for people to read: "1 segment GSM-7 (11 of 160)".
func (s Split) String() string {
	plural := "s"
	if s.Count() == 1 {
		plural = ""
	}
	return fmt.Sprintf(
		"%d segment%s %s (%d of %d)",
		s.Count(),
		plural,
		s.Encoding,
		s.Units,
		s.Capacity(),
	)
}

// alphabet is how an encoding counts.
type alphabet struct {
	encoding Encoding
	alone    int              // units in a message of one part
	part     int              // units in each part of a longer one
	units    func(r rune) int // units of one character, never divided
}

var (
	gsm7 = alphabet{GSM7, 160, 153, septets}     // F-403, F-404
	ucs2 = alphabet{UCS2, 70, 67, utf16.RuneLen} // F-403, F-406
)

// measure returns the alphabet that a body needs and its number of units in that alphabet.
func measure(body string) (alphabet, int) {
	units := 0
	for _, r := range body {
		n := septets(r)
		if n == 0 {
			return ucs2, ucs2.measure(body)
		}
		units += n
	}
	return gsm7, units
}

func (a alphabet) measure(body string) (units int) {
	for _, r := range body {
		units += a.units(r)
	}
	return units
}

// cut returns the length in bytes of the first part of a body that needs several.
func (a alphabet) cut(body string) int {
	free := a.part
	for i, r := range body {
		if free -= a.units(r); free < 0 {
			return i
		}
	}
	return len(body)
}
