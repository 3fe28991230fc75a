package recent

import "testing"

func TestMap(t *testing.T) {
	r := New[string, int](2)
	r.Put("a", 1)
	r.Put("b", 2)
	r.Put("a", 3) // is the newest now
	r.Put("c", 4)
	a, okA := r.Get("a")
	_, okB := r.Get("b")
	c, okC := r.Get("c")
	if a != 3 || c != 4 || !okA || okB || !okC {
		t.Errorf("a %d %v, b %v, c %d %v", a, okA, okB, c, okC)
	}
	r.Remove("a")
	if _, ok := r.Get("a"); ok {
		t.Error("a is there")
	}
	r.Clear()
	if _, ok := r.Get("c"); ok {
		t.Error("c is there")
	}
}
