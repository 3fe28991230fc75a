package testscript

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// instance is an app in this process from its start until it is killed. It is safe for concurrent
// use.
type instance struct {
	handler http.Handler
	killed  chan struct{} // closed when it is killed

	mu   sync.Mutex
	open int           // how many requests it serves
	idle chan struct{} // closed when it serves none any more; nil while nobody waits
}

// afterKill is how long the code of an app may go on after it was killed, in real time: its
// requests are cancelled, and those that it makes fail, so that it usually ends at once.
const afterKill = time.Second

// newInstance makes an app. The client that it gets refuses everything after a kill.
func (w *world) newInstance(env AppEnv, make func(AppEnv) (http.Handler, error)) (*instance,
	error) {
	a := &instance{killed: newSignal()}
	env.HTTPClient = &http.Client{Transport: apiTransport{w, a.killed}}
	var err error
	a.handler, err = make(env)
	return a, err
}

func newSignal() chan struct{} { return make(chan struct{}) }

// ServeHTTP serves a request.
func (a *instance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.open++
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.open--
		if a.open == 0 && a.idle != nil {
			close(a.idle)
			a.idle = nil
		}
	}()
	a.handler.ServeHTTP(w, r)
}

// kill ends the app. A program that is killed does nothing more, while a function cannot be
// stopped: what is in dir is afterwards as it was when the app was killed, whatever its functions
// still do there before they end. cut breaks the app's connections; it may be nil. It is called
// once. Functions that go on after afterKill are left behind; they cannot reach the simulator any
// more.
func (a *instance) kill(dir string, cut func()) error {
	kept, err := keepFiles(dir)
	if err != nil {
		return err
	}
	close(a.killed)
	if cut != nil {
		cut()
	}
	a.mu.Lock()
	idle := a.idle
	if a.open > 0 && idle == nil {
		idle = newSignal()
		a.idle = idle
	}
	a.mu.Unlock()
	if idle != nil {
		await(idle, afterKill)
	}
	return kept.restore(dir)
}

// keptFile is a file or a directory as it was.
type keptFile struct {
	mode os.FileMode
	data []byte
}

// keptFiles are the files below a directory, by their path relative to it; nil if it did not exist.
type keptFiles map[string]keptFile

// keepFiles reads a directory.
func keepFiles(dir string) (keptFiles, error) {
	if _, err := os.Stat(dir); dir == "" || errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	kept := keptFiles{}
	return kept, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		name, relErr := filepath.Rel(dir, path)
		if err := errors.Join(err, relErr); err != nil {
			return err
		}
		file := keptFile{mode: info.Mode()}
		if info.Mode().IsRegular() {
			if file.data, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		kept[name] = file
		return nil
	})
}

// restore makes a directory what it was. Only files that differ are written.
func (k keptFiles) restore(dir string) error {
	now, err := keepFiles(dir)
	if err != nil {
		return err
	}
	for name, file := range now {
		was, ok := k[name]
		if !ok || was.mode != file.mode {
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	for name, was := range k {
		path := filepath.Join(dir, name)
		if was.mode.IsDir() {
			if err := os.MkdirAll(path, 0o777); err != nil {
				return err
			}
			continue
		}
		if file, ok := now[name]; ok && file.mode == was.mode && string(file.data) == string(was.data) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, was.data, was.mode.Perm()); err != nil {
			return err
		}
	}
	return nil
}
