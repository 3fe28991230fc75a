package control

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"twilsim/simulator/carrier"
	"twilsim/simulator/content"
	"twilsim/simulator/directory"
	"twilsim/simulator/fault"
	"twilsim/simulator/journal"
	"twilsim/simulator/messaging"
	"twilsim/simulator/segment"
	"twilsim/simulator/trace"
)

// schema is a JSON Schema. It is a map because openapi.txt may add any keyword of JSON Schema.
type schema map[string]any

var (
	anyText   = schema{"type": "string"}
	anyObject = schema{"type": "object"}
	anyFile   = schema{"type": "string", "format": "binary"}
)

func listOf(s schema) schema { return schema{"type": "array", "items": s} }

func reference(name string) schema { return schema{"$ref": "#/components/schemas/" + name} }

// oneOf is the schema of a string that must be one of the values.
func oneOf[T ~string](values []T) schema {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return schema{"type": "string", "enum": words}
}

// nothing is a body without fields.
type nothing struct{}

// newRules is the body that replaces the rules.
type newRules struct {
	Rules []newRule `json:"rules"`
}

// enums are the types whose values come from a table.
var enums = sync.OnceValue(func() map[reflect.Type]schema {
	return map[reflect.Type]schema{
		reflect.TypeFor[carrier.Status]():       oneOf(carrier.Statuses()),
		reflect.TypeFor[carrier.HandsetState](): oneOf(carrier.HandsetStates()),
		reflect.TypeFor[fault.Signature]():      oneOf(fault.Signatures()),
		reflect.TypeFor[journal.Type]():         oneOf(journal.Types()),
		reflect.TypeFor[journal.Kind]():         oneOf(journal.Kinds()),
		reflect.TypeFor[journal.Level](): oneOf([]journal.Level{journal.LevelError,
			journal.LevelWarning, journal.LevelInfo}),
		reflect.TypeFor[messaging.Direction](): oneOf([]messaging.Direction{
			messaging.Inbound, messaging.OutboundAPI, messaging.OutboundReply,
		}),
		reflect.TypeFor[content.Status]():        oneOf(content.Statuses()),
		reflect.TypeFor[ruleDirection]():         oneOf([]ruleDirection{ruleUp, ruleDown}),
		reflect.TypeFor[messaging.PlannedKind](): oneOf(messaging.PlannedKinds()),
		reflect.TypeFor[segment.Encoding](): oneOf([]segment.Encoding{segment.GSM7,
			segment.UCS2}),
		reflect.TypeFor[directory.SenderKind](): oneOf(directory.SenderKinds()),
		reflect.TypeFor[RunState]():             oneOf(runStates()),
		reflect.TypeFor[accountKind](): oneOf([]accountKind{mainAccount, subaccount, firstUse,
			TestAccount}),
	}
})

// typeNames are the names of schemas whose Go type has a name that another one has too, or that is
// unclear outside of its package.
var typeNames = sync.OnceValue(func() map[reflect.Type]string {
	return map[reflect.Type]string{
		reflect.TypeFor[messaging.Media]():     "MessageMedia",
		reflect.TypeFor[messaging.Change]():    "StatusChange",
		reflect.TypeFor[twimlBody]():           "TwiMLDocument",
		reflect.TypeFor[previewBody]():         "PreviewMessage",
		reflect.TypeFor[segmentsBody]():        "SegmentsText",
		reflect.TypeFor[Change]():              "ParamChange",
		reflect.TypeFor[Part]():                "PartChange",
		reflect.TypeFor[directory.Handset]():   "Phone",
		reflect.TypeFor[Phone]():               "PhoneChange",
		reflect.TypeFor[fault.List]():          "WebhookFault",
		reflect.TypeFor[newKeyBody]():          "NewKey",
		reflect.TypeFor[newAccountBody]():      "NewAccount",
		reflect.TypeFor[lostLine]():            "Lost",
		reflect.TypeFor[trace.Message]():       "TraceMessage",
		reflect.TypeFor[trace.Change]():        "TraceChange",
		reflect.TypeFor[trace.Exchange]():      "TraceExchange",
		reflect.TypeFor[trace.Alert]():         "TraceAlert",
		reflect.TypeFor[trace.Event]():         "TraceEvent",
		reflect.TypeFor[trace.Line]():          "TraceLine",
		reflect.TypeFor[trace.Pair]():          "TracePair",
		reflect.TypeFor[trace.Failure]():       "TraceFailure",
		reflect.TypeFor[messaging.Templated](): "MessageTemplate",
	}
})

// schemas collects the schemas of Go types, which openapi.json lists by name.
type schemas struct {
	found map[string]schema
}

// of returns the schema of a value's type. In an input, a pointer means that a field may be left
// out; in an answer, a pointer to a plain value may be null.
func (types *schemas) of(value any, input bool) schema {
	return types.ofType(reflect.TypeOf(value), input)
}

// All numbers of the API are at least 0. Types with a MarshalJSON of their own need a case here,
// because reflection would describe their fields.
func (types *schemas) ofType(t reflect.Type, input bool) schema {
	if enum, ok := enums()[t]; ok {
		return enum
	}
	switch t {
	case reflect.TypeFor[time.Time]():
		return schema{"type": "string", "format": "date-time"}
	case reflect.TypeFor[journal.Flag]():
		return schema{"type": "boolean"}
	case reflect.TypeFor[journal.Header]():
		return schema{"type": "object", "additionalProperties": listOf(anyText)}
	case reflect.TypeFor[fault.List]():
		return types.named(t, func() schema { return object("rule", anyText, "what", anyText) })
	case reflect.TypeFor[carrier.Rule]():
		return types.named(t, ruleSchema)
	case reflect.TypeFor[newRule]():
		return types.named(t, func() schema {
			return schema{"anyOf": []schema{types.of(ruleWords{}, true), types.of(carrier.Rule{},
				true)}}
		})
	case reflect.TypeFor[json.RawMessage]():
		return schema{}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return types.ofType(t.Elem(), input)
	case reflect.Struct:
		return types.named(t, func() schema { return types.structure(t, input) })
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return schema{"type": "string", "contentEncoding": "base64"}
		}
		return listOf(types.ofType(t.Elem(), input))
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": types.ofType(t.Elem(), input)}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Float64:
		return schema{"type": "number", "minimum": 0}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint64:
		return schema{"type": "integer", "minimum": 0}
	case reflect.Interface:
		return schema{}
	}
	return anyText
}

// named returns a reference to the schema of t, which it makes on the first use. That use also
// decides whether t is described as an input or as an answer.
func (types *schemas) named(t reflect.Type, make func() schema) schema {
	name, ok := typeNames()[t]
	if !ok {
		name = strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
	}
	if _, ok := types.found[name]; !ok {
		types.found[name] = nil // a type may contain itself
		s := make()
		annotate(name, s)
		types.found[name] = s
	}
	return reference(name)
}

// object is the schema of an object whose fields are all required; names and schemas alternate.
func object(pairs ...any) schema {
	fields, required := map[string]schema{}, []string{}
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		fields[name], required = maps.Clone(pairs[i+1].(schema)), append(required, name)
	}
	return schema{"type": "object", "additionalProperties": false, "properties": fields,
		"required": required}
}

// structure is the schema of a struct, as encoding/json writes it.
func (types *schemas) structure(t reflect.Type, input bool) schema {
	fields, required := map[string]schema{}, []string{}
	for _, field := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue // not in JSON, or a struct inside whose fields come themselves
		}
		s := maps.Clone(types.ofType(field.Type, input))
		if _, plain := s["$ref"]; field.Type.Kind() == reflect.Pointer && !plain && !input &&
			options == "" {
			s["type"] = []any{s["type"], "null"}
		}
		fields[name] = s
		if options == "" {
			required = append(required, name)
		}
	}
	s := schema{"type": "object", "additionalProperties": false, "properties": fields}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// ruleSchema is made from the table of words that the parser of rules uses.
func ruleSchema() schema {
	fields := map[string]schema{}
	for _, p := range carrier.Properties() {
		s := schema{"type": p.Type, "description": p.Description}
		if p.Enum != nil {
			s["enum"] = p.Enum
		}
		if p.Minimum != nil {
			s["minimum"] = *p.Minimum
		}
		if p.Pattern != "" {
			s["pattern"] = p.Pattern
		}
		fields[p.Name] = s
	}
	return schema{"type": "object", "additionalProperties": false, "properties": fields}
}

//go:embed openapi.txt
var openAPITexts string

// notes are the lines of openapi.txt by the type or field that they are about. It has what Go types
// do not: descriptions, and limits of values. A line is "Type", "Type.field" or "field" for this
// field of any type; then a description, or = and a JSON Schema that is added.
var notes = sync.OnceValue(func() map[string][]string {
	lines := map[string][]string{}
	for line := range strings.Lines(openAPITexts) {
		about, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if about != "" && !strings.HasPrefix(about, "#") {
			lines[about] = append(lines[about], strings.TrimSpace(text))
		}
	}
	return lines
})

// annotate adds to a schema, and to the schemas of its fields, what openapi.txt says of them. The
// line of a type's field comes after that of the field of any type, and replaces its description.
func annotate(name string, s schema) {
	addNotes(s, name)
	fields, _ := s["properties"].(map[string]schema)
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		addNotes(fields[field], field)
		addNotes(fields[field], name+"."+field)
	}
}

func addNotes(s schema, about string) {
	for _, text := range notes()[about] {
		extra, ok := strings.CutPrefix(text, "= ")
		if !ok {
			s["description"] = text
			continue
		}
		if err := json.Unmarshal([]byte(extra), &s); err != nil {
			// a mistake in the program
			panic(fmt.Sprintf("control: openapi.txt, %s: %v", about, err))
		}
	}
}
