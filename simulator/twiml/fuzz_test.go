package twiml

import (
	"bytes"
	"errors"
	"testing"
	"unicode/utf8"
)

// FuzzParse checks what every caller relies on: a document or an error and never both, absolute
// URLs, sendable messages, one redirect at the end at most, and positions that are in the answer.
func FuzzParse(f *testing.F) {
	for _, tt := range parseTests() {
		// the long rows are about limits, and only make the fuzzer slow
		if len(tt.body) < 2000 {
			f.Add(tt.header(), []byte(tt.body))
		}
	}
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		d, err := Parse(base, contentType, body)
		if err != nil {
			e := (*Error)(nil)
			if !errors.As(err, &e) || d != nil || e.Text == "" {
				t.Fatalf("got %v with %#v", d, err)
			}
			checkPosition(t, body, e.Pos)
			return
		}
		for i, v := range d.Verbs {
			checkVerb(t, body, v, i == len(d.Verbs)-1)
		}
		for _, w := range d.Warnings {
			if w.Code == 0 || w.Text == "" {
				t.Errorf("got warning %+v", w)
			}
			checkPosition(t, body, w.Pos)
		}
	})
}

func checkVerb(t *testing.T, body []byte, v Verb, last bool) {
	switch v := v.(type) {
	case *Redirect:
		if !last {
			t.Error("a redirect is not the last verb")
		}
		if v.URL != "" {
			mustBeAbsolute(t, v.URL)
		}
		checkMethod(t, v.Method)
		checkPosition(t, body, v.Pos)
	case *Message:
		checkMessage(t, v)
		checkMethod(t, v.Method)
		checkPosition(t, body, v.Pos)
	default:
		t.Errorf("got verb %T", v)
	}
}

func checkMessage(t *testing.T, m *Message) {
	n := utf8.RuneCountInString(m.Body)
	if n > maxBody || len(m.Media) > maxMedia || n+len(m.Media) == 0 ||
		trimSpace(m.Body) != m.Body {
		t.Errorf("got message with %d characters and %d media", n, len(m.Media))
	}
	if m.To != "" && !isRecipient(m.To) || m.From != "" && !isSender(m.From) {
		t.Errorf("got message from %q to %q", m.From, m.To)
	}
	for _, u := range append([]string{m.Action, m.StatusCallback}, m.Media...) {
		if u != "" {
			mustBeAbsolute(t, u)
		}
	}
}

func checkMethod(t *testing.T, method string) {
	if method != "GET" && method != "POST" {
		t.Errorf("got method %q", method)
	}
}

// checkPosition checks that a position is in the answer. It compares the column with the bytes of
// the line, which are at least as many as its characters.
func checkPosition(t *testing.T, body []byte, p Position) {
	if p == (Position{}) {
		return
	}
	lines := bytes.Split(body, []byte{'\n'})
	if p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > len(lines[p.Line-1])+1 {
		t.Errorf("%+v is not in the answer", p)
	}
}
