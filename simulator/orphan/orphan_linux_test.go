package orphan

import (
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestAdopt runs in a process of its own, because it kills all that it has started.
func TestAdopt(t *testing.T) {
	if os.Getenv("ORPHAN_TEST") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAdopt$")
		cmd.Env = append(os.Environ(), "ORPHAN_TEST=1", "GORACE=atexit_sleep_ms=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	before := exec.Command("sleep", "600")
	if err := before.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = before.Process.Kill()
		_ = before.Wait()
	}()
	end := Adopt()
	// The shell ends at once. What it leaves has a session of its own, no environment and a child.
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd := exec.Command("sh", "-c",
		`env -i setsid sh -c 'sleep 600 & echo $! $$; wait' &`)
	cmd.Stdout = in
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	line := make([]byte, 64)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	pids := strings.Fields(string(line[:n]))
	if len(pids) != 2 {
		t.Fatalf("it left %q", line[:n])
	}
	end()
	for _, word := range pids {
		pid, err := strconv.Atoi(word)
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, 0); err != syscall.ESRCH {
			t.Errorf("process %d is still there: %v", pid, err)
		}
	}
	if _, err := io.ReadAll(out); err != nil { // nobody holds the other end
		t.Error(err)
	}
	if err := syscall.Kill(before.Process.Pid, 0); err != nil {
		t.Errorf("a process from before was killed: %v", err)
	}
}
