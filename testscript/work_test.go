package testscript

import (
	"fmt"
	"os"
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
	outside := t.TempDir()
	for name, ok := range map[string]bool{
		"link/log": false, "file": false, "inside/log": true,
		"log": true, "a/../log": true, "$WORK/log": true, "../log": false, "/tmp/twilsim-escaped": false,
		"$HOME/../log": false,
	} {
		results, err := runAll(&Runner{}, []Scenario{
			{Name: "log", File: write(t, "app\nmkdir a\nexec ln -s "+outside+" link\nexec ln -s "+
				outside+"/log file\nexec ln -s a inside\napplog > "+name+"\n")}})
		text := fmt.Sprint(err, results)
		if refused := strings.Contains(text, "outside of $WORK"); refused == ok {
			t.Errorf("%s: refused %v: %s", name, refused, text)
		}
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
		t.Errorf("outside of $WORK: %v, %v", left, err)
	}
}
