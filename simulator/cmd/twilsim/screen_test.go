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
	"strconv"
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

// screen runs a command on a terminal with so many columns, and puts what it shows on stdout,
// without colours and times and with three spaces for longer ones.
func screen(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: screen COLUMNS CODE CMD ARG...")
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
	shown, err := io.ReadAll(master)
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
	showEnded(ts, cmd, err, args[1], string(spaces.ReplaceAll(shown, []byte("$1   "))))
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
