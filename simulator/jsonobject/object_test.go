package jsonobject_test

import (
	"encoding/json"
	"testing"
	"time"

	"twilsim/simulator/jsonobject"
)

func FuzzAppendText(f *testing.F) {
	for _, s := range []string{"", "hello", "a\r\nb\t\b\f\x00\x1f\x7f", `"\/`, "<&>", "é €",
		"\u2028\u2029", "\xff\xc3", "x\xe2\x80", "\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		if got := jsonobject.AppendText(nil, s); err != nil || string(got) != string(want) {
			t.Errorf("%q is %s, want %s (%v)", s, got, want, err)
		}
	})
}

func TestObject(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 5000, time.UTC)
	o := jsonobject.Begin([]byte("x"))
	o.Text("a", "")
	o.SomeText("b", "")
	o.SomeText("c", "c")
	o.Int("d", 0)
	o.SomeInt("e", 0)
	o.IfTrue("f", false)
	o.IfTrue("g", true)
	o.Time("h", at)
	o.SomeTime("i", time.Time{})
	o.Object("j", func(o *jsonobject.Object) { o.SomeInt("k", 1) })
	o.List("l", 2, func(o *jsonobject.Object, i int) { o.Int("m", int64(i)) })
	o.Any("n", []string{"<"})
	const want = `x{"a":"","c":"c","d":0,"g":true,"h":"2026-03-01T12:00:00.000005Z","j":{"k":1},` +
		`"l":[{"m":0},{"m":1}],"n":["\u003c"]}`
	if got := string(o.End()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
