package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"twilsim/simulator/packaging"
)

// sbom returns the bill of materials of the binary: the modules that are linked into it, as
// cyclonedx-gomod reads them from the first binary. The modules are the same on every platform but
// for a few that only Windows needs; so there is one for each operating system.
func (b *builder) sbom(binaries []binary) ([]packaging.File, error) {
	dir, err := os.MkdirTemp("", "twilsim-sbom-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	done := map[string]bool{}
	var files []packaging.File
	for _, bin := range binaries {
		if done[bin.OS] {
			continue
		}
		done[bin.OS] = true
		data, err := b.materials(dir, bin)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("twilsim_%s_%s.cdx.json", b.source.Version, bin.OS)
		files = append(files, packaging.File{Name: name, Data: data})
	}
	return files, nil
}

// materials asks cyclonedx-gomod, and puts the time of the release in place of now.
func (b *builder) materials(dir string, bin binary) ([]byte, error) {
	in, out := filepath.Join(dir, bin.Executable()), filepath.Join(dir, "bom.json")
	if err := os.WriteFile(in, bin.data, 0o700); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(b.ctx, "go", "tool", "-modfile=tools.mod", "cyclonedx-gomod", "bin",
		"-json", "-noserial", "-std", "-version=v"+string(b.source.Version), "-output="+out, in)
	cmd.Dir = b.root
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("cyclonedx-gomod: %w\n%s", err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	var bom map[string]any
	if err := json.Unmarshal(data, &bom); err != nil {
		return nil, fmt.Errorf("cyclonedx-gomod wrote no JSON: %w", err)
	}
	metadata, ok := bom["metadata"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("cyclonedx-gomod wrote no metadata")
	}
	metadata["timestamp"] = b.source.Time.Format(time.RFC3339)
	delete(metadata, "tools") // with the hash of the tool's own binary, which differs between machines
	return json.MarshalIndent(bom, "", "  ")
}
