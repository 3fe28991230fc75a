package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"twilsim/simulator/failure"
	"twilsim/simulator/mask"
)

// hostile has a control character, one above DEL, and a mark that reverses the direction of text.
const hostile = "a\x1b[31m\x7f\u009b31m\u202eb"

// printed runs a command in dir, and returns all that it printed and wrote into the reports.
func printed(t *testing.T, dir string, reports []string, args ...string) string {
	t.Helper()
	cmd := exec.Command("twilsim", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0",
		"XDG_STATE_HOME="+dir, "XDG_DATA_HOME="+dir,
		"GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY="+filepath.Join(dir, "summary.md"))
	out, _ := cmd.CombinedOutput() // the exit code is of no interest
	for _, name := range reports {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		out = append(out, text...)
	}
	return string(out)
}

// raw returns the first line with a character that could control a terminal.
func raw(text string) string {
	for line := range strings.Lines(text) {
		if strings.ContainsFunc(strings.Trim(line, "\n\t"), func(r rune) bool {
			return r != '\t' && mask.Harmful(r)
		}) {
			return line
		}
	}
	return ""
}

// TestHostileScenario runs a scenario whose name, phases, texts and output are hostile, in all
// formats.
func TestHostileScenario(t *testing.T) {
	dir := t.TempDir()
	script := "# " + hostile + "\nsms +12025550142 +12025550100 '" + hostile +
		"'\nexec printf '" + hostile +
		"'\nexpect message body='" + hostile + "'\nexec false\n"
	name := hostile + ".txtar"
	if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"run", "."}, {"run", "-v", "."}, {"run", "--json", "."}, {"run", "--list", "."},
		{"run", "--list", "--json", "."}, {"run", "--tap", "-", "."}, {"run", "missing" + name},
	} {
		if line := raw(printed(t, dir, nil, args...)); line != "" {
			t.Errorf("twilsim %v prints %q", args, line)
		}
	}
	reports := []string{"junit.xml", "report.tap", "summary.md"}
	if line := raw(printed(t, dir, reports, "run", "--junit", "junit.xml", "--tap",
		"report.tap", ".")); line != "" {
		t.Errorf("a report has %q", line)
	}
}

// TestHostileSearch explores a scenario whose name is hostile.
func TestHostileSearch(t *testing.T) {
	dir := t.TempDir()
	script := "app\nsms +12025550142 +12025550100 '" + hostile +
		"'\nexpect message direction=outbound-reply\n"
	if err := os.WriteFile(filepath.Join(dir, hostile+".txtar"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"explore", "--budget", "3", "."}, {"explore", "--budget", "3", "--json", "."},
		{"explore", "--replay", "text1=twice", "."}, {"explore", "--list", "."},
		{"merge", "explore.xml", "explore.xml"},
	} {
		reports := []string{}
		if args[1] == "--budget" {
			args, reports = append(args, "--junit", "explore.xml"), append(reports, "explore.xml")
		}
		text := printed(t, dir, reports, args...)
		if line := raw(text); line != "" || text == "" {
			t.Errorf("twilsim %v prints %q", args, line)
		}
	}
}

// TestHostileMessage looks at a message whose text and URL are hostile, and have a password.
func TestHostileMessage(t *testing.T) {
	c := newCrashing(t) // a server with a file, which this test does not kill
	c.start()
	form := "To=%2B12025550142&From=%2B12025550100&Body=" +
		strings.ReplaceAll(percent(hostile), "%20", "+") +
		"&StatusCallback=http%3A%2F%2Fuser%3Apassw0rd%40127.0.0.1%3A1%2Fstatus"
	var m struct{ SID string }
	if !c.post(t.Context(), "/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json",
		"application/x-www-form-urlencoded", form, &m) {
		t.Fatal("it was not accepted")
	}
	dir := filepath.Dir(c.file)
	printed(t, dir, nil, "--url", c.url, "numbers", "set", "+12025550100", "--url-to",
		"http://user:passw0rd@127.0.0.1:1/sms")
	printed(t, dir, nil, "--url", c.url, "sms", "+12025550142", "+12025550100", hostile)
	if text := printed(t, dir, nil, "--url", c.url, "wait", "webhook",
		"MessageStatus=delivered"); raw(text) != "" {
		t.Errorf("wait prints %q", raw(text))
	}
	for _, words := range []string{
		"messages", "messages show latest", "webhooks", "webhooks show latest --headers", "requests",
		"requests show latest --headers", "alerts", "alerts show latest", "numbers",
		"export", "export --as har", "webhooks curl latest",
		"config --forward-to http://user:passw0rd@localhost:1",
	} {
		for _, json := range []bool{false, true} {
			args := append([]string{"--url", c.url}, strings.Fields(words)...)
			if json {
				args = append([]string{"--json"}, args...)
			}
			text := printed(t, dir, nil, args...)
			if line := raw(text); line != "" {
				t.Errorf("twilsim %v prints %q", args, line)
			}
			if i := strings.Index(text, "passw0rd"); i >= 0 {
				t.Errorf("twilsim %v prints a password: %.200q", args, text[max(0, i-100):])
			}
		}
	}
	shown := printed(t, dir, nil, "--url", c.url, "export", "--show-secrets")
	if !strings.Contains(shown, "passw0rd") {
		t.Error("export --show-secrets has no password")
	}
}

// percent encodes every byte.
func percent(s string) string {
	const digits = "0123456789ABCDEF"
	var b bytes.Buffer
	for _, c := range []byte(s) {
		b.WriteString("%" + string(digits[c>>4]) + string(digits[c&15]))
	}
	return b.String()
}

// TestFullDisk checks that output that cannot be written makes a command fail.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	defer full.Close()
	for _, args := range [][]string{{"outcomes"}, {"outcomes", "--json"}, {"version"}, {"help"}} {
		cmd := exec.Command("twilsim", args...)
		var errs strings.Builder
		cmd.Stdout, cmd.Stderr = full, &errs
		if err := cmd.Run(); cmd.ProcessState.ExitCode() != failure.No ||
			!strings.Contains(errs.String(), "no space left on device") {
			t.Errorf("twilsim %v: %v %s", args, err, errs.String())
		}
	}
}
