package testscript

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"twilsim/simulator/suggest"
)

// job is one run of one scenario.
type job struct {
	scenario Scenario // as it is run: its name may end with the phase at which it ends
	of       Scenario // as it stands in its file
	script   *script
	file     string   // the scenario's
	goldens  *goldens // to be rewritten; nil for none
}

// jobs reads and checks the scenarios that are to run. It tells of all that are malformed, not of the first alone.
func (r *Runner) jobs(scenarios []Scenario) ([]job, error) {
	only, err := regexp.Compile(r.Only)
	if err != nil {
		return nil, &UsageError{Err: fmt.Errorf("bad -run: %w", err)}
	}
	if err := checkNames(scenarios); err != nil {
		return nil, &UsageError{Err: err, Try: "give one of them another name, or run them one after the other"}
	}
	var whole, parts []job
	var names []string
	var malformed error
	for _, s := range scenarios {
		names = append(names, s.Name)
		script, err := readScript(s.File)
		if only.MatchString(s.Name) {
			if err == nil {
				err = script.check()
			}
			malformed = errors.Join(malformed, err)
			whole = append(whole, job{scenario: s, of: s, script: script, file: s.File})
		} else if n := script.match(only, s.Name); err == nil && n >= 0 {
			parts = append(parts, job{scenario: s, of: s, script: script, file: s.File}.upTo(n))
		}
	}
	if len(whole) == 0 {
		whole = parts
		for _, j := range parts {
			malformed = errors.Join(malformed, j.script.check())
		}
	}
	switch {
	case malformed != nil:
		return nil, &UsageError{Err: malformed}
	case len(whole) == 0:
		return nil, noMatch(r.Only, names)
	}
	return r.shard(whole), nil
}

// checkNames refuses two scenarios of one name: a name chooses the scenario, its seed, and where its journal goes.
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

// shard keeps the jobs of the runner's part.
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

// match returns the first phase whose name, behind the scenario's, matches; -1 for none.
func (s *script) match(only *regexp.Regexp, name string) int {
	if s == nil {
		return -1
	}
	for i, p := range s.phases {
		if p.title != "" && only.MatchString(name+"/"+p.title) {
			return i
		}
	}
	return -1
}

// upTo returns the job that ends with the n-th phase.
func (j job) upTo(n int) job {
	j.scenario.Name += "/" + j.script.phases[n].title
	j.script = j.script.upTo(n)
	return j
}

// copy writes what the engine runs: the scenario, with what makes a follower hear of each line, up to the job's last
// phase. The caller must call remove.
func (j job) copy() (file string, remove func(), err error) {
	f, err := os.CreateTemp("", "*-"+filepath.Base(j.file))
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.Remove(f.Name()) } // a temporary file; the system clears the rest
	_, err = f.Write(j.goldens.mark(j.script).followed())
	if err := errors.Join(err, f.Close()); err != nil {
		remove()
		return "", nil, fmt.Errorf("cannot copy the scenario: %w", err)
	}
	return f.Name(), remove, nil
}

// noMatch is the error where no scenario has the name that was asked for.
func noMatch(only string, names []string) error {
	shown := names[:min(len(names), 3)]
	if near := suggest.Nearest(only, names); near != "" {
		shown = []string{near}
	}
	return &UsageError{Err: fmt.Errorf("no scenario matches %q", only), Try: strings.Join(shown, "  ")}
}
