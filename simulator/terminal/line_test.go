package terminal

import (
	"bytes"
	"io"
	"testing"
)

func TestLine(t *testing.T) {
	for _, tt := range []struct {
		name  string
		color bool
		line  Line
		want  string
	}{
		{"all columns", false, Line{When: "10:42:07.120", Kind: "webhook", What: "POST /sms",
			Code: "200", Took: "4ms", About: "SM7a3f9c W1", Style: Green},
			"10:42:07.120 webhook  POST /sms                    200   4ms    SM7a3f9c W1\n"},
		{"the last column is not padded", false, Line{When: "v+0.0s", Kind: "message",
			What: "SM7a3f9c -> sent"}, "v+0.0s message  SM7a3f9c -> sent\n"},
		{"an empty column within", false, Line{When: "v+0.0s", Kind: "changed", About: "acme"},
			"v+0.0s changed                                            acme\n"},
		{"the code has the style", true, Line{When: "v+0.0s", Kind: "webhook", What: "POST /sms",
			Code: "500", Took: "4ms", Style: Red}, "\x1b[2mv+0.0s\x1b[0m webhook  " +
			"POST /sms                    \x1b[31m500  \x1b[0m 4ms\n"},
		{"without a code the kind has it", true, Line{When: "v+0.0s", Kind: "ALERT", What: "12200",
			Style: Yellow}, "\x1b[2mv+0.0s\x1b[0m \x1b[33mALERT   \x1b[0m 12200\n"},
		{"a style without a value", true, Line{Kind: "message", What: "x", Style: Green},
			"\x1b[2m\x1b[0m \x1b[32mmessage \x1b[0m x\n"},
		{"more than ASCII", false, Line{Kind: "message", What: "Grüße", About: "\x1b[2J\u202e"},
			" message  Grüße                                     \\x1b[2J\\u202e\n"},
		{"a password", false, Line{Kind: "webhook", What: "POST https://u:secret@shop.example/"},
			" webhook  POST https://u:xxxxx@shop.example/\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			(&UI{Out: &out, color: tt.color}).Line(tt.line)
			if got := out.String(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// BenchmarkLine times a line of the log of serve.
func BenchmarkLine(b *testing.B) {
	u := &UI{Out: io.Discard}
	b.ReportAllocs()
	for b.Loop() {
		u.Line(Line{When: "v+0.0s      ", Kind: "message", What: "SM7a3f9c received",
			About: "+12025550142 -> +12025550100 " + string(Quoted("Where is my order?")), Style: Green})
	}
}
