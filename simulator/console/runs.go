package console

import (
	"strings"

	"twilsim/simulator/control"
)

// runsView is the page of scenarios and their runs, with one run that is open.
type runsView struct {
	Base    string
	Query   string
	Runs    *control.Runs
	Files   *control.Scenarios
	Matched int // of the files
	Run     *control.Run
	Trace   *traceView
	Open    bool // the URL names the run
	Missing string
	None    string // why the server runs no scenarios
}

// maxListed is how many files of scenarios the page lists.
const maxListed = 100

func runsPage(r *request) (any, error) {
	v := &runsView{Base: r.base, Query: strings.TrimSpace(r.query("q")), Open: r.ref != ""}
	ctx := r.Context()
	var known *control.Error
	var err error
	if v.Files, err = r.client.Scenarios(ctx); asMissing(err, &known) || asConflict(err, &known) {
		v.None, v.Runs, v.Files = known.Message, &control.Runs{}, &control.Scenarios{}
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	v.find()
	if v.Runs, err = r.client.Runs(ctx, 0); err != nil {
		return nil, err
	}
	ref := r.ref
	if ref == "" && len(v.Runs.Runs) > 0 {
		ref = v.Runs.Runs[0].ID
	}
	if ref == "" {
		return v, nil
	}
	if v.Run, err = r.client.OneRun(ctx, ref); asMissing(err, &known) {
		v.Missing = known.Message
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	trace, err := r.client.RunTrace(ctx, v.Run.ID)
	if err != nil {
		return nil, err
	}
	v.Trace = &traceView{Trace: trace}
	return v, nil
}

// find keeps the files that have all words of the search in their name or title.
func (v *runsView) find() {
	var found []control.ScenarioFile
	for _, f := range v.Files.Scenarios {
		text, all := strings.ToLower(f.Name+" "+f.Title), true
		for word := range strings.FieldsSeq(strings.ToLower(v.Query)) {
			all = all && strings.Contains(text, word)
		}
		if all {
			found = append(found, f)
		}
	}
	v.Matched = len(found)
	v.Files.Scenarios = found[:min(len(found), maxListed)]
}

// Shows reports whether the run is the one that is open.
func (v *runsView) Shows(id string) bool { return v.Run != nil && v.Run.ID == id }

// Running reports whether the open run goes on.
func (v *runsView) Running() bool { return v.Run != nil && v.Run.State == control.RunRunning }
