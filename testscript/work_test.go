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

// TestApplogStaysInWork checks that the output of an app is not written anywhere else.
func TestApplogStaysInWork(t *testing.T) {
	for name, ok := range map[string]bool{
		"log": true, "a/../log": true, "$WORK/log": true, "../log": false, "/tmp/twilsim-escaped": false,
		"$HOME/../log": false,
	} {
		results, err := runAll(&Runner{}, []Scenario{
			{Name: "log", File: write(t, "app\nmkdir a\napplog > "+name+"\n")}})
		text := fmt.Sprint(err, results)
		if refused := strings.Contains(text, "outside of $WORK"); refused == ok {
			t.Errorf("%s: refused %v: %s", name, refused, text)
		}
	}
}
