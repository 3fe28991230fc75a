package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestUpToDate checks that the tables are those of the data that go.mod requires.
func TestUpToDate(t *testing.T) {
	for name, make := range map[string]func() ([]byte, error){
		"../plans.go": plans, "../places.bin": places,
	} {
		want, err := make()
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is out of date; run go generate ./simulator/address", name)
		}
	}
}

// TestNotLinked checks that the library is not part of the command: its package initialisation
// would be part of the start of every command.
func TestNotLinked(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "twilsim/simulator/cmd/twilsim").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 100 {
		t.Fatalf("go list names only %d packages", len(deps))
	}
	for _, dep := range deps {
		for _, heavy := range []string{"github.com/nyaruka/", "google.golang.org/protobuf",
			"golang.org/x/text/language"} {
			if strings.HasPrefix(dep, heavy) {
				t.Errorf("the command links %s", dep)
			}
		}
	}
}
