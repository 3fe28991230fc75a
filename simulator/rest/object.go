package rest

import (
	"strconv"
	"time"
)

// object is a resource in the order of its keys, which is Twilio's (F-366): one value, written as JSON and as XML.
type object []field

// field is a key with its value.
type field struct {
	name  string
	kind  kind
	text  string // of a text, a number or a boolean
	inner *inner // of anything else
}

// inner is the value of a field that has parts. Only the member that goes with the field's kind is set.
type inner struct {
	object object
	list   []object
	texts  []string
}

type kind uint8

const (
	null kind = iota
	text
	literal // a number or a boolean: written as it stands
	nested
	list
	texts
)

func aText(name, value string) field { return field{name: name, kind: text, text: value} }

// aTextOrNull is for the many fields in which Twilio says null, never "".
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

// anRFC2822 is a time as the 2010 API writes it: Sat, 11 Jul 2020 12:57:05 +0000; null before it has come (F-352, F-353).
func anRFC2822(name string, t time.Time) field {
	if t.IsZero() {
		return field{name: name}
	}
	return aText(name, t.UTC().Format(time.RFC1123Z))
}

// anISO8601 is a time as the v1 APIs write it: 2015-07-30T20:12:31Z (F-421).
func anISO8601(name string, t time.Time) field {
	if t.IsZero() {
		return field{name: name}
	}
	return aText(name, t.UTC().Format("2006-01-02T15:04:05Z"))
}
