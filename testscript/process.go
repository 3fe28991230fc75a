package testscript

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// process is the app under test: a program, our own app in this process, or one that runs
// elsewhere. A program that is killed and started again is another process, so the fields do not
// change.
type process struct {
	url  string
	stop func()
	done <-chan struct{} // closed when the program has ended; nil if there is no program to watch
	how  func() string   // how the program ended; call it after done is closed

	// Kills the program and its children, and waits; nil without one.
	halt func()
	// Halts it and starts it again at the same address; nil if that is not possible.
	again     func() (*process, error)
	elsewhere bool // it was running before, and its output is not visible
	// Reports whether it has printed all that it will print until something else happens; nil for an
	// app that may print at any time.
	atRest func(context.Context) bool
}

// launch starts a program in the directory dir, whose output goes to log. It leads its own process
// group, so that its children end with it. The error is that of the start. The mark in its
// environment finds children that have left the group. It makes the pipe itself, because Wait would
// otherwise last as long as any child holds the output open.
func launch(args []string, dir string, environ []string, log io.Writer) (*process, error) {
	output, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	mark := "TWILSIM_PROCESS=" + rand.Text()
	environ = append(slices.Clip(environ), mark)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, environ, in, in
	lead(cmd)
	err = cmd.Start()
	_ = in.Close() // it is the program's now
	if err != nil {
		_ = output.Close()
		return nil, err
	}
	silent, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(silent)
		_, _ = io.Copy(
			log,
			output,
		) // ends when the last process of the group ends, or when stop closes the pipe
	}()
	go func() {
		defer close(done)
		_ = cmd.Wait() // its state says how it ended
		if cmd.ProcessState.Success() {
			<-silent // a shell may end before its children
			return
		}
		await(silent, quiet) // its last output
	}()
	return &process{
		done: done,
		how:  func() string { return howEnded(cmd.ProcessState) },
		halt: func() {
			kill(cmd)
			<-done
			_ = output.Close() // a process that left the group may hold it open
			<-silent
		},
		stop: func() {
			askToEnd(cmd)
			_ = await(done, stopTimeout) && await(silent, stopTimeout)
			kill(cmd)        // the rest of the group
			killMarked(mark) // and what has left it
			await(done, stopTimeout)
			_ = output.Close() // a process that left the group may hold it open forever
			<-silent
			<-done
		},
	}, nil
}

// await blocks until c is closed, but not longer than limit, and reports whether it is.
func await(c <-chan struct{}, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-c:
		return true
	case <-timer.C:
		return false
	}
}

// howEnded says how a program ended: exit code 3, or signal: killed.
func howEnded(state *os.ProcessState) string {
	if code := state.ExitCode(); code >= 0 {
		return fmt.Sprintf("exit code %d", code)
	}
	return state.String()
}

// endedWithin reports whether the program has ended, or does so within a moment. It is false for an
// app without a program.
func (p *process) endedWithin(
	limit time.Duration,
) bool {
	return p.done != nil && await(p.done, limit)
}

// ended reports whether the program has ended.
func (p *process) ended() bool {
	select {
	case <-p.done: // never where there is no program
		return true
	default:
		return false
	}
}

// lastLines is how many lines of output are shown of an app that has ended: as many as Node prints
// for an error, because the first of them has the file and line.
const lastLines = 16

// exitError is the error of an app that has ended: how, and its last output. Call it after done is
// closed.
func (p *process) exitError(log *applog) error {
	return fmt.Errorf("the app has ended: %s\n%s", p.how(), printedLast(log))
}

// printedLast shows the end of the app's output.
func printedLast(log *applog) string {
	text, _ := log.read()
	if strings.TrimSpace(text) == "" {
		return "  it printed nothing"
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	head := "  it printed:"
	if len(lines) > lastLines {
		lines, head = lines[len(lines)-lastLines:], "  it printed last:"
	}
	return head + "\n    " + strings.Join(lines, "\n    ")
}

// poll is how often awaitReady asks whether a program is ready: often at first, because most
// programs are ready soon, then less often.
const (
	firstPoll = time.Millisecond
	lastPoll  = 20 * time.Millisecond
)

// awaitReady blocks until ready returns nil, the program ends or ctx ends. In the latter cases the
// error says why the program is not ready. ready is called at least once.
func (p *process) awaitReady(ctx context.Context, ready func() error) error {
	pause := firstPoll
	var last error // the last error that is not due to ctx
	for {
		err := ready()
		if err == nil {
			return nil
		}
		if ctx.Err() == nil || last == nil {
			last = err
		}
		timer := time.NewTimer(pause)
		select {
		case <-p.done:
			timer.Stop()
			return fmt.Errorf("it ended before it was ready: %s", p.how())
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("it is not ready: %w", last)
		case <-timer.C:
			pause = min(2*pause, lastPoll)
		}
	}
}

// killProgram kills the app's program and starts it again, at the same address.
func (w *world) killProgram() error {
	if w.app == nil || w.app.again == nil {
		return errors.New("this app cannot be killed: it was not started here")
	}
	next, err := w.app.again()
	if err != nil {
		return err
	}
	// Connections to the killed app that are kept for the next request would break it.
	w.networks.Range(func(network, _ any) bool {
		network.(*http.Transport).CloseIdleConnections()
		return true
	})
	http.DefaultClient.CloseIdleConnections()
	w.app = next
	w.watchApp()
	return nil
}
