package console

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io"
	"strings"

	"twilsim/simulator/lazy"
	"twilsim/simulator/trace"
)

// traceView is the run of a scenario, to be stepped through. The page Runs shows it, and the file
// that WriteTrace writes.
type traceView struct {
	*trace.Trace
	Index string // the path of the list of failures; "" for none
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

// WriteTrace writes the run of a scenario as one page of HTML that needs no server and no other
// file. index is the path of the page that WriteTraceIndex wrote, relative to this one, or "".
func WriteTrace(out io.Writer, t *trace.Trace, index string) error {
	return writeFile(out, &traceFile{Trace: &traceView{t, index}, Title: t.Outcome + " " + t.Name})
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
