package messaging

import "container/list"

// recent is a map that keeps the newest entries only, so that it does not grow with everybody who ever texted.
type recent[K comparable, V any] struct {
	limit   int // 0 keeps all
	order   *list.List
	entries map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newRecent[K comparable, V any](limit int) *recent[K, V] {
	return &recent[K, V]{limit: limit, order: list.New(), entries: map[K]*list.Element{}}
}

func (r *recent[K, V]) get(key K) (value V, ok bool) {
	if e := r.entries[key]; e != nil {
		return e.Value.(*entry[K, V]).value, true
	}
	return value, false
}

// put sets an entry, makes it the newest and drops the oldest where there are too many.
func (r *recent[K, V]) put(key K, value V) {
	if e := r.entries[key]; e != nil {
		e.Value.(*entry[K, V]).value = value
		r.order.MoveToBack(e)
		return
	}
	r.entries[key] = r.order.PushBack(&entry[K, V]{key, value})
	if r.limit > 0 && len(r.entries) > r.limit {
		r.remove(r.order.Front().Value.(*entry[K, V]).key)
	}
}

func (r *recent[K, V]) remove(key K) {
	if e := r.entries[key]; e != nil {
		r.order.Remove(e)
		delete(r.entries, key)
	}
}

func (r *recent[K, V]) clear() {
	r.order.Init()
	clear(r.entries)
}
