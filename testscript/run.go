package testscript

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Run runs the scenarios of files and directories as subtests of t, in parallel: the way to run
// them with go test.
func Run(t *testing.T, o Options, paths ...string) {
	t.Helper()
	scenarios, err := Find(paths...)
	if err != nil {
		t.Fatal(err)
	}
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.newCommon(root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			if !o.together() {
				t.Parallel() // first: the scenario's deadline counts from when it runs
			}
			if o.Update {
				update(t, o, s, c)
				return
			}
			p := testscript.Params{Files: []string{s.File}}
			e := entry{
				ctx: t.Context(), options: o, scenario: s, common: c, ended: checkEnd(single{t}, o, s),
			}
			e.setup(&p)
			testscript.RunT(single{t}, p)
		})
	}
}

// single runs the one script of a test as the test itself.
type single struct{ *testing.T }

// Run runs f as the test itself.
func (s single) Run(_ string, f func(testscript.T)) { f(s) }

// Parallel does nothing: the test is parallel already.
func (s single) Parallel() {}

// Verbose returns false even with go test -v, because the engine would then print the environment.
func (s single) Verbose() bool { return false }
