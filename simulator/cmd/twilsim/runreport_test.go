package main

import (
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"
)

// reported is what else differs from run to run in a report.
var reported = []struct {
	what *regexp.Regexp
	name string
}{
	{regexp.MustCompile(`"Time":"[^"]*"`), `"Time":"TIME"`},
	{regexp.MustCompile(`"Elapsed":[0-9.]+`), `"Elapsed":0`},
	{regexp.MustCompile(`(\(| |\\t)\d+\.\d+( ?s)\b`), "${1}N.NN$2"},
	{regexp.MustCompile(` time(stamp)?="[^"]*"`), ` time$1="TIME"`},
	{regexp.MustCompile(`duration_ms: \d+`), "duration_ms: N"},
	{regexp.MustCompile(`\b([A-Z]{2})[0-9a-f]{32}\b`), "${1}SID"},
	{regexp.MustCompile(`parallel \d+`), "parallel N"},
}

// steady prints a file with names for what differs from run to run, SIDs among them.
//
//	steady FILE
func steady(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: steady FILE")
	}
	text := plainOutput(ts, ts.ReadFile(args[0]))
	for _, r := range reported {
		text = r.what.ReplaceAllString(text, r.name)
	}
	_, err := ts.Stdout().Write([]byte(text))
	ts.Check(err)
}
