package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestParsePlan(t *testing.T) {
	p, err := parsePlan("")
	if err != nil || len(p.platforms) != 6 || !slices.Equal(p.kinds, kindNames()) {
		t.Errorf("everything: %v, %v", p, err)
	}
	p, err = parsePlan("archives, linux/arm64,windows/amd64")
	if err != nil || len(p.platforms) != 2 || !slices.Equal(p.kinds, []string{"archives"}) {
		t.Errorf("a part: %v, %v", p, err)
	}
	p, err = parsePlan("windows/amd64")
	if err != nil || slices.Contains(p.kinds, "oci") || len(p.kinds) != len(kindNames())-1 {
		t.Errorf("all kinds but images: %v, %v", p, err)
	}
	for only, want := range map[string]string{
		"archive":     "did you mean archives?",
		"sbmo":        "did you mean sbom?",
		"deb":         "must be one of archives",
		"linux":       "as linux/amd64",
		"arm64":       "as linux/arm64",
		"linux/amd46": "did you mean linux/amd64?",
		"plan9/mips":  "must be one of linux/amd64",
		"archives,":   "empty word",

		"oci,darwin/arm64": "an image needs a platform of linux: -only oci,darwin/arm64,linux/amd64",
	} {
		if p, err := parsePlan(only); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parsePlan(%q) = %v, %v, want an error with %q", only, p, err, want)
		}
	}
}

func TestBadArguments(t *testing.T) {
	for want, args := range map[string][]string{
		`bad version "latest"`:    {"-version", "latest"},
		`unexpected argument "x"`: {"x"},
		`did you mean archives?`:  {"-only", "archivs"},
	} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("release %q: %v, want an error with %s", args, err, want)
		}
	}
}

// TestRelease builds the archive for this machine twice. It wants the same bytes, right checksums,
// and a binary that knows its version.
func TestRelease(t *testing.T) {
	platform := runtime.GOOS + "/" + runtime.GOARCH
	name := "twilsim_1.2.3-rc.1_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
	if runtime.GOOS == "windows" {
		t.Skip("the test unpacks a tar archive")
	}
	var builds [][]byte
	for range 2 {
		dir := filepath.Join(t.TempDir(), "new", "dist")
		args := []string{"-only", "archives," + platform, "-version", "v1.2.3-rc.1", "-o", dir}
		if err := run(t.Context(), args, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
		archive, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		sums, err := os.ReadFile(filepath.Join(dir, "checksums.txt"))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(archive)
		if want := hex.EncodeToString(sum[:]) + "  " + name + "\n"; string(sums) != want {
			t.Errorf("checksums.txt has\n%swant\n%s", sums, want)
		}
		builds = append(builds, archive)
	}
	if !bytes.Equal(builds[0], builds[1]) {
		t.Error("two builds have different bytes")
	}
	dir := unpack(t, builds[0])
	out, err := exec.Command(filepath.Join(dir, "twilsim"), "version").CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "twilsim 1.2.3-rc.1 ") {
		t.Errorf("twilsim version: %v, %s", err, out)
	}
	page, err := os.ReadFile(filepath.Join(dir, "twilsim.1"))
	if err != nil || !strings.HasPrefix(string(page), ".TH TWILSIM 1 ") {
		t.Errorf("the man page: %v, %.100s", err, page)
	}
}

// unpack unpacks an archive and wants no other files than the binary, the licence, the README and
// the man page.
func unpack(t *testing.T, archive []byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for r := tar.NewReader(z); ; {
		header, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
		if err := os.WriteFile(filepath.Join(dir, header.Name), data,
			header.FileInfo().Mode()); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"twilsim", "LICENSE", "README.md", "twilsim.1"}; !slices.Equal(names, want) {
		t.Errorf("the archive has %v, want %v", names, want)
	}
	return dir
}

// TestFailedRelease wants a clear error and no files from a build that fails.
func TestFailedRelease(t *testing.T) {
	file := filepath.Join(t.TempDir(), "dist")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := write(file, nil, "1.2.3", io.Discard); err == nil ||
		!strings.Contains(err.Error(), "cannot make the folder") {
		t.Errorf("into a file: %v", err)
	}
	p, err := parsePlan("linux/amd64")
	if err != nil {
		t.Fatal(err)
	}
	b := &builder{root: t.TempDir(), log: io.Discard} // a folder without source
	files, err := b.build(t.Context(), p)
	if err == nil || !strings.Contains(err.Error(), "build for linux/amd64") || files != nil {
		t.Errorf("without source: %v, %v", files, err)
	}
}
