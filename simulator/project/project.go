// Package project finds out how the app in a directory is started, and writes what the directory
// needs to be tested with twilsim: twilsim.yaml, a first scenario and a CI workflow. It is the work
// behind "twilsim init".
package project

import (
	"io/fs"
	"path"
	"regexp"
	"strings"

	"twilsim/simulator/lazy"
)

// Project is an app in a directory. The zero value has no app.
type Project struct {
	App  string // the command that starts the app; "" where none is found
	From string // where it was found
	// Framework is the web framework, such as Express; "" where none is recognised.
	Framework string
	// Why says why no app is found, a reason for each manifest; it is empty where an app is found.
	Why      []string
	kind     string // node, python, ruby, php, go or ""
	manifest string // the file that names the dependencies
	lock     bool   // of node: package-lock.json is there, as npm ci wants it
	mod      bool   // there is a go.mod
	Tool     bool   // go.mod has twilsim as a tool, from where CI can have it too
}

// Find looks for an app: in package.json, then for a framework that requirements.txt,
// pyproject.toml, Gemfile or composer.json names, then for app.py, then in go.mod. The first that
// can be started counts. It reads only, and takes an unreadable file for a missing one.
func Find(dir fs.FS) Project {
	p := Project{}
	goMod, err := fs.ReadFile(dir, "go.mod")
	p.mod = err == nil
	p.Tool = hasTool(string(goMod))
	_, err = fs.Stat(dir, "package-lock.json")
	p.lock = err == nil
	switch {
	case p.findNode(dir), p.findFramework(dir), p.findPython(dir), p.mod && p.findGo(dir):
		p.Why = nil
	case p.Why == nil:
		p.because(noFramework(dir))
	}
	return p
}

// because adds a reason why no app is found.
func (p *Project) because(reason string) { p.Why = append(p.Why, reason) }

// toolPath is how go.mod names twilsim as a tool.
const toolPath = "twilsim/simulator/cmd/twilsim"

var (
	// modulePath is the path of twilsim's module, for a regular expression.
	modulePath = regexp.QuoteMeta(strings.TrimSuffix(toolPath, "/simulator/cmd/twilsim"))

	toolLine = lazy.Regexp(`(?m)^\s*(?:tool\s+)?` + regexp.QuoteMeta(toolPath) + `\s*(?://.*)?$`)
	// outside is a replacement of twilsim's module by a directory that is not in the repository.
	outside = lazy.Regexp(`(?m)^\s*(?:replace\s+)?` + modulePath +
		`(?:\s+v\S+)?\s+=>\s+(?:\.\.|/|[A-Za-z]:)`)
)

// hasTool reports whether "go tool twilsim" works wherever the repository is checked out.
func hasTool(goMod string) bool {
	return toolLine().MatchString(goMod) && !outside().MatchString(goMod)
}

// findPython finds an app.py beside a requirements.txt that names no framework.
func (p *Project) findPython(dir fs.FS) bool {
	app, err := fs.ReadFile(dir, "app.py")
	if err != nil {
		return false
	}
	if _, err := fs.Stat(dir, "requirements.txt"); err != nil {
		p.because("app.py has no requirements.txt beside it")
		return false
	}
	p.kind, p.From, p.App = "python", "app.py", `python3 -m flask run --port "$PORT"`
	p.manifest = "requirements.txt"
	if strings.Contains(string(app), "__main__") {
		p.App = "python3 app.py"
	}
	return true
}

// mainPackage is the first line of a program in Go.
var mainPackage = lazy.Regexp(`(?m)^package main\b`)

// findGo finds the one main package: in the directory itself, or else in one below cmd.
func (p *Project) findGo(dir fs.FS) bool {
	var found []string
	for _, pattern := range []string{"*.go", "cmd/*/*.go"} {
		files, _ := fs.Glob(dir, pattern) // the pattern is a good one
		for _, file := range files {
			text, err := fs.ReadFile(dir, file)
			folder := "./" + path.Dir(file)
			if err != nil || strings.HasSuffix(file, "_test.go") || !mainPackage().Match(text) {
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
	switch {
	case len(found) == 0:
		p.because("go.mod has no main package in the folder itself or below cmd")
		return false
	case len(found) > 1:
		p.because("there are several programs: " + strings.Join(found, ", "))
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
