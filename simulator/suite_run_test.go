package simulator_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// scenarios measures runs of scenarios: all of them with the built-in app, and some with the
// Express app, which is started for each, next to Node alone, which loads the same modules and
// ends. The second is CPU time, and needs node and the app's modules.
func (s *suite) scenarios(b *testing.B) {
	twilsim := s.build(b, "twilsim")
	run := func(args ...string) time.Duration {
		return cpuOf(b, "..", twilsim, append([]string{"run"}, args...)...)
	}
	s.amount("scenarios", "all scenarios, built-in app",
		timed(func() { run("scenarios") }).Seconds(), 2, "s")

	app := filepath.Join("..", "scenarios", "apps", "express")
	node, err := exec.LookPath("node")
	if _, missing := os.Stat(filepath.Join(app, "node_modules")); err != nil || missing != nil {
		b.Log("no measure with Express: node or its modules are missing")
		return
	}
	files, err := filepath.Glob("../scenarios/reply/*.txtar")
	if err != nil || len(files) == 0 {
		b.Fatalf("scenarios/reply is missing: %v", err)
	}
	var alone []time.Duration
	for range rounds {
		alone = append(alone, cpuOf(b, app, node, "--input-type=module", "-e",
			"import 'express'; import 'twilio'"))
	}
	all := run("--parallel", "1", "--app", "node scenarios/apps/express/server.js", "scenarios/reply")
	s.add("scenarios", "CPU of a scenario with Express / node loading its modules",
		float64(all)/float64(len(files))/float64(median(alone)), 0)
}

// cpuOf runs a program, and returns the CPU time of it and of the programs that it started.
func cpuOf(b *testing.B, dir, program string, args ...string) time.Duration {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out[max(0, len(out)-2000):])
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
