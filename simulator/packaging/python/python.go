// Package python writes the wheels, one for each platform: the binary, a client for tests that
// needs nothing but Python's standard library, and a fixture for pytest.
//
// The Python code is in the folder files, as it is published.
package python

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"twilsim/simulator/packaging"
)

// The patterns leave out what Python itself writes, such as __pycache__.
//
//go:embed files/twilsim/*.py files/twilsim/py.typed files/README.md
var files embed.FS

// tags are the platform tags of a wheel. The binary for Linux is static, so it runs with glibc and
// with musl; Go needs macOS 12.
func tags(p packaging.Platform) string {
	machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[p.Arch]
	switch p.OS {
	case "linux":
		names := []string{"manylinux_2_17", "manylinux2014", "musllinux_1_1"}
		for i := range names {
			names[i] += "_" + machine
		}
		return strings.Join(names, ".")
	case "darwin":
		return "macosx_12_0_" + strings.Replace(machine, "aarch64", "arm64", 1)
	}
	return "win_" + p.Arch
}

// Wheel returns the wheel for a platform, as pip install takes it, under its file name.
func Wheel(p packaging.Platform, v packaging.Version, at time.Time, binary, licence []byte) (
	packaging.File, error,
) {
	content, err := code()
	if err != nil {
		return packaging.File{}, err
	}
	readme, err := files.ReadFile("files/README.md")
	if err != nil {
		return packaging.File{}, err
	}
	base := "twilsim-" + v.Python()
	info := base + ".dist-info/"
	tag := "py3-none-" + tags(p)
	content = append(content,
		packaging.File{Name: base + ".data/scripts/" + p.Executable(), Data: binary, Executable: true},
		packaging.File{Name: info + "licenses/LICENSE", Data: licence},
		packaging.File{Name: info + "METADATA", Data: metadata(v, readme)},
		packaging.File{Name: info + "WHEEL", Data: wheel(tag)},
		packaging.File{Name: info + "entry_points.txt", Data: []byte(entryPoints)},
	)
	content = append(content, record(info+"RECORD", content))
	data, err := packaging.Zip(content, at)
	return packaging.File{Name: base + "-" + tag + ".whl", Data: data}, err
}

// entryPoints has pytest load the fixture.
const entryPoints = "[pytest11]\ntwilsim = twilsim.pytest_plugin\n"

// code returns the Python modules.
func code() ([]packaging.File, error) {
	entries, err := files.ReadDir("files/twilsim")
	if err != nil {
		return nil, err
	}
	var modules []packaging.File
	for _, entry := range entries {
		name := "twilsim/" + entry.Name()
		data, err := files.ReadFile("files/" + name)
		if err != nil {
			return nil, err
		}
		modules = append(modules, packaging.File{Name: name, Data: data})
	}
	return modules, nil
}

func metadata(v packaging.Version, readme []byte) []byte {
	return fmt.Appendf(nil, `Metadata-Version: 2.1
Name: twilsim
Version: %s
Summary: A Twilio for messaging that runs on your machine: no account, no network, no money
License: MIT
Keywords: twilio,sms,simulator,testing
Classifier: Framework :: Pytest
Requires-Python: >=3.8
Description-Content-Type: text/markdown

%s`, v.Python(), readme)
}

// wheel has a line for each combination of the compressed tags of the file name.
func wheel(tag string) []byte {
	var text strings.Builder
	text.WriteString("Wheel-Version: 1.0\nGenerator: twilsim\nRoot-Is-Purelib: false\n")
	for platform := range strings.SplitSeq(strings.TrimPrefix(tag, "py3-none-"), ".") {
		text.WriteString("Tag: py3-none-" + platform + "\n")
	}
	return []byte(text.String())
}

// record lists all files with their hashes and sizes; it has none for itself.
func record(name string, content []packaging.File) packaging.File {
	var text strings.Builder
	for _, f := range content {
		sum := sha256.Sum256(f.Data)
		hash := base64.RawURLEncoding.EncodeToString(sum[:])
		fmt.Fprintf(&text, "%s,sha256=%s,%d\n", f.Name, hash, len(f.Data))
	}
	fmt.Fprintf(&text, "%s,,\n", name)
	return packaging.File{Name: name, Data: []byte(text.String())}
}
