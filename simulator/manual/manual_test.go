package manual

import (
	"bytes"
	"flag"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the topics that are package comments")

// sources are the topics that are package comments, with the folders of the packages.
var sources = map[string]string{
	"api":           "../rest",
	"scenarios":     "../../testscript",
	"scripts":       "../carrier",
	"simulatortest": "../simulatortest",
}

// TestSources checks that the topics have the package comments as they are, or writes them.
func TestSources(t *testing.T) {
	for name, dir := range sources {
		want := packageComment(t, dir+"/doc.go")
		file := "topics/" + name + ".txt"
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("go test ./simulator/manual -update rewrites %s (-%s/doc.go +topic):\n%s", file, dir,
				diff)
		}
	}
}

// packageComment formats the package comment of a file as go doc does.
func packageComment(t *testing.T, file string) string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil,
		parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	p := comment.Parser{
		LookupPackage: func(name string) (string, bool) { return name, name == "simulator" },
		LookupSym:     func(_, name string) bool { return ast.IsExported(name) },
	}
	printer := comment.Printer{TextCodePrefix: "    "}
	return string(printer.Text(p.Parse(f.Doc.Text())))
}

// TestGoDoc compares the topics with what go doc prints.
func TestGoDoc(t *testing.T) {
	for _, topic := range Topics() {
		dir, ok := sources[topic.Name]
		if !ok {
			continue
		}
		out, err := exec.CommandContext(t.Context(), "go", "doc", dir).Output()
		if err != nil {
			t.Fatal(err)
		}
		_, printed, _ := bytes.Cut(out, []byte("\n\n"))
		if !strings.HasPrefix(string(printed), topic.Text()) {
			t.Errorf("go doc %s (-help +go doc):\n%s", dir, cmp.Diff(topic.Text(), string(printed)))
		}
	}
}

func TestTopics(t *testing.T) {
	var names []string
	for _, topic := range Topics() {
		names = append(names, topic.Name)
		if !strings.HasSuffix(topic.Text(), "\n") || strings.HasSuffix(topic.Short, ".") {
			t.Errorf("%s: a text without a line break at its end, or a short one with a full stop",
				topic.Name)
		}
		for line := range strings.Lines(topic.Text()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("%s: a line of %d characters: %s", topic.Name, n, line)
			}
			if strings.Contains(line, "go doc twilsim") {
				t.Errorf("%s needs the source: %s", topic.Name, line)
			}
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("not sorted: %q", names)
	}
}

func TestSection(t *testing.T) {
	topic := Topic{Text: func() string {
		return "Intro.\n\n# One\n\nText of one.\n\n    # a comment\n\n# Two words\n\nLast.\n"
	}}
	if got := topic.Sections(); !slices.Equal(got, []string{"One", "Two words"}) {
		t.Errorf("sections %q", got)
	}
	for name, want := range map[string]string{
		"one": "Text of one.\n\n    # a comment\n", "Two Words": "Last.\n",
		"Intro.": "", "": "", "three": "",
	} {
		if got, ok := topic.Section(name); got != want || ok != (want != "") {
			t.Errorf("section %q: %q, %v", name, got, ok)
		}
	}
	if got := topic.Nearest("onne"); got != "One" {
		t.Errorf("nearest %q", got)
	}
}

// commands is a small tree of commands, with text that roff and Markdown would change.
var commands = Command{
	Name: "twilsim", Short: "a Twilio", Flags: []Flag{{Name: "json", Type: "bool",
		Usage: "print JSON"}},
	Commands: []Command{
		{Name: "sms", Usage: "twilsim sms FROM TO", Short: "text",
			Long:    "It texts.\n.hidden\n\n  'a \\d'  ~b",
			Example: "  twilsim sms +1 +2", Flags: []Flag{{Name: "body-file", Type: "string",
				Usage: "a file", Env: "TWILSIM_BODY_FILE"}}},
		{Name: "clock", Usage: "twilsim clock", Short: "the time", Commands: []Command{
			{Name: "run", Usage: "twilsim clock run", Short: "run it"}}},
		{Name: "limits", Usage: "twilsim limits", Short: "a topic", Long: "long"},
	},
}

func TestWriteMan(t *testing.T) {
	var b bytes.Buffer
	if err := WriteMan(&b, commands); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		".SH NAME\ntwilsim \\- a Twilio\n",
		".SS twilsim sms FROM TO\n.PP\nIt texts.\n\\&.hidden\n.PP\n.nf\n  \\(aqa \\ed\\(aq  " +
			"\\(tib\n.fi\n",
		".TP\n\\fB\\-\\-body\\-file\\fR \\fIstring\\fR\na file\nVariable: TWILSIM_BODY_FILE.\n",
		".PP\n.nf\n  twilsim sms +1 +2\n.fi\n",
		".SS twilsim clock run\n.PP\nrun it.\n",
		".SH SCENARIOS\n.PP\nPackage testscript is the language of scenarios",
		".PP\n.B expect\n.PP\n.nf\n    expect message|webhook",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the man page has no %q", want)
		}
	}
	if strings.Contains(b.String(), ".SS twilsim limits") {
		t.Error("a topic is listed as a command")
	}
}

// TestManRenders has a man page formatted by groff or mandoc, where there is one.
func TestManRenders(t *testing.T) {
	program, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("groff is not installed")
	}
	var page bytes.Buffer
	if err := WriteMan(&page, commands); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-man", "-Tutf8", "-P-c", "-ww")
	cmd.Stdin = &page
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	if !strings.Contains(string(out), `'a \d'  ~b`) {
		t.Errorf("a line was changed:\n%.600s", out)
	}
}

func TestWriteLLMs(t *testing.T) {
	var b bytes.Buffer
	if err := WriteLLMs(&b, commands); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# twilsim\n\n> a Twilio\n\n",
		"- `--json` (bool): print JSON\n",
		"\n### twilsim sms FROM TO\n\n~~~\nIt texts.\n",
		"\n### twilsim clock run\n",
		"\n### scenarios: the language of scenarios",
		"\nWait until the app's output matches a regular expression",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("llms.txt has no %q", want)
		}
	}
	for _, topic := range Topics() {
		if strings.Contains(topic.Text(), "~~~") {
			t.Errorf("the topic %s would end its block", topic.Name)
		}
	}
}
