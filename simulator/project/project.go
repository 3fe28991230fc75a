// Package project finds out how the app in a directory is started, and writes what the directory
// needs to be tested with twilsim: twilsim.yaml, a first scenario and a CI workflow. It is the work
// behind "twilsim init".
package project

import (
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// Project is an app in a directory.
type Project struct {
	App  string // the command that starts the app; "" where none is found
	From string // where it was found
	kind string // node, python, go or ""
	lock bool   // of node: package-lock.json is there, as npm ci wants it
	mod  bool   // there is a go.mod
	Tool bool   // go.mod has twilsim as a tool, from where CI can have it too
}

// Find looks for an app: the start script of a package.json, the app.py of a requirements.txt, the main package of
// a go.mod; the first that is there.
func Find(dir fs.FS) Project {
	p := Project{}
	goMod, err := fs.ReadFile(dir, "go.mod")
	p.mod = err == nil
	p.Tool = hasTool(string(goMod))
	_, err = fs.Stat(dir, "package-lock.json")
	p.lock = err == nil
	switch {
	case p.findNode(dir), p.findPython(dir), p.mod && p.findGo(dir):
	}
	return p
}

// toolPath is how go.mod names twilsim as a tool.
const toolPath = "twilsim/simulator/cmd/twilsim"

var (
	toolLine = regexp.MustCompile(`(?m)^\s*(?:tool\s+)?` + toolPath + `\s*(?://.*)?$`)
	// outside is a replacement of twilsim's module by a directory that is not in the repository.
	outside = regexp.MustCompile(`(?m)^\s*(?:replace\s+)?twilsim(?:\s+v\S+)?\s+=>\s+(?:\.\.|/|[A-Za-z]:)`)
)

// hasTool reports whether "go tool twilsim" works wherever the repository is checked out.
func hasTool(goMod string) bool { return toolLine.MatchString(goMod) && !outside.MatchString(goMod) }

// plainNode is a start script that needs nothing of npm.
var plainNode = regexp.MustCompile(`^node [\w./-]+$`)

func (p *Project) findNode(dir fs.FS) bool {
	data, err := fs.ReadFile(dir, "package.json")
	if err != nil {
		return false
	}
	var file struct {
		Scripts struct{ Start string }
	}
	if json.Unmarshal(data, &file) != nil || file.Scripts.Start == "" {
		return false
	}
	p.kind, p.From, p.App = "node", "package.json", "npm --silent start"
	if plainNode.MatchString(file.Scripts.Start) {
		p.App = file.Scripts.Start // without npm it starts sooner, and ends at once
	}
	return true
}

func (p *Project) findPython(dir fs.FS) bool {
	app, err := fs.ReadFile(dir, "app.py")
	if err != nil {
		return false
	}
	if _, err := fs.Stat(dir, "requirements.txt"); err != nil {
		return false
	}
	p.kind, p.From, p.App = "python", "app.py", `python3 -m flask run --port "$PORT"`
	if strings.Contains(string(app), "__main__") {
		p.App = "python3 app.py"
	}
	return true
}

// mainPackage is the first line of a program in Go.
var mainPackage = regexp.MustCompile(`(?m)^package main\b`)

// findGo finds the one main package: in the directory itself, or else in one below cmd.
func (p *Project) findGo(dir fs.FS) bool {
	var found []string
	for _, pattern := range []string{"*.go", "cmd/*/*.go"} {
		files, _ := fs.Glob(dir, pattern) // the pattern is a good one
		for _, file := range files {
			text, err := fs.ReadFile(dir, file)
			folder := "./" + path.Dir(file)
			if err != nil || strings.HasSuffix(file, "_test.go") || !mainPackage.Match(text) {
				continue
			}
			if len(found) == 0 || found[len(found)-1] != folder {
				found = append(found, folder)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	if len(found) != 1 {
		return false
	}
	p.kind, p.From, p.App = "go", "go.mod", "go run "+strings.TrimSuffix(found[0], "/.")
	return true
}

// Command is how twilsim is called in the project.
func (p Project) Command() string {
	if p.Tool {
		return "go tool twilsim"
	}
	return "twilsim"
}
