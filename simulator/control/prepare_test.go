package control

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// TestPrepare checks that encoding/json knows the types of a text when Prepare has been called: in
// a process of its own, because the other tests have texts, too.
func TestPrepare(t *testing.T) {
	if os.Getenv("CONTROL_TEST_PREPARE") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestPrepare$", "-test.v")
		cmd.Env = append(os.Environ(), "CONTROL_TEST_PREPARE=1")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "prepared") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	Prepare()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_ = decodeJSON([]byte("{}"), &Text{})
	_, _ = lineOf(&Receipt{})
	runtime.ReadMemStats(&after)
	if n := after.Mallocs - before.Mallocs; n > 200 {
		t.Errorf("%d allocations, as if the types were new", n)
	}
	fmt.Println("prepared")
}
