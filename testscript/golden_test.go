package testscript

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

const costs = "app\nsms +12025550142 +12025550100 'costs $5'\n"

// rewrites are scenarios with golden files, and what is left of them after an update.
var rewrites = []struct{ name, script, want string }{
	{
		"cmp with nothing that varies", costs +
			"clock run\ntimeline\ncmp stdout story\n-- story --\nold\n",
		costs + `clock run
timeline
cmp stdout story
-- story --
v+0.0s     SM1    inbound +12025550142 -> +12025550100 "costs $5" received
v+0.0s     SM1    webhook POST /sms 200
v+0.0s     SM2    outbound-reply +12025550100 -> +12025550142 "You said: costs $5" queued
v+0.5s     SM2    sent
v+0.5s     SM2    webhook POST /status sent 200
v+1.0s     SM2    delivered
v+1.0s     SM2    webhook POST /status delivered 200
`,
	},
	{
		"cmp becomes cmpenv", costs +
			"# a comment\nclock run\napplog > log\n[unix]  cmp  log want # why\n-- a --\n  a\n--  want  " +
			"--\n-- z --\n$REPLY",
		costs + `# a comment
clock run
applog > log
[unix]  cmpenv  log want # why
-- a --
  a
--  want  --
Message from +12025550142: costs $$5
Message SID $SM2 has a status of sent
Message SID $SM2 has a status of delivered
-- z --
$REPLY`,
	},
	{
		"lines that are right keep their variables",
		"env FROM=+12025550142 S=has\n" + costs +
			"expect message direction=outbound-reply as=REPLY\nclock run\napplog > log\ncmpenv log want\n" +
			"-- want --\nMessage from $FROM: costs $$5\nMessage SID $REPLY $S a status of sent\nMessage " +
			"SID $REPLY $S a status of failed\n",
		"env FROM=+12025550142 S=has\n" + costs +
			"expect message direction=outbound-reply as=REPLY\nclock run\napplog > log\ncmpenv log want\n" +
			"-- want --\nMessage from $FROM: costs $$5\nMessage SID $REPLY $S a status of sent\nMessage " +
			"SID $REPLY has a status of delivered\n",
	},
	{
		"credentials and addresses",
		"app\nexec echo ${TWILIO_ACCOUNT_SID}x $TWILIO_AUTH_TOKEN $APP/sms $TWILSIM_URL $WORK\ncmp " +
			"stdout want\n-- want --\n",
		"app\nexec echo ${TWILIO_ACCOUNT_SID}x $TWILIO_AUTH_TOKEN $APP/sms $TWILSIM_URL $WORK\ncmpenv " +
			"stdout want\n-- want --\n" +
			"${TWILIO_ACCOUNT_SID}x $TWILIO_AUTH_TOKEN $APP/sms $TWILSIM_URL $WORK\n",
	},
	{
		"a file that is not there yet", "exec echo new\ncmp stdout want\n-- a --\na",
		"exec echo new\ncmp stdout want\n-- a --\na\n-- want --\nnew\n",
	},
	{
		"a file that is unquoted",
		"unquote want\nexec printf '-- x --\\n'\ncmp stdout want\n-- want --\n>old\n",
		"unquote want\nexec printf '-- x --\\n'\ncmp stdout want\n-- want --\n>-- x --\n",
	},
	{
		"a comparison that must fail", "exec echo new\n! cmp stdout want\n-- want --\nold\n",
		"exec echo new\n! cmp stdout want\n-- want --\nold\n",
	},
}

func updateFile(t *testing.T, file string, seed uint64) Result {
	t.Helper()
	results, err := runAll(
		&Runner{Options: Options{Update: true, Seed: seed}},
		[]Scenario{{Name: "a", File: file}},
	)
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

func TestUpdateRewrites(t *testing.T) {
	for _, tt := range rewrites {
		t.Run(tt.name, func(t *testing.T) {
			file := write(t, tt.script)
			if got := updateFile(t, file, 1); got.Outcome != Passed {
				t.Fatalf("%s", got.Failure)
			}
			if diff := cmp.Diff(tt.want, readText(t, file)); diff != "" {
				t.Errorf("the scenario's file (-want +got):\n%s", diff)
			}
			if again := updateFile(t, file, 3); again.Outcome != Passed || len(again.Updated) > 0 {
				t.Errorf("a second update: %s %+v", again.Failure, again.Updated)
			}
			if diff := cmp.Diff(tt.want, readText(t, file)); diff != "" {
				t.Errorf("the second update changed the file (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUpdateRefuses(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{
			"another failure",
			"exec echo new\ncmp stdout want\nexec false\n-- want --\nold\n",
			"unexpected command failure",
		},
		{
			"a SID without a name",
			"api POST /v1/Services FriendlyName=x\ncmp stdout want\n-- want --\nold\n",
			"give it a name with as=",
		},
		{
			"what differs from run to run",
			"exec sh -c 'echo $$'\ncmp stdout want\n-- want --\nold\n",
			"would fail with another seed",
		},
		{
			"no newline at the end",
			"exec printf new\ncmp stdout want\n-- want --\nold\n",
			"does not end its last line",
		},
		{
			"a line like a file",
			"exec echo '-- x --'\ncmp stdout want\n-- want --\nold\n",
			"add the command unquote want",
		},
		{
			"a line like one of a file without a name",
			"exec echo '-- --'\ncmp stdout want\n-- want --\nold\n",
			"add the command unquote want",
		},
		{
			"two contents",
			"exec echo a\ncmp stdout want\nexec echo b\ncmp stdout want\n-- want --\nold\n",
			"it can hold only one",
		},
		{
			"a file that the scenario makes",
			"exec echo a\ncp stdout one\nexec echo b\ncmp stdout one\n",
			"the scenario makes it",
		},
		{"a file with itself", "cmp want want\n-- want --\nold\n", "against itself"},
		{
			"what must differ",
			"exec echo old\n! cmp stdout want\n-- want --\nold\n",
			"do not differ",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := write(t, tt.script)
			got := updateFile(t, file, 1)
			if got.Outcome != Failed || !strings.Contains(got.Failure, tt.want) ||
				len(got.Updated) > 0 {
				t.Errorf("got %s %q %+v, want %q", got.Outcome, got.Failure, got.Updated, tt.want)
			}
			if strings.Contains(got.Log, "> "+goldenCommand) {
				t.Errorf("the log shows the alias of the comparison:\n%s", got.Log)
			}
			if diff := cmp.Diff(tt.script, readText(t, file)); diff != "" {
				t.Errorf("the scenario's file has changed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUpdateOnDisk(t *testing.T) {
	file := write(t, "exec echo new\ncmp stdout $HERE/want.golden\n")
	golden := filepath.Join(filepath.Dir(file), "want.golden")
	if err := os.WriteFile(golden, []byte("old\nolder\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	got := updateFile(t, file, 1)
	want := []Update{{Name: golden, File: golden, Lines: 2}}
	if diff := cmp.Diff(want, got.Updated); diff != "" {
		t.Errorf("updates (-want +got):\n%s%s", diff, got.Failure)
	}
	if text := readText(t, golden); text != "new\n" {
		t.Errorf("%q", text)
	}
	if info, err := os.Stat(golden); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// FuzzReplaceFiles holds that nothing but the file's data changes.
func FuzzReplaceFiles(f *testing.F) {
	for _, tt := range rewrites {
		f.Add(tt.script, "want", "new\n")
	}
	f.Add("-- a --\r\nx\r\n--  a  --\ny", "a", "")
	f.Add("-- a --", "b", "x\n")
	f.Fuzz(func(t *testing.T, text, name, data string) {
		if nameless().MatchString(text + "\n" + name + "\n" + data) {
			return
		}
		if data != "" && !strings.HasSuffix(data, "\n") || txtar.NeedsQuote([]byte(data)) ||
			strings.Contains(data, "-- ") {
			return
		}
		if got, ok := markerName([]byte("-- " + name + " --\n")); !ok || got != name {
			return
		}
		want := txtar.Parse([]byte(text))
		replaced := false
		for i := range want.Files {
			if want.Files[i].Name == name && !replaced {
				want.Files[i].Data, replaced = []byte(data), true
			}
		}
		if !replaced {
			want.Files = append(want.Files, txtar.File{Name: name, Data: []byte(data)})
		}
		got := txtar.Parse(replaceFiles([]byte(text), map[string][]byte{name: []byte(data)}))
		if diff := cmp.Diff(string(txtar.Format(want)), string(txtar.Format(got))); diff != "" {
			t.Errorf("%q with %s %q (-want +got):\n%s", text, name, data, diff)
		}
	})
}
