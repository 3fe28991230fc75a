package console

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"twilsim/simulator/clock"
	"twilsim/simulator/lazy"
	"twilsim/simulator/trace"
)

// traceView is the run of a scenario, to be stepped through. The page Runs shows it, and the file
// that WriteTrace writes.
type traceView struct {
	*trace.Trace
	Place TracePlace
}

// traceFile is the content of a file without a server.
type traceFile struct {
	Trace  *traceView
	Index  []*trace.Trace // the failures of a run; nil for the page of one
	Links  []string       // of the index, to the pages
	Title  string
	Policy string
	Style  template.HTML
	Script template.HTML
}

// TracePlace is where the page of a failure stands among those of a run. The zero place is that of
// a page alone.
type TracePlace struct {
	Index         string // the path of the list of failures, relative to the page; "" for none
	Number, Of    int    // the place in the list, from 1, and its length; 0 before the run has ended
	Before, After TraceLink
}

// TraceLink leads to the page of another failure.
type TraceLink struct {
	Name, URL string // both are "" for none
}

// WriteTrace writes the run of a scenario as one page of HTML that needs no server and no other
// file.
func WriteTrace(out io.Writer, t *trace.Trace, place TracePlace) error {
	return writeFile(out, &traceFile{Trace: &traceView{t, place}, Title: t.Outcome + " " + t.Name})
}

// WriteTraceIndex writes the list of the failures of a run. links are the paths of their pages,
// relative to the list.
func WriteTraceIndex(out io.Writer, failures []*trace.Trace, links []string) error {
	return writeFile(out, &traceFile{Index: failures, Links: links,
		Title: count(len(failures), "failure")})
}

// writeFile puts the console's style and the script of traces into the page. The policy of the page
// allows nothing else.
func writeFile(out io.Writer, f *traceFile) error {
	style, err := files.ReadFile("assets/style.css")
	if err != nil {
		return err
	}
	script, err := files.ReadFile("assets/trace.js")
	if err != nil {
		return err
	}
	f.Policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + hashOf(style) +
		"; script-src " + hashOf(script)
	f.Style = inline("style", style)
	f.Script = inline(`script type="module"`, script)
	return templates().ExecuteTemplate(out, "tracefile.html", f)
}

// hashOf is the source expression that allows one inline text.
func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// inline is an element with one of our own files in it.
func inline(tag string, text []byte) template.HTML {
	name, _, _ := strings.Cut(tag, " ")
	return template.HTML("<" + tag + ">" + string(text) + "</" + name + ">")
}

// Bad reports whether a line failed.
func (v *traceView) Bad(l trace.Line) bool { return l.Kind == "FAIL" || l.Kind == "error" }

// FailuresAt are the failures of a line.
func (v *traceView) FailuresAt(number int) []trace.Failure {
	var at []trace.Failure
	for _, f := range v.Failures {
		if f.Line == number {
			at = append(at, f)
		}
	}
	return at
}

var idInText = lazy.Regexp(`\b(?:[WRA][0-9]+|SM[0-9a-f]{32})\b`)

// About are the IDs of what a line that failed names, with spaces between.
func (v *traceView) About(number int) string {
	var ids []string
	for _, f := range v.FailuresAt(number) {
		ids = append(ids, idInText().FindAllString(f.Text, -1)...)
	}
	return strings.Join(ids, " ")
}

// Note says what is unusual about a call to the app: (duplicate).
func (v *traceView) Note(id string) string {
	for _, x := range v.Webhooks {
		if x.ID == id {
			return strings.Trim(x.Note, "()")
		}
	}
	return ""
}

// maxStripRows is how many messages the strip of a run shows.
const maxStripRows = 6

// Strip draws the run on one axis: the statuses of its messages, the calls to the app and what the
// app printed. It is nil where there is nothing to see.
func (v *traceView) Strip() *strip {
	messages := v.Messages[:min(len(v.Messages), maxStripRows)]
	if len(messages) == 0 {
		return nil
	}
	var rows []string
	var last time.Duration
	for _, m := range messages {
		rows = append(rows, m.Name)
	}
	for _, e := range v.Events {
		last = max(last, virtual(e.At))
	}
	s := newStrip(last, append(rows, "Calls", "App log")...)
	for row, m := range messages {
		for i, c := range m.History {
			to := time.Duration(-1)
			if i+1 < len(m.History) {
				to = virtual(m.History[i+1].At)
			}
			s.barAt(row, virtual(c.At), to, "b-"+shape(c.Status), c.Status)
		}
	}
	for _, x := range v.Webhooks {
		kind, text := "ok", ""
		if x.Bad {
			kind, text = "bad", x.Status
		}
		s.mark(len(messages), virtual(x.At), kind, text, x.ID+" "+x.Summary)
	}
	var printed []time.Duration
	for _, e := range v.Events {
		if at := virtual(e.At); e.Who == "app log" && !slices.Contains(printed, at) {
			printed = append(printed, at)
			s.mark(len(messages)+1, at, "line", "", "the app printed")
		}
	}
	return s
}

// virtual reads a time of a trace: v+1.5s.
func virtual(at string) time.Duration {
	d, err := clock.ParseDuration(strings.TrimPrefix(at, "v+"))
	if err != nil {
		return 0
	}
	return d
}

// Ran reports whether the line is a command that was begun.
func (v *traceView) Ran(l trace.Line) bool { return l.Kind != "" && l.Kind != "phase" }

// Start is the line that is shown first: that of the first failure, or the one that runs.
func (v *traceView) Start() int {
	for _, l := range v.Lines {
		if l.Kind == "running" {
			return l.Number
		}
	}
	return v.First()
}
