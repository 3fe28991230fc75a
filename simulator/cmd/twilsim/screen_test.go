package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"github.com/rogpeppe/go-internal/testscript"
)

// colours are the sequences that a terminal does not show.
var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// overwritten is what a terminal no longer shows of a line.
var overwritten = regexp.MustCompile("[^\n]*(\r|\x1b\\[K)")

// spaces are runs of spaces, whose length depends on how long something took.
var spaces = regexp.MustCompile(`([^ \n])  +`)

// varying are the parts of what a command shows that no two runs share, with what stands for them:
// ports, times, dates, and the versions of the runtimes here.
var varying = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`ready in .* on `), "ready in N ms on "},
	// on a busy machine the time has more digits, and the line no longer fits 80 columns
	{regexp.MustCompile(`seed 1\s+speed\s+real`), "seed 1   speed real"},
	{regexp.MustCompile(`X-Twilio-Signature: \S+`), "X-Twilio-Signature: SIGNATURE"},
	{regexp.MustCompile(`parallel \d+`), "parallel N"},
	{regexp.MustCompile(`(under )?\d+ ?ms\b`), "N ms"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d`), "DATE"},
	{regexp.MustCompile(`up \d+s`), "up N s"},
	{regexp.MustCompile(`(?m)^.*(ok|warn) +runtimes .*\n(        .*\n)*`), ""},
	{regexp.MustCompile(`twilsim \d+\.\d+\.\d+`), "twilsim VERSION"},
	{regexp.MustCompile(`   \d+\.\d+\.\d+   up`), "   VERSION   up"},
}

// normal replaces what varies.
func normal(text string) string {
	for _, v := range varying {
		text = v.pattern.ReplaceAllString(text, v.by)
	}
	return text
}

// screen runs a command on a terminal with so many columns, and puts what it shows on stdout,
// without colours and times and with three spaces for longer ones. With -until=TEXT the command is
// interrupted when it shows that, and what varies is replaced.
//
//	screen COLUMNS CODE [-until=TEXT|-normal] CMD ARG...
func screen(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: screen COLUMNS CODE [-until=TEXT|-normal] CMD ARG...")
	}
	until, interrupt := strings.CutPrefix(args[2], "-until=")
	replaced := interrupt || args[2] == "-normal"
	if replaced {
		args = slices.Delete(slices.Clone(args), 2, 3)
	}
	columns, err := strconv.Atoi(args[0])
	ts.Check(err)
	master, slave, err := openTerminal(uint16(columns))
	ts.Check(err)
	defer master.Close()
	cmd := command(ts, args[2], args[3:])
	cmd.Stdout, cmd.Stderr = slave, slave
	ts.Check(cmd.Start())
	ts.Check(slave.Close())
	var shown []byte
	if interrupt {
		shown, err = readUntil(master, until, func() { cmd.Process.Signal(os.Interrupt) })
	} else {
		shown, err = io.ReadAll(master)
	}
	if err != nil && !errors.Is(err, syscall.EIO) { // as Linux says that the other end is closed
		ts.Fatalf("%v", err)
	}
	err = cmd.Wait()
	shown = bytes.ReplaceAll(shown, []byte("\r\n"), []byte("\n"))
	shown = colours.ReplaceAll(overwritten.ReplaceAll(shown, nil), nil)
	for line := range bytes.Lines(shown) {
		if n := len([]rune(string(bytes.TrimRight(line, "\n")))); n > columns {
			ts.Fatalf("a line of %d columns on a terminal of %d: %s", n, columns, line)
		}
	}
	if replaced {
		shown = []byte(normal(string(shown)))
	}
	showEnded(ts, cmd, err, args[1], string(spaces.ReplaceAll(shown, []byte("$1   "))))
}

// readUntil reads all there is, and calls seen once when a text is in it.
func readUntil(r io.Reader, text string, seen func()) ([]byte, error) {
	var all []byte
	buffer := make([]byte, 4096)
	for found := false; ; {
		n, err := r.Read(buffer)
		all = append(all, buffer[:n]...)
		if !found && bytes.Contains(all, []byte(text)) {
			found = true
			seen()
		}
		if err != nil {
			return all, err
		}
	}
}

// openTerminal opens a pseudo-terminal of Linux.
func openTerminal(columns uint16) (master, slave *os.File, err error) {
	if runtime.GOOS != "linux" {
		return nil, nil, exec.ErrNotFound
	}
	const unlock, number, setSize = 0x40045431, 0x80045430, 0x5414 // TIOCSPTLCK, TIOCGPTN, TIOCSWINSZ
	if master, err = os.OpenFile("/dev/ptmx", os.O_RDWR, 0); err != nil {
		return nil, nil, err
	}
	control := func(request uintptr, value unsafe.Pointer) {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), request, uintptr(value))
		if errno != 0 && err == nil {
			err = errno
		}
	}
	var locked, n int32
	size := struct{ rows, columns, x, y uint16 }{50, columns, 0, 0}
	control(unlock, unsafe.Pointer(&locked))
	control(number, unsafe.Pointer(&n))
	control(setSize, unsafe.Pointer(&size))
	if err == nil {
		slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	return master, slave, err
}
