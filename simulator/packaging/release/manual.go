package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"

	"twilsim/simulator/packaging"
)

// manual returns the man page, and the manual as one text for language models. The command itself
// writes both, so they describe the flags of this version.
func (b *builder) manual(binaries []binary) ([]packaging.File, error) {
	dir, err := os.MkdirTemp("", "twilsim-manual-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	here, err := b.here(binaries)
	if err != nil {
		return nil, err
	}
	program := filepath.Join(dir, here.Executable())
	if err := os.WriteFile(program, here.data, 0o700); err != nil {
		return nil, err
	}
	var files []packaging.File
	for _, form := range []struct{ name, file string }{{"man", "twilsim.1"}, {"llms", "llms.txt"}} {
		cmd := exec.CommandContext(b.ctx, program, "help", "--as", form.name)
		cmd.Dir = dir // without a twilsim.yaml
		data, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", form.file, err)
		}
		files = append(files, packaging.File{Name: form.file, Data: data})
	}
	return files, nil
}

// here returns the binary for this machine, and builds it if it is not among those of the plan.
func (b *builder) here(binaries []binary) (binary, error) {
	platform := packaging.Platform{OS: runtime.GOOS, Arch: runtime.GOARCH}
	i := slices.IndexFunc(binaries, func(bin binary) bool { return bin.Platform == platform })
	if i >= 0 {
		return binaries[i], nil
	}
	data, err := packaging.Build(b.ctx, b.root, platform, b.source.Version)
	return binary{platform, data}, err
}
