// Package npm writes the npm packages: twilsim, which has a launcher and a client for tests, and
// one package with the binary for each platform. npm installs the one whose "os" and "cpu" fit,
// because twilsim names all of them as optional dependencies.
//
// The JavaScript is in the folder files, as it is published. It has no dependencies and no build
// step.
package npm

import (
	"embed"
	"encoding/json"
	"io/fs"
	"strings"
	"time"

	"twilsim/simulator/packaging"
)

//go:embed files
var files embed.FS

// description is what a registry shows.
const description = "A Twilio for messaging that runs on your machine: no account, no network, " +
	"no money"

// Package returns the package twilsim, a .tgz as npm install takes it, under its file name.
func Package(v packaging.Version, at time.Time, licence []byte) (packaging.File, error) {
	optional := map[string]string{}
	for _, p := range packaging.Platforms() {
		optional[platformName(p)] = string(v)
	}
	manifest, err := manifest(map[string]any{
		"name": "twilsim", "version": v, "description": description, "license": "MIT",
		"keywords":             []string{"twilio", "sms", "simulator", "testing"},
		"bin":                  map[string]string{"twilsim": "bin/twilsim.cjs"},
		"main":                 "./index.cjs",
		"module":               "./index.mjs",
		"types":                "./index.d.cts",
		"exports":              exports(),
		"engines":              map[string]string{"node": ">=18"},
		"optionalDependencies": optional,
	})
	if err != nil {
		return packaging.File{}, err
	}
	content := []packaging.File{manifest, {Name: "package/LICENSE", Data: licence}}
	err = fs.WalkDir(files, "files", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := files.ReadFile(name)
		name = "package/" + strings.TrimPrefix(name, "files/")
		executable := strings.HasPrefix(name, "package/bin/")
		content = append(content, packaging.File{Name: name, Data: data, Executable: executable})
		return err
	})
	if err != nil {
		return packaging.File{}, err
	}
	return pack("twilsim-"+string(v)+".tgz", content, at)
}

// exports says what import and require of twilsim load, each with its types first, as TypeScript
// needs it.
func exports() map[string]any {
	type target struct {
		Types   string `json:"types"`
		Default string `json:"default"`
	}
	return map[string]any{
		".": struct {
			Import  target `json:"import"`
			Require target `json:"require"`
		}{target{"./index.d.mts", "./index.mjs"}, target{"./index.d.cts", "./index.cjs"}},
		"./package.json": "./package.json",
	}
}

// PlatformPackage returns the package with the binary for a platform, under its file name.
func PlatformPackage(p packaging.Platform, v packaging.Version, at time.Time, binary,
	licence []byte) (packaging.File, error) {
	manifest, err := manifest(map[string]any{
		"name": platformName(p), "version": v, "license": "MIT",
		"description":     "The binary of twilsim for " + p.String(),
		"os":              []string{p.NodeOS()},
		"cpu":             []string{p.NodeCPU()},
		"preferUnplugged": true,
		"binarySize":      len(binary), // with which the launcher finds an interrupted download
		"publishConfig":   map[string]string{"access": "public"},
	})
	if err != nil {
		return packaging.File{}, err
	}
	content := []packaging.File{
		manifest,
		{Name: "package/LICENSE", Data: licence},
		{Name: "package/bin/" + p.Executable(), Data: binary, Executable: true},
	}
	return pack("twilsim-"+p.NodeOS()+"-"+p.NodeCPU()+"-"+string(v)+".tgz", content, at)
}

// platformName is the name of a platform's package: @twilsim/linux-x64.
func platformName(p packaging.Platform) string {
	return "@twilsim/" + p.NodeOS() + "-" +
		p.NodeCPU()
}

func manifest(fields map[string]any) (packaging.File, error) {
	data, err := json.MarshalIndent(fields, "", "  ")
	return packaging.File{Name: "package/package.json", Data: append(data, '\n')}, err
}

func pack(name string, content []packaging.File, at time.Time) (packaging.File, error) {
	data, err := packaging.TarGzip(content, at)
	return packaging.File{Name: name, Data: data}, err
}
