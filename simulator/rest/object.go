package rest

import (
	"strconv"
	"time"
)

// object is a resource with its keys in Twilio's order (F-366), which a map would lose. The same
// value is written as JSON and as XML.
type object []field

// field is a key and its value.
type field struct {
	name  string
	kind  kind
	text  string // of a text, a number or a boolean
	inner *inner // of anything else
}

// inner is the value of a field that has parts. Only the member for the field's kind is set. It
// is a type of its own so that the many fields without parts stay small.
type inner struct {
	object object
	list   []object
	texts  []string
}

// The zero kind is null, so that field{name: …} is null.
type kind uint8

const (
	null kind = iota
	text
	literal // a number or a boolean: written without quotes
	nested
	list
	texts
)

func aText(name, value string) field { return field{name: name, kind: text, text: value} }

// aTextOrNull returns a field that is null if the value is "": in most fields Twilio never writes
// "".
func aTextOrNull(name, value string) field {
	if value == "" {
		return field{name: name}
	}
	return aText(name, value)
}

func aNumber(name string, value int) field {
	return field{name: name, kind: literal, text: strconv.Itoa(value)}
}

func aNumberOrNull(name string, value int) field {
	if value == 0 {
		return field{name: name}
	}
	return aNumber(name, value)
}

func aBool(name string, value bool) field {
	return field{name: name, kind: literal, text: strconv.FormatBool(value)}
}

func aNull(name string) field { return field{name: name} }

func anObject(name string, value ...field) field {
	return field{name: name, kind: nested, inner: &inner{object: value}}
}

func aList(name string, value []object) field {
	return field{name: name, kind: list, inner: &inner{list: value}}
}

func aListOfTexts(name string, value []string) field {
	return field{name: name, kind: texts, inner: &inner{texts: value}}
}

// anRFC2822 returns a time as the 2010 API writes it, as Sat, 11 Jul 2020 12:57:05 +0000. The
// zero time, of what has not happened yet, is null (F-352, F-353).
func anRFC2822(name string, t time.Time) field {
	if t.IsZero() {
		return field{name: name}
	}
	return aText(name, t.UTC().Format(time.RFC1123Z))
}

// anISO8601 returns a time as the v1 APIs write it, as 2015-07-30T20:12:31Z (F-421).
func anISO8601(name string, t time.Time) field {
	if t.IsZero() {
		return field{name: name}
	}
	return aText(name, t.UTC().Format("2006-01-02T15:04:05Z"))
}
