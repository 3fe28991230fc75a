package carrier

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of words into doc.go")

// TestWords checks that each row of the table is complete and agrees with itself.
func TestWords(t *testing.T) {
	for _, w := range Words() {
		t.Run(w.Name, func(t *testing.T) {
			name, value, hasValue := strings.Cut(w.Example, "=")
			if name != w.Name || hasValue == w.Flag() || !strings.Contains(w.Help, w.Value) ||
				strings.HasSuffix(w.Help, ".") || w.Kinds == 0 {
				t.Errorf("row %+v", w)
			}
			var r Rule
			switch w.Name { // the words that need another one
			case "fault":
				r.Webhook = "*"
			case "respond":
				r.API = "*:Messages"
			}
			if err := w.set(&r, value); err != nil {
				t.Fatal(err)
			}
			if got, present := w.get(&r); !present || got != value {
				t.Errorf("after %s, get gives %q, %v", w.Example, got, present)
			}
			for _, value := range w.Values {
				if err := w.set(&r, value); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestSynopsis(t *testing.T) {
	for kind, want := range map[RuleKind]string{
		AboutMessages: "then=SCRIPT [to=PATTERN] [from=PATTERN] [body=PATTERN] [service=PATTERN] " +
			"[direction=PATTERN] " +
			"[race] [overlap] [illegal] [times=N] [chance=P%] [disabled]",
		AboutAPI: "api=REQUESTS respond=HOW [times=N] [chance=P%] [disabled]",
	} {
		if got := synopsis(kind); got != want {
			t.Errorf("Synopsis = %q, want %q", got, want)
		}
	}
}

// TestDoc checks that the package comment has the tables of words as they are. With
// -update it writes them.
func TestDoc(t *testing.T) {
	data, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(data)
	for _, table := range []struct{ before, text string }{
		{"rules about messages:", WordHelp(AboutMessages)},
		{"rules about webhooks:", WordHelp(AboutWebhooks)},
		{"rules about the API:", WordHelp(AboutAPI)},
		{"rules about codes of Verify:", WordHelp(AboutCodes)},
		{"for all rules:", WordHelp(AboutAny)},
	} {
		var want strings.Builder
		for line := range strings.Lines(table.text) {
			want.WriteString("//\t" + strings.TrimPrefix(line, "  "))
		}
		before, rest, found := strings.Cut(doc, table.before+"\n//\n")
		got, after, ends := strings.Cut(rest, "\n//\n")
		if !found || !ends {
			t.Fatalf("doc.go has no table after %q", table.before)
		}
		if got+"\n" == want.String() {
			continue
		}
		if !*update {
			t.Errorf("doc.go, after %q: run go test ./simulator/carrier -run TestDoc -update\n "+
				"got:\n%s\nwant:\n%s",
				table.before, got, want.String())
			continue
		}
		doc = before + table.before + "\n//\n" + want.String() + "//\n" + after
	}
	if *update {
		if err := os.WriteFile("doc.go", []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
