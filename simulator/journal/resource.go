package journal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// The kinds of things that other products than messaging keep in a journal. Each is a [Resource].
const (
	Templates     Kind = "template"     // of Content: what an app sends by its ContentSid
	Verifications Kind = "verification" // of Verify: a code that was sent to somebody
	Events        Kind = "event"        // of Event Streams: an event on its way to a sink
)

// resourceFields are the fields of the resources of each kind, in the order in which they are
// shown. The first one is the ID.
var resourceFields = []struct {
	kind   Kind
	fields []string
}{
	{Templates, []string{"sid", "friendly_name", "language", "types", "status", "name", "category",
		"rejection_reason"}},
	{Verifications, []string{"sid", "service_sid", "to", "channel", "status", "code",
		"friendly_name", "sends", "checks", "expires"}},
	{Events, []string{"id", "type", "sink_sid", "message_sid", "status", "attempts"}},
}

// Kinds returns the kinds of things: messages, webhooks, requests and alerts, and then those of
// other products.
func Kinds() []Kind {
	kinds := []Kind{Messages, Webhooks, Requests, Alerts}
	for _, r := range resourceFields {
		kinds = append(kinds, r.kind)
	}
	return kinds
}

// ResourceFields returns the names of the fields of a kind of resources, nil for another kind.
func ResourceFields(kind Kind) []string {
	for _, r := range resourceFields {
		if r.kind == kind {
			return slices.Clone(r.fields)
		}
	}
	return nil
}

// Resource is a thing of another product than messaging, as its product last published it with
// [Journal.Publish]. What the product itself needs to know about it is in the product. The one that
// the journal has takes the values of later ones, so a reader that holds it sees them.
type Resource struct {
	kind Kind
	id   string

	mu     sync.Mutex
	values []string // of the kind's fields
}

// NewResource returns a resource with the values of its kind's fields. The first one is its ID. It
// panics if there are more or fewer values than fields.
func NewResource(kind Kind, values ...string) *Resource {
	if fields := ResourceFields(kind); len(fields) != len(values) || values[0] == "" {
		panic(fmt.Sprintf("journal: a %s has the fields %v, not %q", kind, fields, values))
	}
	return &Resource{kind: kind, id: values[0], values: values}
}

// ID implements [Thing].
func (r *Resource) ID() string { return r.id }

// Kind returns the kind of the resource.
func (r *Resource) Kind() Kind { return r.kind }

// Field implements [Thing].
func (r *Resource) Field(name string) (string, bool) {
	i := slices.Index(ResourceFields(r.kind), name)
	if i < 0 {
		return "", false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.values[i], true
}

// Summary implements [Thing].
func (r *Resource) Summary() string {
	var words []string
	for name, value := range r.All() {
		if name != ResourceFields(r.kind)[0] && value != "" && !strings.HasSuffix(name, "_sid") {
			words = append(words, name+"="+value)
		}
	}
	return strings.Join(words, " ")
}

// All yields the names and values of the fields in their order.
func (r *Resource) All() func(yield func(name, value string) bool) {
	r.mu.Lock()
	values := slices.Clone(r.values)
	r.mu.Unlock()
	return func(yield func(name, value string) bool) {
		for i, name := range ResourceFields(r.kind) {
			if !yield(name, values[i]) {
				return
			}
		}
	}
}

// MarshalJSON returns the resource as an object with its fields in their order, which are texts.
func (r *Resource) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for name, value := range r.All() {
		if len(b) > 1 {
			b = append(b, ',')
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		b = append(fmt.Appendf(b, "%q:", name), text...)
	}
	return append(b, '}'), nil
}

// ReadResource returns the resource of a kind that MarshalJSON has written.
func ReadResource(kind Kind, text []byte) (*Resource, error) {
	var fields map[string]string
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	names := ResourceFields(kind)
	values := make([]string, len(names))
	for i, name := range names {
		values[i] = fields[name]
	}
	if len(names) == 0 || values[0] == "" {
		return nil, fmt.Errorf("a %s needs its %s", kind, strings.Join(names[:min(1, len(names))], ""))
	}
	return NewResource(kind, values...), nil
}

// Publish shows a resource, in place of the one with the same kind and ID if there is one. e says
// what has happened to it: its type and SID are set here. The product's lock may be held.
func (j *Journal) Publish(r *Resource, e Event) Event {
	e.Type, e.SID = ResourceChanged, r.id
	return j.Append(e, r.kind, r)
}

// Show is Publish without an event: for what a product has after a restart.
func (j *Journal) Show(r *Resource) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.past != nil {
		j.past.later = append(j.past.later, func() { j.putLocked(r.kind, j.showLocked(r)) })
		return
	}
	j.putLocked(r.kind, j.showLocked(r))
}

// showLocked returns the resource that the journal has under the ID of r, with the values of r. It
// is r itself if the journal has none.
func (j *Journal) showLocked(r *Resource) *Resource {
	thing, ok := j.shelfLocked(r.kind).get(r.id)
	if !ok {
		return r
	}
	shown := thing.(*Resource)
	if shown != r {
		shown.mu.Lock()
		shown.values = r.values
		shown.mu.Unlock()
		j.touchLocked(r.kind, r.id)
	}
	return shown
}
