package testscript

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"twilsim/simulator/lazy"
	"twilsim/simulator/suggest"
	"twilsim/simulator/webhook"
)

// program says how a program is started. It is a value that can start several processes.
type program struct {
	args  []string
	dir   string
	env   []string // in addition to what every app gets
	path  string   // where commands are searched for
	url   string   // where it listens; "" for the port in PORT
	state string   // the directory that it may write to; "" for one of the scenario's
	ready string   // the path that answers when it is ready; "" to wait until it listens
}

// String returns the command as it was typed.
func (p program) String() string {
	if isShell(p.args) {
		return strings.TrimPrefix(p.args[len(p.args)-1], replace)
	}
	return strings.Join(p.args, " ")
}

// replace makes a shell replace itself by the program that it starts.
const replace = "exec "

// Shell returns the command with which the system's shell runs a line. If the line is just one
// program with its arguments, that program replaces the shell.
func Shell(line string) []string {
	if runtime.GOOS == "windows" {
		return []string{"cmd", "/C", line}
	}
	if first, _, _ := strings.Cut(line, " "); !strings.ContainsAny(line, ";&|()<>{}\n`") &&
		!strings.Contains(first, "=") {
		line = replace + line
	}
	return []string{"sh", "-c", line}
}

func isShell(args []string) bool { return len(args) == 3 && slices.Equal(args[:2], Shell("")[:2]) }

// startProgram starts a program that prints to log, and waits until it is ready. The error has the
// last lines that the program has printed.
func (w *world) startProgram(p program, log io.Writer) (*process, error) {
	if p.args[0] != filepath.Base(p.args[0]) {
		if _, err := os.Stat(filepath.Join(p.dir, p.args[0])); err != nil {
			p.dir = w.common.root // not one of the scenario's own files
		}
	}
	bases, port, err := w.places(p)
	if err != nil {
		return nil, err
	}
	return w.startAt(p, bases, port, log)
}

// startAt starts a program that listens on a port, and waits until it is ready. Its again halts the
// process and starts the same one with the same port and directory.
func (w *world) startAt(p program, bases []string, port string, log io.Writer) (*process, error) {
	state := cmp.Or(p.state, filepath.Join(w.dir, ".tmp", "state"))
	if err := os.MkdirAll(state, 0o777); err != nil {
		return nil, err
	}
	env := append(w.environ(port, p.path, p.env), "APP_STATE="+state)
	started, err := launch(p.args, p.dir, env, log)
	if err != nil {
		return nil, fmt.Errorf("cannot start %s: %w%s", p.args[0], startError(err), w.didYouMean(p))
	}
	if err := started.awaitReady(w.ctx,
		func() error { return w.findReady(started, p, bases) }); err != nil {
		return nil, w.notReady(p, started, port, err)
	}
	started.again = func() (*process, error) {
		started.halt()
		return w.startAt(p, bases, port, log)
	}
	return started, nil
}

// places returns the URLs at which the program may listen, and the port in PORT. For localhost
// there are two, one for IPv4 and one for IPv6.
func (w *world) places(p program) (bases []string, port string, err error) {
	if p.url == "" {
		port, err = w.appPort()
		return []string{"http://127.0.0.1:" + port, "http://[::1]:" + port}, port, err
	}
	if listens(webhook.HostPort(p.url)) == nil {
		err = fmt.Errorf(
			"something listens on %s already: end it, or leave out the command that starts the app",
			p.url,
		)
		return nil, "", err
	}
	_, port, err = net.SplitHostPort(webhook.HostPort(p.url))
	return []string{p.url}, port, err
}

// findReady finds the URL at which the program is ready. The error is about the first.
func (w *world) findReady(started *process, p program, bases []string) error {
	var first error
	for _, base := range bases {
		err := w.ready(p, base)
		if err == nil {
			started.url = base
			return nil
		}
		first = cmp.Or(first, err)
	}
	return first
}

// ready returns nil if the program is ready at a URL.
func (w *world) ready(p program, base string) error {
	if p.ready != "" {
		return healthy(w.ctx, base+p.ready)
	}
	return listens(webhook.HostPort(base))
}

// notReady stops a program that did not become ready, and returns an error with the likely reason.
// The reasons that are looked for: the file that it runs is not there, there is no such command, it
// listens on another port.
func (w *world) notReady(p program, started *process, port string, err error) error {
	hint := ""
	if started.ended() {
		hint = w.missingFile(p)
		if hint == "" && started.how() == notFound {
			err, hint = errors.New("no such command: "+notFound), w.didYouMean(p)
		}
	} else if other := otherPort(w.log, port); other != "" {
		hint = fmt.Sprintf("\n  it seems to listen on port %s: let it read PORT, or say "+
			"--app-url http://127.0.0.1:%s", other, other)
	}
	started.stop()
	return fmt.Errorf("%s: %w%s\n  PORT was %s\n%s", p, err, hint, port, printedLast(w.log))
}

// startError returns why a program cannot be started, without its name.
func startError(err error) error {
	var lookup *exec.Error
	var start *fs.PathError
	switch {
	case errors.As(err, &lookup):
		return lookup.Err
	case errors.As(err, &start):
		return start.Err
	}
	return err
}

// scriptTypes are the extensions of files that an interpreter runs.
var scriptTypes = []string{".js", ".mjs", ".cjs", ".ts", ".py", ".rb", ".php", ".jar", ".go", ".sh",
	".pl"}

// missingFile says where the file was looked for that the program was to run, and is not there. The
// interpreter says that, too, but with the path of a temporary directory.
func (w *world) missingFile(p program) string {
	words := commandWords(p)
	if len(words) == 0 {
		return ""
	}
	isThere := func(dir, name string) bool {
		_, err := os.Stat(filepath.Join(dir, name))
		return err == nil
	}
	for _, word := range words[1:] { // a program that is missing is another matter
		if filepath.IsAbs(word) || !slices.Contains(scriptTypes, filepath.Ext(word)) ||
			strings.ContainsAny(word, "=:*$\"'") || isThere(p.dir, word) {
			continue
		}
		hint := fmt.Sprintf("\n  %s was looked for in %s, where the app runs", word, w.nameOf(p.dir))
		if p.dir != w.common.root && isThere(w.common.root, word) {
			hint += ": write $ROOT/" + word + " for the one where the run began"
		}
		return hint
	}
	return ""
}

// nameOf returns a directory as scenarios name it.
func (w *world) nameOf(dir string) string {
	switch dir {
	case w.dir:
		return "$WORK"
	case w.common.root:
		return "$ROOT"
	}
	return dir
}

func (w *world) didYouMean(p program) string {
	if near := similar(p, p.dir, w.common.root); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// listens returns nil if something listens at addr.
func listens(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return fmt.Errorf("nothing listens on %s", addr)
	}
	return conn.Close()
}

// healthy returns nil if a URL answers with a status of 200 to 399, as health checks of most
// platforms do.
func healthy(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("GET %s: %w", url, plainNetError(err))
	}
	defer response.Body.Close()
	if response.StatusCode >= 400 {
		return fmt.Errorf("GET %s: %s", url, response.Status)
	}
	return nil
}

var portInLog = lazy.Regexp(
	`(?i)(?:port|listening|running|started|:)\D{0,40}?\b([1-9]\d{1,4})\b`,
)

// otherPort finds a port in the app's output on which something listens and that is not the one in
// PORT.
func otherPort(log *applog, port string) string {
	text, _ := log.read()
	for _, m := range portInLog().FindAllStringSubmatch(text, -1) {
		if m[1] != port && listens(net.JoinHostPort("127.0.0.1", m[1])) == nil {
			return m[1]
		}
	}
	return ""
}

// notFound is the exit code of a shell for a command that does not exist.
const notFound = "exit code 127"

// similar finds a program with a similar name, on the PATH or in the directories.
func similar(p program, dirs ...string) string {
	words := commandWords(p)
	if len(words) == 0 {
		return ""
	}
	if dir, base := filepath.Split(words[0]); dir != "" {
		var places []string
		for _, d := range dirs {
			places = append(places, filepath.Join(d, dir))
		}
		if near := nearestFile(base, places); near != "" {
			return dir + near
		}
		return ""
	}
	return nearestFile(words[0], filepath.SplitList(p.path))
}

// commandWords returns the words of a command from its program on.
func commandWords(p program) []string {
	words := p.args
	if isShell(words) {
		words = strings.Fields(p.String())
	}
	for len(words) > 0 && strings.Contains(words[0], "=") {
		words = words[1:] // an assignment of the shell
	}
	return words
}

func nearestFile(name string, dirs []string) string {
	var names []string
	for _, dir := range dirs {
		entries, _ := os.ReadDir(dir) // a missing directory has no names
		for _, e := range entries {
			if !alike(name, e.Name()) {
				continue
			}
			if info, err := os.Stat(filepath.Join(dir, e.Name())); err == nil &&
				info.Mode().IsRegular() &&
				info.Mode()&0o111 != 0 {
				names = append(names, e.Name())
			}
		}
	}
	slices.Sort(names)
	return suggest.Nearest(name, names)
}

// alike reports whether one name may be the other, mistyped. It is strict, because among thousands
// of programs one resembles any word.
func alike(a, b string) bool {
	return a != "" && b != "" && a[0] == b[0] && max(len(a)-len(b), len(b)-len(a)) <= 2
}
