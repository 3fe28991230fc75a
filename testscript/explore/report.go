package explore

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Report is the result of a search. Fields without a name in JSON depend on the machine, or have
// lines of their own.
type Report struct {
	Scenario string `json:"scenario"`
	// App names the app under test; "" if the player does not say.
	App   string `json:"app,omitempty"`
	Seed  uint64 `json:"seed"`
	Depth int    `json:"depth"`
	// Singles and Pairs are how many schedules of one and of two deviations there are.
	Singles int `json:"singles"`
	Pairs   int `json:"pairs"`
	// Run is how many runs differed from all before, Equal how many did not, Masked how many pairs
	// were left out because one of their deviations fails alone, and Left how many schedules the
	// budget did not allow.
	Run    int `json:"run"`
	Equal  int `json:"equal"`
	Masked int `json:"masked"`
	Left   int `json:"left"`
	// ShowedUp is how many pairs there are with a point that only a single deviation brings about.
	ShowedUp int `json:"showed_up"`
	// Samples is how many schedules of three to five deviations were chosen at random.
	Samples int `json:"samples,omitempty"`
	// NotAgain is how many failures did not occur again.
	NotAgain int          `json:"not_again"`
	TimeOver bool         `json:"time_over,omitempty"` // the budget in time ended the search
	Findings []*Finding   `json:"-"`
	Aside    []AsideCount `json:"set_aside,omitempty"`
	NotTried []string     `json:"not_tried,omitempty"`
	// Volatile are values that differ between two runs of the baseline.
	Volatile []string `json:"volatile,omitempty"`

	// Again is how many schedules were played again with a fresh app, because runs had changed the app
	// that they shared. With several copies it depends on which run had which copy.
	Again int `json:"-"`
	// Skipped is how many of these needed no app, because their result was known.
	Skipped int `json:"-"`
	Played  int `json:"-"` // runs, with those of shrinking and repeating
}

// AsideCount is how often the failure of a line did not count, because the deviation and not the
// app was to blame.
type AsideCount struct {
	Line int `json:"line"`
	Runs int `json:"runs"`
}

func (r *Report) setAside(counts map[int]int) {
	for line, n := range counts {
		r.Aside = append(r.Aside, AsideCount{line, n})
	}
	slices.SortFunc(r.Aside, func(a, b AsideCount) int { return a.Line - b.Line })
}

// sort puts the findings into the order of their IDs, which no seed or shard changes.
func (r *Report) sort() {
	slices.SortFunc(r.Findings, func(a, b *Finding) int { return strings.Compare(a.ID, b.ID) })
}

// WriteText writes the report for people.
func (r *Report) WriteText(w io.Writer) {
	for _, f := range r.Findings {
		f.WriteText(w)
	}
	fmt.Fprintf(w, "%s, %d single", count(len(r.Findings), "finding"), r.Singles)
	if r.Depth > 1 {
		fmt.Fprintf(w, " and %d pairs", r.Pairs)
		if r.ShowedUp > 0 {
			fmt.Fprintf(w, " and %d with what showed up", r.ShowedUp)
		}
	}
	if r.Samples > 0 {
		fmt.Fprintf(w, " and %d samples of 3 to 5", r.Samples)
	}
	fmt.Fprintf(w, ": %d run, %d equal, %d masked", r.Run, r.Equal, r.Masked)
	if r.Left > 0 {
		fmt.Fprintf(w, ", %d left by the budget", r.Left)
	}
	if r.NotAgain > 0 {
		fmt.Fprintf(w, ", %d not again", r.NotAgain)
	}
	for i, a := range r.Aside {
		if i == 0 {
			fmt.Fprint(w, "; set aside:")
		}
		fmt.Fprintf(w, " line %d in %d runs", a.Line, a.Runs)
		if i+1 < len(r.Aside) {
			fmt.Fprint(w, ",")
		}
	}
	if len(r.NotTried) > 0 {
		fmt.Fprintf(w, "; not tried: %s", strings.Join(r.NotTried, ", "))
	}
	fmt.Fprintln(w)
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// WriteText writes the finding for people.
func (f *Finding) WriteText(w io.Writer) {
	how := "sometimes"
	if f.Always {
		how = "always"
	}
	fmt.Fprintf(w, "%s  %s  %s  %s  %s", f.ID, f.Schedule, f.Key, how,
		strings.TrimSpace(f.From+" "+f.Fact))
	if f.More > 0 {
		fmt.Fprintf(w, "  (%s more)", count(f.More, "schedule"))
	}
	fmt.Fprintf(w, "\n        %s\n", f.Sentence)
	for _, also := range f.Also {
		fmt.Fprintf(w, "        also %s\n", also)
	}
	if f.Try != "" {
		fmt.Fprintf(w, "        try  %s\n", f.Try)
	}
	if f.File != "" {
		fmt.Fprintf(w, "        file %s\n", f.File)
	}
}

// WriteJSON writes a line for each report and each finding, and a last one with the totals.
func WriteJSON(w io.Writer, reports []*Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	findings := 0
	for _, r := range reports {
		if err := e.Encode(struct {
			Type string `json:"type"`
			*Report
		}{"search", r}); err != nil {
			return err
		}
		for _, f := range r.Findings {
			findings++
			if err := e.Encode(struct {
				Type string `json:"type"`
				*Finding
			}{"finding", f}); err != nil {
				return err
			}
		}
	}
	return e.Encode(struct {
		Type     string `json:"type"`
		Searches int    `json:"searches"`
		Findings int    `json:"findings"`
	}{"total", len(reports), findings})
}

// WriteReplay writes what passed in a run, what differs from the baseline, and what failed.
func WriteReplay(w io.Writer, baseline, run *Run) {
	pending := map[string]int{}
	for _, l := range baseline.Lines {
		pending[l.String()]++
	}
	for _, l := range run.Lines {
		mark := "+"
		if pending[l.String()] > 0 {
			pending[l.String()]--
			mark = " "
		}
		fmt.Fprintf(w, "%s %s\n", mark, l)
	}
	for _, l := range baseline.Lines {
		if pending[l.String()] > 0 {
			pending[l.String()]--
			fmt.Fprintf(w, "- %s\n", l)
		}
	}
	if run.Log != "" {
		fmt.Fprintf(w, "the app printed\n")
		for line := range strings.Lines(run.Log) {
			fmt.Fprintf(w, "    %s\n", strings.TrimRight(line, "\n"))
		}
	}
	for _, f := range run.Failures {
		fmt.Fprintf(w, "%s: %s\n", f.Key(), f.Text)
		if f.Try != "" {
			fmt.Fprintf(w, "    try  %s\n", f.Try)
		}
	}
	for _, line := range run.Aside {
		fmt.Fprintf(w, "set aside: line %d\n", line)
	}
	if len(run.Failures) == 0 {
		fmt.Fprintln(w, "no failure")
	}
}

// Join adds what another machine did of the same search. What all machines count alike, such as the
// singles, stays as it is.
func (r *Report) Join(other *Report) {
	r.Run, r.Equal = r.Run+other.Run, r.Equal+other.Equal
	r.NotAgain += other.NotAgain
	r.TimeOver = r.TimeOver || other.TimeOver
	for _, a := range other.Aside {
		i := slices.IndexFunc(r.Aside, func(b AsideCount) bool { return a.Line == b.Line })
		if i < 0 {
			r.Aside = append(r.Aside, a)
		} else {
			r.Aside[i].Runs += a.Runs
		}
	}
	slices.SortFunc(r.Aside, func(a, b AsideCount) int { return a.Line - b.Line })
}

// Take adds a finding of another machine, unless it is known.
func (r *Report) Take(f *Finding) {
	for _, known := range r.Findings {
		if known.ID == f.ID {
			known.More = max(known.More, f.More)
			return
		}
	}
	r.Findings = append(r.Findings, f)
}
