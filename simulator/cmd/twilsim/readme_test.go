package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"twilsim/simulator/terminal"
	simscript "twilsim/testscript"
)

// page is the README: its text, and what this test would write in its place.
const page = "README.md"

var (
	consoleBlock  = regexp.MustCompile("(?s)```console\n(.*?)```\n")
	scenarioBlock = regexp.MustCompile("(?s)```txtar\n(.*?)```\n")
	goBlock       = regexp.MustCompile("(?s)```go\n(.*?)```\n")
	commandTable  = regexp.MustCompile(`(?s)<!-- commands -->\n(.*?)<!-- /commands -->\n`)
)

// TestREADME runs the commands of the README and compares what they print. With -update it rewrites
// the page.
func TestREADME(t *testing.T) {
	t.Chdir("../../..")
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	old := string(data)
	rewritten := consoleBlock.ReplaceAllStringFunc(old, func(block string) string {
		if now := rerun(t, block); settle(now) != settle(block) {
			return now
		}
		return block // other times and ports are no reason to change the page
	})
	rewritten = commandTable.ReplaceAllLiteralString(rewritten,
		"<!-- commands -->\n"+table(t)+"<!-- /commands -->\n")
	if *update && !t.Failed() {
		if err := os.WriteFile(page, []byte(rewritten), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(settle(old), settle(rewritten)); diff != "" {
		t.Errorf("%s and the program differ; go test ./simulator/cmd/twilsim -run README -update "+
			"(-page +program):\n%s", page, diff)
	}
}

// rerun returns a console block with what its commands print now.
func rerun(t *testing.T, block string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("```console\n")
	for line := range strings.Lines(consoleBlock.FindStringSubmatch(block)[1]) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ ")
		if !ok {
			continue
		}
		fmt.Fprintf(&b, "$ %s\n", command)
		if command == "go test ./..." { // this very run; .ci/run calls it
			checkCI(t, command)
			continue
		}
		b.WriteString(output(t, command))
	}
	b.WriteString("```\n")
	return b.String()
}

// output runs a command of the README in this process.
func output(t *testing.T, command string) string {
	t.Helper()
	args, ok := strings.CutPrefix(command, "go tool twilsim ")
	if !ok {
		t.Fatalf("the test cannot run %q", command)
	}
	var stdout, stderr bytes.Buffer
	if err := run(t.Context(), strings.Fields(args), strings.NewReader(""), &stdout,
		&stderr); err != nil {
		t.Fatalf("%s: %v\n%s%s", command, err, stdout.String(), stderr.String())
	}
	return stdout.String()
}

func checkCI(t *testing.T, command string) {
	t.Helper()
	ci, err := os.ReadFile(".ci/run")
	if line := `(?m)^(env -u \w+ )?` + regexp.QuoteMeta(command) + `$`; err != nil ||
		!regexp.MustCompile(line).Match(ci) {
		t.Errorf(".ci/run does not call %q: %v", command, err)
	}
}

// settle replaces what no two runs have in common: ports, and real times.
func settle(s string) string {
	for _, r := range []struct{ from, to string }{
		{`127\.0\.0\.1:\d+`, "127.0.0.1:PORT"},
		{`(under )?\d+ ?ms\b`, "N ms"},
		{`(\s)\d+\.\d\ds\b`, "${1}N.NNs"},
		{`parallel \d+`, "parallel N"},
		{` +`, " "},
	} {
		s = regexp.MustCompile(r.from).ReplaceAllString(s, r.to)
	}
	return s
}

// table is the README's table of commands.
func table(t *testing.T) string {
	t.Helper()
	root := newRoot(&cli{ui: terminal.New(nil, &bytes.Buffer{}, &bytes.Buffer{}, func(string) string {
		return ""
	})})
	root.InitDefaultCompletionCmd()
	var b strings.Builder
	b.WriteString("| command | does |\n| --- | --- |\n")
	for _, cmd := range root.Commands() {
		if cmd.Hidden || !cmd.IsAvailableCommand() || cmd.Name() == "help" {
			continue
		}
		fmt.Fprintf(&b, "| `twilsim %s` | %s |\n", strings.ReplaceAll(useLine(cmd), "|", `\|`), cmd.Short)
	}
	return b.String()
}

// useLine is how a command is called; one with commands of its own lists them.
func useLine(cmd *cobra.Command) string {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	if len(names) > 0 {
		return cmd.Name() + " " + strings.Join(names, "|")
	}
	return cmd.Use
}

// TestREADMEScenario runs the README's scenario.
func TestREADMEScenario(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("../../..", page))
	if err != nil {
		t.Fatal(err)
	}
	var scenarios []string
	for _, block := range scenarioBlock.FindAllStringSubmatch(string(data), -1) {
		scenarios = append(scenarios, block[1])
	}
	runAll(t, scenarios)
}

// TestRecipes runs the scenarios of the topic.
func TestRecipes(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"help", "recipes"}, strings.NewReader(""), &out,
		&out); err != nil {
		t.Fatal(err)
	}
	var scenarios []string
	var scenario strings.Builder
	for line := range strings.Lines(out.String() + "end\n") {
		if text, ok := strings.CutPrefix(line, "    "); ok || line == "\n" {
			scenario.WriteString(strings.TrimPrefix(text, "    "))
			continue
		}
		if strings.TrimSpace(scenario.String()) != "" {
			scenarios = append(scenarios, strings.TrimLeft(scenario.String(), "\n"))
		}
		scenario.Reset()
	}
	if len(scenarios) < 5 {
		t.Errorf("only %d recipes", len(scenarios))
	}
	runAll(t, scenarios)
}

// runAll runs scenarios.
func runAll(t *testing.T, scenarios []string) {
	t.Helper()
	if len(scenarios) == 0 {
		t.Fatal("there is no scenario")
	}
	dir := t.TempDir()
	for i, text := range scenarios {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("scenario%d.txtar", i)), []byte(text),
			0o666); err != nil {
			t.Fatal(err)
		}
	}
	simscript.Run(t, simscript.Options{}, dir)
}

// TestREADMETest holds the README's Go test to the one that runs.
func TestREADMETest(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("../../..", page))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../../simulatortest/simulatortest_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range goBlock.FindAllStringSubmatch(string(data), -1) {
		if !strings.Contains(string(source), block[1]) {
			t.Errorf("this is not in simulatortest_test.go:\n%s", block[1])
		}
	}
}
