package rest

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the table in doc.go and the golden files")

// lineWidth is the width of the table in the documentation.
const lineWidth = 79

// TestDoc generates the table in doc.go from the table of routes, and compares.
func TestDoc(t *testing.T) {
	const file, end = "doc.go", "package rest\n"
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(got), "//\n//\t")
	text = strings.TrimSuffix(text, end)
	want := text + "//\n" + document(allRoutes()) + end
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("go test -update rewrites it (-want +got):\n%s", diff)
	}
}

// document returns the table as comment lines.
func document(table []route) string {
	var b strings.Builder
	for i := range table {
		r := &table[i]
		b.WriteString("//\t" + r.method + " " + wrapped(r.pattern) + "\n")
		for _, list := range []struct{ title, names string }{
			{"simulated", r.simulated}, {"accepted", r.accepted}, {"refused", r.refused},
		} {
			writeList(&b, list.title, list.names)
		}
	}
	return b.String()
}

// wrapped breaks a pattern that is too long for a line before one of its parts.
func wrapped(pattern string) string {
	const most = lineWidth - len("    DELETE ")
	if len(pattern) <= most {
		return pattern
	}
	at := strings.LastIndexByte(pattern[:most], '/')
	return pattern[:at] + "\n//\t    " + pattern[at:]
}

func writeList(b *strings.Builder, title, names string) {
	line := "//\t    " + title + ":"
	for name := range strings.FieldsSeq(names) {
		if len(line)+len(name) >= lineWidth {
			b.WriteString(line + "\n")
			line = "//\t       "
		}
		line += " " + name
	}
	if names != "" {
		b.WriteString(line + "\n")
	}
}

// TestTable: a parameter is in only one of the lists of its operation, and a path has at most three
// names, the size of request.vars.
func TestTable(t *testing.T) {
	for _, r := range allRoutes() {
		t.Run(r.method+" "+r.pattern, func(t *testing.T) {
			seen := map[string]bool{}
			for name := range strings.FieldsSeq(r.simulated + " " + r.accepted + " " + r.refused) {
				if seen[name] {
					t.Errorf("%s is listed twice", name)
				}
				seen[name] = true
			}
			if n := strings.Count(r.pattern, "{"); n > 3 {
				t.Errorf("%d names", n)
			}
		})
	}
}
