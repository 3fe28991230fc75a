package content

import (
	"slices"
	"sync"
)

// Channel is where a message goes: the prefix of its addresses without the colon.
type Channel string

// The channels that package messaging sends on.
const (
	SMS      Channel = "" // and MMS, if the type has media
	WhatsApp Channel = "whatsapp"
	RCS      Channel = "rcs"
)

// kind is a type of content.
type kind struct {
	name     string
	fields   []field // F-690, F-691
	channels []Channel
	// whether WhatsApp takes it without approval from a sender to whom the user has written in the
	// last 24 hours (F-689, F-841)
	session bool
	// whether it may open a conversation on WhatsApp, if it is approved (F-841)
	opens bool
}

// form is the form of a field.
type form uint8

const (
	aText form = iota
	aNumber
	aBool
	texts   // a list of texts
	objects // a list of objects with the fields inside
)

// field is a field of a type.
type field struct {
	name     string
	form     form
	required bool
	max      int      // characters of a text, or elements of a list; 0 for no known limit
	words    []string // the values that there are; nil for any
	fields   []field  // of each object
}

func text(name string, max int) field { return field{name: name, max: max} }

func needed(f field) field {
	f.required = true
	return f
}

func list(name string, max int, fields ...field) field {
	return field{name: name, form: objects, max: max, fields: fields}
}

// buttons returns the field actions: objects of these types (F-692). The fields are those of all
// types of buttons; checker.action requires what each needs.
func buttons(max int, types ...string) field {
	return list("actions", max, field{name: "type", words: types}, text("title", 0), text("url", 0),
		text("phone", 0), text("id", 0), text("code", 0), text("copy_code_text", 0))
}

// maxBody is the length of the body of a type with buttons, and of a template's text on WhatsApp
// (F-610, F-842).
const maxBody = 1024

var (
	onAll      = []Channel{SMS, WhatsApp, RCS}
	onWhatsApp = []Channel{WhatsApp}
	onRich     = []Channel{WhatsApp, RCS}
)

// kinds are the types from the least complex to the most, which is the order of their priority
// (F-840). The place of the types that the source does not list is that of their neighbours
// [inferred].
//
// They are made on the first use: to fill the table touches seven pages of memory, and every
// command would pay for that.
var kinds = sync.OnceValue(func() []kind {
	return []kind{
		{"twilio/text", []field{needed(text("body", 1600))}, onAll, true, true},
		{"twilio/media", []field{text("body", 1600),
			needed(field{name: "media", form: texts, max: 10})}, onAll, true, true},
		{"twilio/location", []field{
			needed(field{name: "latitude", form: aNumber}),
			needed(field{name: "longitude", form: aNumber}),
			text("label", 0), text("id", 0), text("address", 0)}, onWhatsApp, true, false},
		{"twilio/quick-reply", []field{needed(text("body", maxBody)),
			needed(buttons(10, "QUICK_REPLY"))}, onWhatsApp, true, true},
		{"twilio/call-to-action", []field{needed(text("body", maxBody)),
			needed(buttons(0, "URL", "PHONE_NUMBER", "COPY_CODE", "VOICE_CALL",
				"VOICE_CALL_REQUEST", "REQUEST_CONTACT_INFO"))}, onWhatsApp, false, true},
		{"twilio/list-picker", []field{needed(text("body", maxBody)), needed(text("button", 0)),
			needed(list("items", 10, needed(text("id", 200)), needed(text("item", 24)),
				text("description", 72)))}, onWhatsApp, true, false},
		{"twilio/card", []field{text("title", maxBody), text("subtitle", 0),
			{name: "media", form: texts},
			buttons(0, "URL", "PHONE_NUMBER", "QUICK_REPLY", "COPY_CODE", "VOICE_CALL")},
			onRich, false, true},
		{"twilio/carousel", []field{needed(text("body", maxBody)),
			needed(list("cards", 10, text("title", 0), needed(text("body", 0)),
				needed(text("media", 0)),
				needed(buttons(0, "URL", "PHONE_NUMBER", "QUICK_REPLY"))))}, onRich, false, true},
		{"twilio/catalog", []field{text("title", 0), text("body", maxBody), text("subtitle", 0),
			text("id", 0), list("items", 0), text("dynamic_items", 0)}, onWhatsApp, false, true},
		{"twilio/schedule", []field{needed(text("id", 0)), needed(text("title", 0)),
			needed(text("timeSlots", 0))}, onWhatsApp, false, true},
		{"twilio/flows", []field{needed(text("body", maxBody)), needed(text("button_text", 0)),
			text("subtitle", 0), text("media_url", 0), needed(list("pages", 0)),
			needed(text("type", 0))}, onWhatsApp, false, true},
		{"whatsapp/flows", []field{needed(text("body", maxBody)), needed(text("button_text", 0)),
			text("subtitle", 0), text("media_url", 0), needed(text("flow_id", 0)),
			text("flow_token", 0), text("flow_first_page_id", 0),
			{name: "is_flow_first_page_endpoint", form: aBool}},
			onWhatsApp, false, true},
		{"whatsapp/card", []field{needed(text("body", maxBody)), text("footer", 0),
			{name: "media", form: texts}, text("header_text", 0),
			buttons(0, "URL", "PHONE_NUMBER", "QUICK_REPLY", "COPY_CODE", "VOICE_CALL")},
			onWhatsApp, false, true},
		{"whatsapp/authentication", []field{{name: "add_security_recommendation", form: aBool},
			{name: "code_expiration_minutes", form: aNumber},
			needed(list("actions", 0,
				field{name: "type", words: []string{"COPY_CODE"}, required: true},
				needed(text("copy_code_text", 0))))}, onWhatsApp, false, true},
	}
})

// kindOf returns a type, and its place in the order.
func kindOf(name string) (kind, int) {
	i := slices.IndexFunc(kinds(), func(k kind) bool { return k.name == name })
	if i < 0 {
		return kind{}, i
	}
	return kinds()[i], i
}

// kindNames returns the names of all types, the least complex first.
func kindNames() []string {
	names := make([]string, len(kinds()))
	for i, k := range kinds() {
		names[i] = k.name
	}
	return names
}
