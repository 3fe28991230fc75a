package testscript

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// write makes a scenario's file in a new directory.
func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "scenario.txtar")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSplitWords(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"sms +1 +2 'two words'", []string{"sms", "+1", "+2", "two words"}},
		{"a 'it''s' b", []string{"a", "it's", "b"}},
		{"a x'y z'w", []string{"a", "xy zw"}},
		{"a ''", []string{"a", ""}},
		{"a # comment", []string{"a"}},
		{"a '#' b", []string{"a", "#", "b"}},
		{"  \t", nil},
		{"", nil},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := splitWords(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("words (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := splitWords("a 'b"); err == nil {
		t.Error("an open quote is accepted")
	}
}

func TestCheck(t *testing.T) {
	tests := []struct{ script, want string }{
		{"smss +1 +2 hi", `:1: unknown command "smss": did you mean "sms"?`},
		{
			"# phase\n\n[node] ! expct message",
			`:3: unknown command "expct": did you mean "expect"?`,
		},
		{"!expect message", `:1: unknown command "!expect": did you mean "expect"?`},
		{"qqqqqqqqqqqqqqq", `unknown command "qqqqqqqqqqqqqqq": the commands are account answer api app`},
		{"rule to=+1 then=delivrd", `:1: then: unknown status or outcome "delivrd"`},
		{"rule too=+12025550142 then=delivered", `did you mean`},
		{"expect webhook pth=/x", `a webhook has no field "pth": did you mean "path"?`},
		{"expect webhok", `nothing is called "webhok": did you mean "webhook"?`},
		{"expect message withn=5s", `a message has no field "withn": did you mean "within="?`},
		{"expect message cuont=2", `a message has no field "cuont": did you mean "count="?`},
		{"expect message count=many", `bad count "many"`},
		{"expect message within=soon", `"soon" is not a time`},
		{"phone +12025550142 of", `unknown handset state "of"`},
		{"code", `usage: code NUMBER`},
		{"code +12025550142 whithin=5s", `usage: code NUMBER`},
		{"expect verification to=+12025550142 stats=pending",
			`a verification has no field "stats": did you mean "status"?`},
		{"deliver latest delivrd", `delivrd`},
		{"expect message sid=$REPLY", `$REPLY is not set here: set it with as=REPLY`},
		{
			"expect message as=REPLY\nexpect message sid=${REPLI}",
			`:2: $REPLI is not set here: did you mean $REPLY?`,
		},
		{"expect message as=reply", `bad name as=reply`},
		{"expect message as=APP", `as=APP would overwrite`},
		{"send to=+12025550142 bdy=hi", `unknown word "bdy": did you mean "body"?`},
		{"send hello", `"hello" is not NAME=VALUE`},
		{
			"expect webhook MessageStatsu=sent",
			`no webhook has a parameter "MessageStatsu": did you mean "MessageStatus"?`,
		},
		{"sms 'open", `a quote is not closed`},
		{"rule api=POST:Mesages respond=429",
			`:1: api: no resource is called "Mesages", did you mean POST:Messages?`},
		{"rule api=PSOT:Messages respond=429", `want something like POST:Messages`},
		{"env A=1\nrule to=$A then=delivrd", `:2: then: unknown status or outcome "delivrd"`},
		{"expect message status=deliverd", `:1: status is never "deliverd": did you mean "delivered"?`},
		{"! expect message status=deliverd", `did you mean "delivered"?`},
		{"env A=1\nexpect message to=$A direction=outbound_reply", `did you mean "outbound-reply"?`},
		{"expect webhook purpose=inbond", `did you mean "inbound"?`},
		{"expect alert code=30093",
			`no error has the code 30093: did you mean 30003, Unreachable destination handset?`},
		{"signature badd", `unknown signature "badd": did you mean "bad"?`},
		{"clock advance 5", `"5" has no unit: write 5s, 5m, 5h or 5d`},
		{"clock advance -5s", `"-5s" is negative: times count forward, as 5s does`},
		{"clock advnace 5s", `unknown word "advnace": did you mean "advance"?`},
		{"clock run 5s", `usage: clock advance TIME [pace=TIME], or clock run`},
		{"cmp stdout missing.txt",
			`file missing.txt does not exist; add it below the commands, as -- missing.txt --`},
		{"cmp stdout wnat\n-- want --\n", `file wnat does not exist; did you mean want?`},
		{"sms +12025550142 +12025550100 hi media=cat.jpg", `file cat.jpg does not exist`},
		{"sms +12025550142 +12025550100 hi there",
			`"there" is not NAME=VALUE; quote a body of several words`},
		{"bin menu menu.xml", `file menu.xml does not exist`},
		{"stdin input", `file input does not exist`},
		{"answer /sms=reply.http", `file reply.http does not exist`},
		{"applog 'a(b$'", `missing closing )`},
		{"! stdout -count=1 'a(b'", `missing closing )`},
		{"http GTE /x", `unknown method "GTE": did you mean "GET"?`},
		{"http GET /x hello", `"hello" is neither NAME=VALUE nor Header:VALUE`},
		{"api POST Messages.json", `"Messages.json" is not a path of the API: it begins with /`},
		{"app -urll /x", `unknown flag -urll: did you mean -url?`},
		{"app -patience 2 node", `-patience 2: want a time, such as 100ms`},
		{"app -url sms", `-url sms: want a path of the app, such as /sms, or none`},
		{"account NORTH rulee then=sent",
			`unknown command about an account "rulee": did you mean "rule"?`},
		{"account NORTH clock advance 5", `has no unit`},
		{"service MG1 advanced-optout on", `did you mean "advanced-opt-out"?`},
		{"key key1", `bad name as=key1`},
		{"send to=+12025550142 body=Order#12",
			`# begins a comment in body=Order#12: write 'body=Order#12'`},
		{"env N=1\nsend to=+12025550142 body=$N#12", `write body=$N'#12'`},
		{"lookup +12025550142 type=mobil", `type is one of landline, mobile,`},
		{"lookup 2025550142 type=mobile", `did you mean "+12025550142"?`},
		{"lookup +12025550142 typ=mobile", `unknown field "typ": did you mean "type"?`},
		{"lookup +12025550142 mobile", `usage: lookup NUMBER FIELD=VALUE…`},
		{"phone +1202555014 off", `"+1202555014" cannot exist`},
		{"sms 12025550142 +12025550100 hi", `did you mean "+12025550142"?`},
		{"sms +12025550142 2025550100 hi", `did you mean "+12025550100"?`},
		{"rule to=12025550142 then=unreachable",
			`to: no message has the address "12025550142": did you mean "+12025550142"?`},
		{"! expect message to=12025550142", `did you mean "+12025550142"?`},
		{"expect webhook path=status", `a path begins with /: did you mean "/status"?`},
		{"expect alert code=abc", `code is a number, or SIM- and a number, not "abc"`},
		{"expect verification status=aproved", `did you mean "approved"?`},
		{"http POST sms", `"sms" is neither a path of the app, such as /sms, nor a URL`},
		{"! clock advance 5s", `! cannot stand before clock`},
		{"! mkdir x", `! cannot stand before mkdir`},
		{"exec", `usage: exec program [args...] [&]`},
		{"cmp a", `usage: cmp file1 file2`},
		{"bin hello", `usage: bin NAME FILE [as=NAME]`},
		{"content aprove hello", `unknown word "aprove": did you mean "approve"?`},
		{"content approve", `usage: content add NAME FILE|TEXT`},
		{"tap latest Yes please", `"please" is not NAME=VALUE; quote a button of several words`},
		{"schedule", `the schedule is empty; write something like reply1.sent=behind`},
		{"optout +12025550142", `did you mean "phone NUMBER opted-out"?`},
		{"sleep 5s", `did you mean "clock advance"?`},
		{"assert message", `did you mean "expect"?`},
		{"send to=+12025550142 body='Order '#12", `write body='Order ''#12'`},
	}
	for _, tt := range tests {
		t.Run(tt.script, func(t *testing.T) {
			s, err := readScript(write(t, tt.script+"\n"))
			if err == nil {
				err = s.check()
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q in it", err, tt.want)
			}
		})
	}
	for _, good := range []string{"\ufeff# a phase\nexec true", "! rule then=delivrd", "exec true",
		"expect alert code=SIM-3",
		"rule webhook=status fault=param:ErrorCode=30093\nexpect webhook ErrorCode=30093",
		"exec make out\ncmp out want", "cp stdout dir/a\ncmp dir/a dir/b\n-- dir/b --\n",
		"applog > log\ngrep x log", "! cmp stdout none", "rule api=POST:Verifications respond=500",
		"rule api=*:Messages/* respond=reset", "clock advance 30d", "http get /x # comment",
		"app -url none node server.js", "timeline", "[!node] skip 'no node'",
		"env X=1 Y=2\nexec echo $X ${Y} '$Z' $WORK"} {
		s, err := readScript(write(t, good+"\n"))
		if err == nil {
			err = s.check()
		}
		if err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
}

// TestManual checks that doc.go describes each command, ours in a section and the engine's in the
// list, and that it has no section for a command that does not exist.
func TestManual(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, engine, _ := strings.Cut(string(doc), "// # Engine commands\n")
	engine, list, _ := strings.Cut(engine, "// # Commands\n")
	list, sections, _ := strings.Cut(list, "// # api\n")
	sections = "// # api\n" + sections
	for name := range commands() {
		if !strings.Contains(sections, "\n// # "+name+"\n//\n//\t"+name+" ") &&
			!strings.HasPrefix(sections, "// # "+name+"\n") {
			t.Errorf("doc.go has no section about the command %s that begins with its words", name)
		}
		if !strings.Contains(list, "\n//\t"+name+" ") {
			t.Errorf("the list of commands in doc.go does not have %s", name)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^// # ([a-z]+)$`).FindAllStringSubmatch(sections, -1) {
		if commands()[m[1]] == nil {
			t.Errorf("doc.go describes %s, which is not a command", m[1])
		}
	}
	for _, name := range engineCommands() {
		if !regexp.MustCompile(`(?m)^//\t(\[!\] )?` + name + ` `).MatchString(engine) {
			t.Errorf("the list of engine commands in doc.go does not have %s", name)
		}
	}
	if !slices.IsSorted(engineCommands()) {
		t.Error("the engine's commands are not sorted")
	}
}

// FuzzSplitWords holds the property that words, quoted and joined, split into themselves.
func FuzzSplitWords(f *testing.F) {
	for _, s := range []string{"sms +1 +2 'two words'", "a 'it''s' b", "x'y z'w # c", "'", "\t\r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		words, err := splitWords(text)
		if err != nil {
			return
		}
		var quoted []string
		for _, w := range words {
			quoted = append(quoted, "'"+strings.ReplaceAll(w, "'", "''")+"'")
		}
		again, err := splitWords(strings.Join(quoted, " "))
		if err != nil || !slices.Equal(words, again) {
			t.Errorf("%q split into %q, then %q, %v", text, words, again, err)
		}
	})
}

// TestLongScenario checks that a file that is no scenario, such as a device, is not read to its
// end.
func TestLongScenario(t *testing.T) {
	file := write(t, "# a\n")
	if err := os.Truncate(file, longest+1); err != nil {
		t.Fatal(err)
	}
	_, err := readScript(file)
	var usage *UsageError
	want := file + ": it is longer than 64 MiB"
	if !errors.As(err, &usage) || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want a UsageError with %q", err, want)
	}
}
