package testscript

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// TestInstanceKill checks that the code of a killed app, which cannot be stopped, changes neither
// files that were there nor adds any, and that the files from before are kept.
func TestInstanceKill(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "app")
	if err := os.MkdirAll(filepath.Join(dir, "old"), 0o777); err != nil {
		t.Fatal(err)
	}
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Error(err)
		}
	}
	put("orders", "one")
	put("old/orders", "none")
	begun, a := newSignal(), &instance{killed: newSignal()}
	a.handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(begun)
		<-a.killed
		put("orders", "one, two")
		put("new", "three")
		if err := os.RemoveAll(filepath.Join(dir, "old")); err != nil {
			t.Error(err)
		}
	})
	answered := make(chan error)
	go func() {
		_, err := callHandler(httptest.NewRequest("POST", "/sms", nil), a, a.killed)
		answered <- err
	}()
	<-begun
	if err := a.kill(dir, nil); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; !errors.Is(err, errKilled) {
		t.Errorf("the request ended with %v, want %v", err, errKilled)
	}
	for name, want := range map[string]string{"orders": "one", "old/orders": "none"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); string(got) != want {
			t.Errorf("%s: %q %v, want %q", name, got, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file of the killed app is there: %v", err)
	}
}
