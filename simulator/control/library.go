package control

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"twilsim/simulator/trace"
)

func libraryRoutes() []route {
	return []route{
		{
			method: "GET", path: "/scenarios", name: "scenarios", tag: "scenarios",
			summary: "The scenarios that the server may run: those of one folder",
			result:  Scenarios{}, errors: []int{409},
			answer: (*api).scenarios,
		},
		{
			method: "POST", path: "/scenarios", name: "saveScenario", tag: "scenarios",
			summary: "Write a scenario of what happened into the folder",
			description: "The server composes the text from its journal. A file that exists is " +
				"only replaced if the request says so.",
			body:    NewScenario{},
			example: `{"name":"order-status","message":"latest","answers":true}`,
			status:  http.StatusCreated, result: Saved{}, errors: []int{404, 409},
			answer: (*api).saveScenario,
		},
		{
			method: "GET", path: "/runs", name: "runs", tag: "scenarios",
			summary: "The newest runs of scenarios",
			description: "With after, the answer waits until something has changed since that " +
				"version, at most 20 s. Runs belong to the server, not to an account.",
			query:  []param{versionParam},
			result: Runs{}, errors: []int{409},
			answer: (*api).runs,
		},
		{
			method: "POST", path: "/runs", name: "startRun", tag: "scenarios",
			summary: "Run a scenario of the folder",
			body:    NewRun{},
			example: `{"scenario":"delivery/unreachable","pace":"500ms"}`,
			status:  http.StatusCreated, result: Run{}, errors: []int{404, 409},
			answer: (*api).startRun,
		},
		{
			method: "GET", path: "/runs/{run}", name: "oneRun", tag: "scenarios",
			summary: "A run",
			description: "Each run has a simulator of its own, whose API is below " +
				"runs/{run}/sim. It can be read while the scenario runs and afterwards.",
			result: Run{}, errors: []int{404, 409},
			answer: (*api).oneRun,
		},
		{
			method: "GET", path: "/runs/{run}/trace", name: "runTrace", tag: "scenarios",
			summary: "What happened in a run, line by line",
			result:  &trace.Trace{}, errors: []int{404, 409},
			answer: (*api).runTrace,
		},
		{
			method: "POST", path: "/runs/{run}/stop", name: "stopRun", tag: "scenarios",
			summary: "Stop a run",
			body:    nothing{}, optional: true,
			result: Run{}, errors: []int{404, 409},
			answer: (*api).stopRun,
		},
	}
}

// Library is a folder of scenarios that a server runs and writes. Its errors are [*Error] where the
// request is wrong. It is safe for concurrent use. Package testscript/library implements it;
// control cannot import that, because testscript imports the simulator.
type Library interface {
	// Folder is its path, as people write it.
	Folder() string
	// Scenarios lists the files of the folder.
	Scenarios() (*Scenarios, error)
	// Save writes a scenario into the folder. A file that exists is an error unless replace is set.
	Save(name string, text []byte, replace bool) (*Saved, error)
	// Start begins a run of one scenario.
	Start(NewRun) (*Run, error)
	// Runs waits until something has changed since the version after, but not longer than ctx; 0
	// does not wait.
	Runs(ctx context.Context, after int64) *Runs
	// Run, Stop, Trace and Simulator are about the run with an ID, or latest.
	Run(id string) (*Run, error)
	Stop(id string) (*Run, error)
	Trace(id string) (*trace.Trace, error)
	// Simulator is the one in which the scenario runs, or ran.
	Simulator(id string) (http.Handler, error)
}

// Scenarios are the files that the server may run.
type Scenarios struct {
	Folder    string         `json:"folder"`
	App       string         `json:"app"` // what they test: a command, or the tutorial's app
	Scenarios []ScenarioFile `json:"scenarios"`
}

// ScenarioFile is a file of the folder.
type ScenarioFile struct {
	Name  string `json:"name"`  // delivery/unreachable
	Title string `json:"title"` // its first # line, without the #
}

// NewScenario is the body that writes a scenario into the folder: the conversation of a message, or
// what began in a span of time. The server composes the text: no program can be brought in.
type NewScenario struct {
	Name string `json:"name"` // letters, digits, - and _, and / between folders
	// a SID, a prefix of one, latest or latest~1; "" for a span of time
	Message string `json:"message,omitempty"`
	// the span, on the account's clock; neither is everything
	Since *time.Time `json:"since,omitempty"`
	Until *time.Time `json:"until,omitempty"`
	// the app's recorded answers take the place of the app
	Answers bool `json:"answers,omitempty"`
	Replace bool `json:"replace,omitempty"` // write over a file that exists
}

// Saved is the file that was written.
type Saved struct {
	Name     string `json:"name"`
	File     string `json:"file"`
	Replaced bool   `json:"replaced,omitempty"`
}

// NewRun is the body that starts a run.
type NewRun struct {
	Scenario string `json:"scenario"`
	// real time to wait before each command, at most 10 s, so that a person can watch; "" is none
	Pace string `json:"pace,omitempty"`
}

// RunState is how a run ended, or running.
type RunState string

// The states of a run.
const (
	RunRunning RunState = "running"
	RunPassed  RunState = "ok"
	RunFailed  RunState = "FAIL"
	RunSkipped RunState = "skip"
	RunBroken  RunState = "error" // the file is not a scenario
	RunStopped RunState = "stopped"
)

// runStates are all states of a run.
func runStates() []RunState {
	return []RunState{RunRunning, RunPassed, RunFailed, RunSkipped, RunBroken, RunStopped}
}

// Run is a run of a scenario.
type Run struct {
	ID       string `json:"id"` // run-1
	Scenario string `json:"scenario"`
	File     string `json:"file"`
	App      string `json:"app"` // what was tested
	// of its simulator; "" before it has begun
	Account string    `json:"account"`
	State   RunState  `json:"state"`
	Started time.Time `json:"started"` // by the machine's clock
	// of real time; 0 while it runs
	Milliseconds int64  `json:"milliseconds"`
	Virtual      string `json:"virtual"` // how far its clock advanced
	Line         int    `json:"line"`    // the line that runs, or that failed first; 0 for none
	Lines        int    `json:"lines"`   // of the script
	// why it failed or was skipped; "" if it did not
	Reason string `json:"reason,omitempty"`
	// whether the views of its simulator can be seen, below runs/ID/sim
	Watchable bool `json:"watchable"`
}

// Runs are the newest runs, newest first.
type Runs struct {
	Version int64 `json:"version"` // to wait for the next change
	Runs    []Run `json:"runs"`
}

var errNoLibrary = conflict("this simulator has no folder of scenarios",
	"twilsim serve --scenarios scenarios")

// runLibrary returns the folder of scenarios, or an error if there is none.
func (s *api) runLibrary() (Library, error) {
	if s.info.Library == nil {
		return nil, errNoLibrary
	}
	return s.info.Library, nil
}

func (s *api) scenarios(*http.Request) (any, error) {
	l, err := s.runLibrary()
	if err != nil {
		return nil, err
	}
	return l.Scenarios()
}

// The text comes from the journal and never from the request: a client of this API must not be
// able to put a program into a file that twilsim run executes.
func (s *api) saveScenario(r *http.Request) (any, error) {
	var in NewScenario
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	l, err := s.runLibrary()
	if err != nil {
		return nil, err
	}
	text, err := s.compose(r.Context(), in)
	if err != nil {
		return nil, err
	}
	return l.Save(in.Name, text, in.Replace)
}

// runs holds the request until something changes, so that the page that shows runs need not ask
// again and again.
func (s *api) runs(r *http.Request) (any, error) {
	l, err := s.runLibrary()
	if err != nil {
		return nil, err
	}
	after, err := number(r.URL.Query(), "after", 0)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), awaitRuns)
	defer cancel()
	return l.Runs(ctx, int64(after)), nil
}

// awaitRuns is how long a request for runs waits for a change.
const awaitRuns = 20 * time.Second

func (s *api) startRun(r *http.Request) (any, error) {
	var in NewRun
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	l, err := s.runLibrary()
	if err != nil {
		return nil, err
	}
	return l.Start(in)
}

func (s *api) oneRun(r *http.Request) (any, error) {
	l, err := s.runLibrary()
	if err != nil {
		return nil, err
	}
	return l.Run(r.PathValue("run"))
}

func (s *api) stopRun(r *http.Request) (any, error) {
	if err := decode(r, &nothing{}); err != nil {
		return nil, err
	}
	l, err := s.runLibrary()
	if err != nil {
		return nil, err
	}
	return l.Stop(r.PathValue("run"))
}

func (s *api) runTrace(r *http.Request) (any, error) {
	l, err := s.runLibrary()
	if err != nil {
		return nil, err
	}
	return l.Trace(r.PathValue("run"))
}

// RunSimulator is the path, below that of a run, of the API of the simulator in which it runs.
const RunSimulator = "/sim"

// mounted serves the API of the simulator of a run, and reports whether the path is about one. It
// can only be read: a change from outside would change what the scenario finds. It is no route of
// the mux, because every path of this API can follow.
func (s *api) mounted(w http.ResponseWriter, r *http.Request) bool {
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), Prefix+"/runs/")
	id, rest, found := strings.Cut(rest, "/")
	path, isSim := strings.CutPrefix("/"+rest, RunSimulator)
	if !ok || !found || !isSim || path != "" && path[0] != '/' {
		return false
	}
	if err := s.serveMounted(w, r, id, path); err != nil {
		writeError(w, err)
	}
	return true
}

// pure are the paths whose POST changes nothing.
var pure = []string{"/preview", "/segments", "/twiml", "/signatures/verify"}

func (s *api) serveMounted(w http.ResponseWriter, r *http.Request, id, path string) error {
	l, err := s.runLibrary()
	if err != nil {
		return err
	}
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead ||
		r.Method == http.MethodPost && slices.Contains(pure, path)
	if !reads {
		return conflict("the simulator of a run can be watched, not changed", "GET "+r.URL.Path)
	}
	sim, err := l.Simulator(id)
	if err != nil {
		return err
	}
	inner := r.Clone(r.Context())
	inner.Host = "localhost" // this server has admitted the request
	delete(inner.Header, "Origin")
	// both forms of the path, so that an escaped slash in a name stays one
	inner.URL = &url.URL{Path: Prefix + path, RawQuery: r.URL.RawQuery}
	if plain, err := url.PathUnescape(path); err == nil {
		inner.URL.Path, inner.URL.RawPath = Prefix+plain, Prefix+path
	}
	inner.RequestURI = inner.URL.RequestURI()
	sim.ServeHTTP(w, inner)
	return nil
}

// Scenarios lists the scenarios that the server may run.
func (c *Client) Scenarios(ctx context.Context) (*Scenarios, error) {
	return call[Scenarios](ctx, c, "GET", "/scenarios", nil)
}

// SaveScenario writes a scenario of what happened into the server's folder of scenarios.
func (c *Client) SaveScenario(ctx context.Context, s NewScenario) (*Saved, error) {
	return call[Saved](ctx, c, "POST", "/scenarios", s)
}

// Runs returns the newest runs of scenarios. With a version above 0 it waits until something has
// changed since then, at most 20 seconds.
func (c *Client) Runs(ctx context.Context, after int64) (*Runs, error) {
	return call[Runs](ctx, c, "GET", "/runs?after="+strconv.FormatInt(after, 10), nil)
}

// StartRun begins a run of a scenario.
func (c *Client) StartRun(ctx context.Context, r NewRun) (*Run, error) {
	return call[Run](ctx, c, "POST", "/runs", r)
}

// OneRun returns a run by its ID, or the latest.
func (c *Client) OneRun(ctx context.Context, id string) (*Run, error) {
	return call[Run](ctx, c, "GET", "/runs/"+url.PathEscape(id), nil)
}

// StopRun stops a run.
func (c *Client) StopRun(ctx context.Context, id string) (*Run, error) {
	return call[Run](ctx, c, "POST", "/runs/"+url.PathEscape(id)+"/stop", nil)
}

// RunTrace returns what happened in a run, line by line.
func (c *Client) RunTrace(ctx context.Context, id string) (*trace.Trace, error) {
	return call[trace.Trace](ctx, c, "GET", "/runs/"+url.PathEscape(id)+"/trace", nil)
}
