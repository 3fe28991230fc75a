package testscript

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"twilsim/simulator/suggest"
)

// job is one run of one scenario. It does not change, and may be run several times.
type job struct {
	scenario Scenario // the scenario to run: its name may end with the last phase to run
	of       Scenario // the scenario of the file
	script   *script
	file     string   // the scenario's
	goldens  *goldens // to be rewritten; nil for none
}

// jobs reads and checks the scenarios to run. The error lists all that are malformed. Malformed
// scenarios that Only leaves out are no error. A phase is looked for only if no scenario's name
// matches.
func (r *Runner) jobs(scenarios []Scenario) ([]job, error) {
	only, err := regexp.Compile(r.Only)
	if err != nil {
		return nil, &UsageError{Err: fmt.Errorf("bad -run: %w", err)}
	}
	if err := checkNames(scenarios); err != nil {
		return nil, &UsageError{
			Err: err,
			Try: "give one of them another name, or run them one after the other",
		}
	}
	var chosen, others []job // a phase of others may match
	var malformed error
	for _, s := range scenarios {
		script, err := readScript(s.File)
		j := job{scenario: s, of: s, script: script, file: s.File}
		if only.MatchString(s.Name) {
			if err == nil {
				script.updating = r.Update
				err = script.check()
			}
			chosen, malformed = append(chosen, j), errors.Join(malformed, err)
		} else if err == nil {
			others = append(others, j)
		}
	}
	if len(chosen) == 0 {
		chosen = phaseJobs(others, phasePatterns(r.Only, only))
		for _, j := range chosen {
			j.script.updating = r.Update
			malformed = errors.Join(malformed, j.script.check())
		}
	}
	switch {
	case malformed != nil:
		return nil, &UsageError{Err: malformed}
	case len(chosen) == 0:
		return nil, noMatch(r.Only, scenarios, others)
	}
	return r.shard(chosen), nil
}

// checkNames refuses two scenarios with the same name: the name selects the scenario, its seed and
// the file of its journal.
func checkNames(scenarios []Scenario) error {
	files := map[string]string{}
	for _, s := range scenarios {
		if other, ok := files[s.Name]; ok && other != s.File {
			return fmt.Errorf("two scenarios are called %s: %s and %s", s.Name, other, s.File)
		}
		files[s.Name] = s.File
	}
	return nil
}

// shard keeps the jobs of the runner's part. It goes by a hash of the name and not by the place, so
// that a new scenario does not move the others to other machines.
func (r *Runner) shard(jobs []job) []job {
	if r.Shards <= 1 {
		return jobs
	}
	var mine []job
	for _, j := range jobs {
		hash := fnv.New32a()
		_, _ = hash.Write([]byte(j.of.Name)) // never fails
		if int(hash.Sum32()%uint32(r.Shards)) == r.Shard-1 {
			mine = append(mine, j)
		}
	}
	return mine
}

// order repeats and shuffles the jobs.
func (r *Runner) order(jobs []job) []job {
	var all []job
	for range max(r.Count, 1) {
		all = append(all, jobs...)
	}
	if r.Shuffle {
		random := rand.New(rand.NewPCG(r.seed(), 0))
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	}
	return all
}

// phasePattern reports whether the phase with a title, in the scenario with a name, matches.
type phasePattern func(name, title string) bool

// phasePatterns returns the ways to read an expression as NAME/PHASE, the strictest first: as one
// expression, or as two that may match anywhere, as in go test -run. Names contain slashes, so any
// slash may separate the two.
func phasePatterns(text string, only *regexp.Regexp) []phasePattern {
	patterns := []phasePattern{
		func(name, title string) bool { return only.MatchString(name + "/" + title) },
	}
	for at := strings.LastIndexByte(text, '/'); at > 0; at = strings.LastIndexByte(text[:at], '/') {
		before, err := regexp.Compile(text[:at])
		behind, err2 := regexp.Compile(text[at+1:])
		if err == nil && err2 == nil && text[at+1:] != "" {
			patterns = append(patterns, func(name, title string) bool {
				return before.MatchString(name) && behind.MatchString(title)
			})
		}
	}
	return patterns
}

// phaseJobs returns the jobs that end with a matching phase, by the first pattern that matches any.
func phaseJobs(jobs []job, patterns []phasePattern) []job {
	for _, meant := range patterns {
		var parts []job
		for _, j := range jobs {
			n := slices.IndexFunc(
				j.script.phases,
				func(p phase) bool { return p.title != "" && meant(j.of.Name, p.title) },
			)
			if n >= 0 {
				parts = append(parts, j.upTo(n))
			}
		}
		if parts != nil {
			return parts
		}
	}
	return nil
}

// upTo returns the job that ends with the n-th phase.
func (j job) upTo(n int) job {
	j.scenario.Name += "/" + j.script.phases[n].title
	j.script = j.script.upTo(n)
	return j
}

// mostNear is how many names the error shows if none matches.
const mostNear = 3

// noMatch is the error if neither a scenario nor a phase matches.
func noMatch(only string, scenarios []Scenario, jobs []job) error {
	var names []string
	for _, s := range scenarios {
		names = append(names, s.Name)
	}
	near := titlesBehind(only, jobs)
	if near == nil {
		near = nearestNames(only, names)
	}
	return &UsageError{
		Err: fmt.Errorf("no scenario matches %q", only),
		Try: strings.Join(near[:min(len(near), mostNear)], "  "),
	}
}

// titlesBehind returns the phases of the first scenario whose name precedes a slash: probably only
// the phase was mistyped.
func titlesBehind(only string, jobs []job) []string {
	for at := strings.LastIndexByte(only, '/'); at > 0; at = strings.LastIndexByte(only[:at], '/') {
		for _, j := range jobs {
			if name := strings.Trim(only[:at], "^$"); name != j.of.Name &&
				!strings.HasSuffix(j.of.Name, "/"+name) {
				continue
			}
			var titles []string
			for _, p := range j.script.phases {
				if p.title != "" {
					titles = append(titles, "'"+j.of.Name+"/"+p.title+"'")
				}
			}
			return titles
		}
	}
	return nil
}

// nearestNames returns the name that was probably meant, else all names, those with the longest
// common prefix first.
func nearestNames(only string, names []string) []string {
	only = strings.Trim(only, "^$")
	if near := suggest.Nearest(only, names); near != "" {
		return []string{near}
	}
	near := slices.Clone(names)
	slices.SortStableFunc(
		near,
		func(a, b string) int { return commonPrefix(b, only) - commonPrefix(a, only) },
	)
	return near
}

// commonPrefix returns the length of the common prefix of a and b.
func commonPrefix(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
