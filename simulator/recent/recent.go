// Package recent has a map that keeps its newest entries only, so that what is remembered about
// recipients and messages does not grow with everybody who ever texted.
package recent

import (
	"container/list"
	"iter"
)

// Map is a map with a limit. It is not safe for concurrent use.
type Map[K comparable, V any] struct {
	limit   int
	order   *list.List
	entries map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

// New returns an empty map that keeps as many entries as the limit says; 0 keeps all.
func New[K comparable, V any](limit int) *Map[K, V] {
	return &Map[K, V]{limit: limit, order: list.New(), entries: map[K]*list.Element{}}
}

// Get returns the value of a key, and whether the map has it.
func (m *Map[K, V]) Get(key K) (value V, ok bool) {
	if e := m.entries[key]; e != nil {
		return e.Value.(*entry[K, V]).value, true
	}
	return value, false
}

// Put sets an entry, makes it the newest, and drops the oldest if there are too many.
func (m *Map[K, V]) Put(key K, value V) {
	if e := m.entries[key]; e != nil {
		e.Value.(*entry[K, V]).value = value
		m.order.MoveToBack(e)
		return
	}
	m.entries[key] = m.order.PushBack(&entry[K, V]{key, value})
	if m.limit > 0 && len(m.entries) > m.limit {
		m.Remove(m.order.Front().Value.(*entry[K, V]).key)
	}
}

// All yields the entries, oldest first. The map must not change meanwhile.
func (m *Map[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for e := m.order.Front(); e != nil; e = e.Next() {
			if entry := e.Value.(*entry[K, V]); !yield(entry.key, entry.value) {
				return
			}
		}
	}
}

// Remove drops an entry if it is there.
func (m *Map[K, V]) Remove(key K) {
	if e := m.entries[key]; e != nil {
		m.order.Remove(e)
		delete(m.entries, key)
	}
}

// Len is how many entries there are.
func (m *Map[K, V]) Len() int { return len(m.entries) }

// Clear drops all entries.
func (m *Map[K, V]) Clear() {
	m.order.Init()
	clear(m.entries)
}
