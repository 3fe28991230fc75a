package messaging

import "testing"

func TestRecent(t *testing.T) {
	r := newRecent[string, int](2)
	r.put("a", 1)
	r.put("b", 2)
	r.put("a", 3) // is the newest now
	r.put("c", 4)
	a, okA := r.get("a")
	_, okB := r.get("b")
	c, okC := r.get("c")
	if a != 3 || c != 4 || !okA || okB || !okC {
		t.Errorf("a %d %v, b %v, c %d %v", a, okA, okB, c, okC)
	}
	r.remove("a")
	if _, ok := r.get("a"); ok {
		t.Error("a is there")
	}
	r.clear()
	if _, ok := r.get("c"); ok {
		t.Error("c is there")
	}
}
