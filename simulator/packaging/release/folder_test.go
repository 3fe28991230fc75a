package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"twilsim/simulator/packaging"
)

// TestWrite: a folder gets all files of a release or none, and keeps no other version of them.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dist")
	release := func(version string) []packaging.File {
		v := packaging.Version(version)
		var files []packaging.File
		for _, name := range []string{"twilsim-" + version + ".tgz",
			"twilsim-linux-x64-" + version + ".tgz",
			"twilsim-" + v.Python() + "-py3-none-manylinux_2_17_x86_64.whl",
			"twilsim_" + version + "_linux_amd64.tar.gz", "checksums.txt"} {
			files = append(files, packaging.File{Name: name, Data: []byte(version)})
		}
		return files
	}
	want := func(files []packaging.File, others ...string) {
		t.Helper()
		var names []string
		for _, f := range files {
			names = append(names, f.Name)
			data, err := os.ReadFile(filepath.Join(dir, f.Name))
			if err != nil || string(data) != string(f.Data) {
				t.Errorf("%s has %q, %v, want %q", f.Name, data, err, f.Data)
			}
		}
		names = append(names, others...)
		slices.Sort(names)
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		if !slices.Equal(got, names) {
			t.Errorf("the folder has %v, want %v", got, names)
		}
	}
	first, second := release("1.2.3-rc.1"), release("1.3.0")
	if err := write(dir, first, "1.2.3-rc.1", io.Discard); err != nil {
		t.Fatal(err)
	}
	want(first)

	// A run that was killed, files of other platforms, and files that are not ours.
	others := []string{"notes.txt", "twilsim-darwin-x64-1.2.3-rc.1.tgz", "twilsim-my-notes.tgz",
		"twilsim_1.2.3-rc.1_linux_arm64.tar.gz"}
	for _, name := range append(slices.Clone(others), ".release-7/twilsim-1.3.0.tgz") {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777),
			os.WriteFile(path, nil, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	if err := write(dir, second, "1.3.0", io.Discard); err != nil {
		t.Fatal(err)
	}
	want(second, others...)

	// One file cannot be written, as on a full disk: nothing changes.
	bad := append(release("1.4.0"), packaging.File{Name: "none/checksums.txt"})
	err := write(dir, bad, "1.4.0", io.Discard)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "is as it was") {
		t.Errorf("got %v, want an error about the file", err)
	}
	want(second, others...)
}
