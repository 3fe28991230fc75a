package simulator_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// scenarios measures runs of scenarios: all of them with the built-in app, of which some start
// programs in other languages, those that start none, and some with the Express app, which is
// started for each, next to Node alone, which loads the same modules and ends. The last is CPU
// time, and needs node and the app's modules.
func (s *suite) scenarios(b *testing.B) {
	twilsim := s.build(b, "twilsim")
	run := func(args ...string) time.Duration {
		return cpuOf(b, "..", twilsim, append([]string{"run"}, args...)...)
	}
	all, alone := scenarioFiles(b)
	s.amount("scenarios", fmt.Sprintf("all %d scenarios, built-in app", all),
		timed(func() { run("scenarios") }).Seconds(), 2, "s")
	s.amount("scenarios", fmt.Sprintf("the %d that start no program", len(alone)),
		timed(func() { run(alone...) }).Seconds(), 2, "s")

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
	var loading []time.Duration
	for range rounds {
		loading = append(loading, cpuOf(b, app, node, "--input-type=module", "-e",
			"import 'express'; import 'twilio'"))
	}
	express := run("--parallel", "1", "--app", "node scenarios/apps/express/server.js",
		"scenarios/reply")
	s.add("scenarios", "CPU of a scenario with Express / node loading its modules",
		float64(express)/float64(len(files))/float64(median(loading)), 0)
}

// scenarioFiles returns how many scenarios there are, and those that start no program: a scenario
// that starts one is skipped where that is not installed.
func scenarioFiles(b *testing.B) (all int, alone []string) {
	files, err := filepath.Glob("../scenarios/*/*.txtar")
	if err != nil || len(files) == 0 {
		b.Fatalf("scenarios are missing: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		if !bytes.Contains(text, []byte("] skip ")) {
			alone = append(alone, strings.TrimPrefix(file, "../"))
		}
	}
	return len(files), alone
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
