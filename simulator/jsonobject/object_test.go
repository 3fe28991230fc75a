package jsonobject_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"twilsim/simulator/jsonobject"
)

// TestPlain compares an object that is not for a page with what encoding/json writes.
func TestPlain(t *testing.T) {
	type inner struct {
		Text string `json:"text"`
	}
	text, number, at := "<a> & \"b\" \u2028 \xff \x7f é", 7, time.Unix(1.7e9, 5).UTC()
	v := struct {
		Inner  inner      `json:"inner"`
		List   []inner    `json:"list"`
		Any    []string   `json:"any"`
		Texts  []string   `json:"texts"`
		None   []string   `json:"none"`
		Empty  []string   `json:"empty"`
		Text   *string    `json:"text"`
		NoText *string    `json:"no_text"`
		Int    *int       `json:"int"`
		NoInt  *int       `json:"no_int"`
		Time   *time.Time `json:"time"`
		NoTime *time.Time `json:"no_time"`
		Bool   bool       `json:"bool"`
	}{inner{text}, []inner{{text}, {"x"}}, []string{text}, []string{text, "x"}, nil, []string{},
		&text, nil, &number, nil, &at, nil, false}
	o := jsonobject.BeginPlain(nil)
	o.Object("inner", func(o *jsonobject.Object) { o.Text("text", v.Inner.Text) })
	o.List("list", 2, func(o *jsonobject.Object, i int) { o.Text("text", v.List[i].Text) })
	o.Any("any", v.Any)
	o.Texts("texts", v.Texts)
	o.Texts("none", v.None)
	o.Texts("empty", v.Empty)
	o.TextOrNull("text", v.Text)
	o.TextOrNull("no_text", v.NoText)
	o.IntOrNull("int", v.Int)
	o.IntOrNull("no_int", v.NoInt)
	o.TimeOrNull("time", v.Time)
	o.TimeOrNull("no_time", v.NoTime)
	o.Bool("bool", v.Bool)
	var want bytes.Buffer
	e := json.NewEncoder(&want)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	if got := string(o.End()) + "\n"; got != want.String() {
		t.Errorf("got  %s\nwant %s", got, &want)
	}
}

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
