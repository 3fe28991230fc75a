package coverage

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
)

// Report is what a suite exercised of what its app uses.
type Report struct {
	Items []ReportItem `json:"items"`
	Seen  Seen         `json:"seen"` // to merge reports
}

// ReportItem is an item with what became of it.
type ReportItem struct {
	Item
	Exercised bool `json:"exercised"`
	Checked   bool `json:"checked"`
}

// NewReport compares what was seen with the table. It keeps seen, which must not change any more.
func NewReport(seen Seen) *Report {
	r := &Report{Seen: seen}
	for _, i := range Table() {
		if _, used := seen[useKey(i.use)]; !used {
			continue
		}
		checked, exercised := seen[i.key]
		r.Items = append(r.Items, ReportItem{i, exercised, checked})
	}
	return r
}

// ReadReport reads what [Report.WriteJSON] wrote. The items are made anew from what was seen, so
// the report may be of another version with fewer rows.
func ReadReport(data []byte) (*Report, error) {
	var r Report
	if err := json.Unmarshal(data, &r); err != nil || r.Seen == nil {
		return nil, fmt.Errorf("it is not a report of coverage as JSON")
	}
	return NewReport(r.Seen), nil
}

// Percent returns how much is exercised and checked, in percent; 100 of nothing. It rounds down, so
// that 100 means all.
func (r *Report) Percent() (exercised, checked int) {
	if len(r.Items) == 0 {
		return 100, 100
	}
	for _, i := range r.Items {
		if i.Exercised {
			exercised++
		}
		if i.Checked {
			checked++
		}
	}
	return exercised * 100 / len(r.Items), checked * 100 / len(r.Items)
}

// shown is how many gaps of a dimension [Report.WriteText] shows. The first ones of the table are
// those that apps meet most.
const shown = 8

// WriteText writes the numbers of each dimension, and its first gaps with their lines.
func (r *Report) WriteText(w io.Writer) {
	exercised, checked := r.Percent()
	fmt.Fprintf(w, "coverage  %d items that the app uses: %d%% exercised, %d%% checked\n",
		len(r.Items),
		exercised, checked)
	var dimensions []string
	all, done := map[string]int{}, map[string]int{}
	for _, i := range r.Items {
		if all[i.Dimension] == 0 {
			dimensions = append(dimensions, i.Dimension)
		}
		all[i.Dimension]++
		if i.Exercised {
			done[i.Dimension]++
		}
	}
	for _, d := range dimensions {
		fmt.Fprintf(w, "  %-15s %d of %d\n", d, done[d], all[d])
	}
	gaps, example := map[string]int{}, ""
	for _, i := range r.Items {
		if i.Exercised {
			continue
		}
		example = cmp.Or(example, i.ID)
		if gaps[i.Dimension]++; gaps[i.Dimension] <= shown {
			fmt.Fprintf(w, "  %-5s %s: %s   %s\n", i.ID, i.Dimension, i.Name, strings.Join(i.Lines, "; "))
		}
	}
	for _, d := range dimensions {
		if more := gaps[d] - shown; more > 0 {
			fmt.Fprintf(w, "  and %d more of %s: --coverage-out FILE.html has them all\n", more, d)
		}
	}
	if example != "" {
		fmt.Fprintf(w, "  twilsim new NAME --gap %s writes the scenario of a gap\n", example)
	}
}

// WriteJSON writes the report for machines.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// page is parsed on first use: a start of the program would pay for it.
var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Parse(pageText))
})

const pageText = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>twilsim coverage</title>
<style>body{font:14px/1.4 sans-serif;margin:2em}td,th{padding:2px 8px;text-align:left}pre{margin:0}
.no{background:#fdd}.yes{background:#dfd}.seen{background:#ffd}</style></head><body>
<h1>Coverage</h1>
<p>{{len .Items}} items that the app uses. Green is checked,
yellow only exercised, red is a gap.</p>
<table><tr><th>ID</th><th>Dimension</th><th>Item</th><th>Lines that fill it</th></tr>
{{range .Items}}<tr class="{{if .Checked}}yes{{else if .Exercised}}seen{{else}}no{{end}}">
<td>{{.ID}}</td>
<td>{{.Dimension}}</td><td>{{.Name}}</td><td>{{if not .Checked}}<pre>{{range .Lines}}{{.}}
{{end}}</pre>{{end}}</td></tr>
{{end}}</table></body></html>
`

// WriteHTML writes the report as a page.
func (r *Report) WriteHTML(w io.Writer) error { return page().Execute(w, r) }

// Scenario returns a scenario that fills a gap, as far as the app answers a text. Where the item
// needs an answer of the app, the scenario has it as a file and starts no app.
func (i Item) Scenario() string {
	text := "# " + i.Dimension + ": " + i.Name + "\n"
	if i.Answer != "" {
		return text + "answer answer.http\n" + strings.Join(i.Lines, "\n") +
			"\n-- answer.http --\n" + i.Answer
	}
	if i.Lines[0] != "app" {
		text += "app\n"
	}
	text += strings.Join(i.Lines, "\n") + "\n"
	if strings.Contains(text, picture) {
		text += "-- " + picture + " --\niVBORw0KGgo=\n"
	}
	if strings.Contains(text, textFile) {
		text += "-- " + textFile + " --\nhello\nagain\n"
	}
	return text
}

// The files of a picture and of a text of several lines in a scenario.
const (
	picture  = "picture.png.base64"
	textFile = "text.txt"
)
