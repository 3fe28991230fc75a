package testscript

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// process is the app under test: a program, our own app in this process, or one that runs elsewhere.
type process struct {
	url  string
	stop func()
	done <-chan struct{} // closed when the program has ended; nil where there is none to watch
	how  func() string   // says how the program ended, once it has

	elsewhere bool // it runs already, and prints where nobody can see it
}

// launch starts a program in the directory dir, which prints to log. It leads a group of its own, so that its children end with it.
func launch(args []string, dir string, environ []string, log io.Writer) (*process, error) {
	output, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
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
		_, _ = io.Copy(log, output) // it ends with the last of the group, or when stop closes the pipe
	}()
	go func() {
		defer close(done)
		_ = cmd.Wait() // how it ended is told by its state
		if cmd.ProcessState.Success() {
			<-silent // a shell may leave its children to go on alone
			return
		}
		await(silent, quiet) // what it printed last
	}()
	return &process{
		done: done,
		how:  func() string { return howEnded(cmd.ProcessState) },
		stop: func() {
			askToEnd(cmd)
			_ = await(done, patience) && await(silent, patience)
			kill(cmd) // whoever of the group is left
			await(done, patience)
			_ = output.Close() // one that left the group may hold it open for ever
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

// endedWithin reports whether the program has ended, or does so within a moment.
func (p *process) endedWithin(limit time.Duration) bool { return p.done != nil && await(p.done, limit) }

// ended reports whether the program has ended.
func (p *process) ended() bool {
	select {
	case <-p.done: // never where there is no program
		return true
	default:
		return false
	}
}

// lastLines is how many lines of a dead app's output are shown: no fewer than Node prints of an error, whose first has the place.
const lastLines = 16

// obituary says how the app ended, and what it printed last.
func (p *process) obituary(log *applog) error {
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

// poll is how often a starting program is asked whether it is ready: soon at first, because many are, then less often.
const (
	firstPoll = time.Millisecond
	lastPoll  = 20 * time.Millisecond
)

// awaitReady blocks until ready is content, the program ends, or ctx does. Then the error says what was wrong.
func (p *process) awaitReady(ctx context.Context, ready func() error) error {
	pause := firstPoll
	var last error // the last that was not merely cut short
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
