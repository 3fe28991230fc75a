package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// changing is what differs from run to run in what twilsim run prints, and what stands for it in a
// golden file.
var changing = []struct {
	what *regexp.Regexp
	name string
}{
	{regexp.MustCompile(` +\d+ms   v `), "  Nms   v "},
	{regexp.MustCompile(` after \d+ms`), " after Nms"},
	{regexp.MustCompile(`\b\d+\.\d\ds   v `), "N.NNs   v "},
	{regexp.MustCompile(`\(\d+ms`), "(Nms"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`PORT was \d+`), "PORT was PORT"},
	{regexp.MustCompile(`\S*/twilsim\d+/stdin\.txtar`), "STDIN"},
	{regexp.MustCompile(`\S*/go-test-script\d+/script-\d+-`), "TMP/"},
}

// plainOutput names what differs from run to run.
func plainOutput(ts *testscript.TestScript, output string) string {
	output = strings.ReplaceAll(output, ts.Getenv("WORK"), "$WORK")
	for _, c := range changing {
		output = c.what.ReplaceAllString(output, c.name)
	}
	return output
}

// tells runs a command, wants an exit code, and shows both streams without what differs from run to
// run.
func tells(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: tells CODE CMD ARG...")
	}
	var stdout, stderr bytes.Buffer
	cmd := command(ts, args[1], args[2:])
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	showEnded(ts, cmd, err, args[0], stdout.String()+stderr.String())
}

// showEnded shows the output of a command that has ended, and checks its exit code.
func showEnded(ts *testscript.TestScript, cmd *exec.Cmd, err error, code, output string) {
	want, wrong := strconv.Atoi(code)
	ts.Check(wrong)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	fmt.Fprint(ts.Stdout(), plainOutput(ts, output))
	if got := cmd.ProcessState.ExitCode(); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

type begunKey struct{}

// begun is a command that goes on while the script does.
type begun struct {
	cmd *exec.Cmd

	mu      sync.Mutex
	output  string
	matched int           // how much of the output until has seen
	changed chan struct{} // closed at the next write
}

// Write collects what the command prints.
func (b *begun) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.output += string(p)
	close(b.changed)
	b.changed = make(chan struct{})
	return len(p), nil
}

func begin(ts *testscript.TestScript, neg bool, args []string) {
	b := ts.Value(begunKey{}).(*begun)
	if neg || len(args) < 1 || b.cmd != nil {
		ts.Fatalf("usage: begin CMD ARG... (one at a time)")
	}
	b.cmd, b.changed, b.output, b.matched = command(ts, args[0], args[1:]), make(chan struct{}), "", 0
	b.cmd.Stdout, b.cmd.Stderr = b, b
	ts.Check(b.cmd.Start())
	ts.Defer(func() {
		if b.cmd != nil {
			_ = b.cmd.Process.Kill()
			_ = b.cmd.Wait()
		}
	})
}

func until(ts *testscript.TestScript, neg bool, args []string) {
	b := ts.Value(begunKey{}).(*begun)
	if neg || len(args) != 1 || b.cmd == nil {
		ts.Fatalf("usage: until PATTERN (after begin)")
	}
	re, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	limit := time.After(30 * time.Second)
	for {
		b.mu.Lock()
		at, changed, output := re.FindStringIndex(b.output[b.matched:]), b.changed, b.output
		if at != nil {
			b.matched += at[1]
		}
		b.mu.Unlock()
		if at != nil {
			return
		}
		select {
		case <-changed:
		case <-limit:
			ts.Fatalf("no match for %q in\n%s", args[0], output)
		}
	}
}

func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	b := ts.Value(begunKey{}).(*begun)
	if neg || len(args) != 1 || b.cmd == nil {
		ts.Fatalf("usage: interrupt CODE (after begin)")
	}
	ts.Check(b.cmd.Process.Signal(os.Interrupt))
	err := b.cmd.Wait()
	cmd := b.cmd
	b.cmd = nil
	showEnded(ts, cmd, err, args[0], b.output)
}

// gone waits until a process has ended: the system takes a moment to end one that was killed. One
// that nobody has waited for has ended, too.
func gone(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: gone FILE")
	}
	pid, err := strconv.Atoi(strings.TrimSpace(ts.ReadFile(args[0])))
	ts.Check(err)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for limit := time.After(30 * time.Second); runs(pid); {
		select {
		case <-look.C:
		case <-limit:
			ts.Fatalf("process %d still runs", pid)
		}
	}
}

// runs reports whether a process has not ended.
func runs(pid int) bool {
	if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil &&
		strings.Contains(string(status), ") Z ") {
		return false
	}
	process, err := os.FindProcess(pid)
	return err == nil && process.Signal(syscall.Signal(0)) == nil
}

// freePort takes a port that the system hands out to nobody, below the one of a listener that
// nobody else has while the script runs, as apps of scenarios get theirs. Another listener of these
// tests might come to a port that was only just free.
func freePort(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: freeport NAME")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = ln.Close() })
	port := ln.Addr().(*net.TCPAddr).Port
	if below := port - 28000; port >= 32768 && listenOnce(below) == nil {
		port = below
	} else {
		ts.Check(ln.Close())
	}
	ts.Setenv(args[0], strconv.Itoa(port))
}

// listenOnce makes sure that a port is free.
func listenOnce(port int) error {
	ln, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	return ln.Close()
}
