package testscript

import (
	"fmt"
	"strings"
	"testing"
)

// TestFilesStayInWork checks that a file of a scenario lies below its own directory.
func TestFilesStayInWork(t *testing.T) {
	for name, ok := range map[string]bool{
		"a.txt": true, "a/b.txt": true, "a/../b.txt": true, "$WORK/a.txt": true, "${WORK}/a/b": true,
		"../a.txt": false, "a/../../b": false, "/tmp/twilsim-escaped": false, "$WORK/../a": false,
		"${HOME}/a": false, "$HOME/.profile": false, "$X": false,
	} {
		results, err := runAll(&Runner{}, []Scenario{
			{Name: "files", File: write(t, "stop\n-- "+name+" --\nout\n")}})
		text := fmt.Sprint(err, results)
		if refused := strings.Contains(text, "outside of $WORK"); refused == ok {
			t.Errorf("%s: refused %v: %s", name, refused, text)
		}
	}
}
