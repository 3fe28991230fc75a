package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestInits limits what the initialization of our packages allocates, because every command pays
// for all of it: a table that is made by code belongs into a sync.OnceValue. This package is left
// out, because here it has the variables of the tests, and packaging, which only tests import.
func TestInits(t *testing.T) {
	const most = 48 << 10 // bytes
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	line := regexp.MustCompile(`(?m)^init (twilsim/\S+) .* (\d+) bytes, \d+ allocs$`)
	var packages []string
	sum := 0
	for _, m := range line.FindAllStringSubmatch(string(out), -1) {
		if strings.HasSuffix(m[1], "/cmd/twilsim") || strings.HasSuffix(m[1], "/packaging") {
			continue
		}
		n, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		if sum += n; n > 2<<10 {
			packages = append(packages, m[1]+" "+m[2])
		}
	}
	t.Logf("%d bytes; over 2 KiB: %s", sum, strings.Join(packages, ", "))
	if sum == 0 || sum > most {
		t.Errorf("inits allocate %d bytes, want more than 0 and at most %d", sum, most)
	}
}
