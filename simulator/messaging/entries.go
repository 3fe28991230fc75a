package messaging

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Entries are the stored entries of a [Product] with several kinds of them, by kind. The key of an
// entry is its kind, a space and its ID. The product calls the methods under its own lock. A
// product makes them for each call, of the maps that it has then, and its methods as a [Product]
// call theirs.
type Entries map[string]Kind

// Kind is one kind of entries. [KindOf] makes one.
type Kind struct {
	ids     func(use func(id string))
	stored  func(id string) (any, bool)
	restore func(id string, value []byte) error
}

// KindOf returns the kind of entries that are in a map. copy returns an entry as it is stored, and
// must not share with it what changes. put puts back one that was stored.
func KindOf[T any](in map[string]*T, copy func(*T) any, put func(id string, entry *T)) Kind {
	return Kind{
		ids: func(use func(string)) {
			for id := range in {
				use(id)
			}
		},
		stored: func(id string) (any, bool) {
			entry, ok := in[id]
			if !ok {
				return nil, false
			}
			return copy(entry), true
		},
		restore: func(id string, value []byte) error {
			entry := new(T)
			if err := json.Unmarshal(value, entry); err != nil {
				return err
			}
			put(id, entry)
			return nil
		},
	}
}

// Keys returns the keys of all entries.
func (e Entries) Keys() (keys []string) {
	for name, kind := range e {
		kind.ids(func(id string) { keys = append(keys, name+" "+id) })
	}
	return keys
}

// Stored returns an entry as it is stored, and false if there is none.
func (e Entries) Stored(key string) (any, bool) {
	name, id, _ := strings.Cut(key, " ")
	kind, ok := e[name]
	if !ok {
		return nil, false
	}
	return kind.stored(id)
}

// Restore puts back a stored entry.
func (e Entries) Restore(key string, value []byte) error {
	name, id, _ := strings.Cut(key, " ")
	kind, ok := e[name]
	if !ok {
		return fmt.Errorf("unknown kind %q", name)
	}
	return kind.restore(id, value)
}
