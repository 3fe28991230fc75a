package project

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"

	"twilsim/simulator/lazy"
)

// framework is a web framework: how a project that uses it is recognised and started.
type framework struct {
	name     string
	kind     string // of [Project]
	manifest string // the file that names the dependency
	// dependency matches the text of the manifest.
	dependency *regexp.Regexp
	// entries are files of which the first that is there is started, with the command.
	entries []entry
}

type entry struct{ file, command string }

// frameworks returns the frameworks that start without a script of package.json, in the order in
// which they are looked for. PORT is in quotes, as a shell runs the command. An app that ignores
// PORT gets it as a flag.
func frameworks() []framework {
	var all []framework
	python := func(name string, entries ...entry) {
		dependency := regexp.MustCompile(`(?mi)(?:^|["'\s])` + name +
			`(?:\[[^\]]*\])?\s*(?:[=<>~!;"',(]|$)`)
		for _, manifest := range []string{"requirements.txt", "pyproject.toml"} {
			all = append(all, framework{name, "python", manifest, dependency, entries})
		}
	}
	python("Django", entry{"manage.py", `python3 manage.py runserver --noreload "127.0.0.1:$PORT"`})
	python("FastAPI",
		entry{"main.py", `python3 -m uvicorn main:app --port "$PORT"`},
		entry{"app.py", `python3 -m uvicorn app:app --port "$PORT"`},
		entry{"app/main.py", `python3 -m uvicorn app.main:app --port "$PORT"`})
	python("Flask",
		entry{"app.py", `python3 -m flask run --port "$PORT"`},
		entry{"wsgi.py", `python3 -m flask run --port "$PORT"`},
		entry{"main.py", `python3 -m flask --app main run --port "$PORT"`})
	gem := func(name, gem string, entries ...entry) {
		dependency := regexp.MustCompile(`(?m)^\s*gem\s*\(?\s*["']` + gem + `["']`)
		all = append(all, framework{name, "ruby", "Gemfile", dependency, entries})
	}
	gem("Rails", "rails", entry{"bin/rails", `bin/rails server --port "$PORT"`})
	gem("Sinatra", "sinatra",
		entry{"config.ru", `bundle exec rackup --port "$PORT"`},
		entry{"app.rb", `bundle exec ruby app.rb -p "$PORT"`},
		entry{"server.rb", `bundle exec ruby server.rb -p "$PORT"`})
	laravel := regexp.MustCompile(`"laravel/framework"\s*:`)
	all = append(all, framework{"Laravel", "php", "composer.json", laravel,
		[]entry{{"artisan", `php artisan serve --port "$PORT"`}}})
	return all
}

// findFramework finds the framework whose dependency a manifest names. Without a file to start it
// sets Why and goes on. A framework that is named but cannot be started does not end the search: a
// project may have several.
func (p *Project) findFramework(dir fs.FS) bool {
	for _, f := range frameworks() {
		text, err := fs.ReadFile(dir, f.manifest)
		if err != nil || !f.dependency.Match(withoutComments(text)) {
			continue
		}
		for _, e := range f.entries {
			if _, err := fs.Stat(dir, e.file); err == nil {
				p.kind, p.Framework, p.From, p.App = f.kind, f.name, e.file, e.command
				p.manifest = f.manifest
				return true
			}
		}
		p.because(f.manifest + " names " + f.name + ", but there is no " + fileList(f.entries))
	}
	return false
}

// noFramework says why nothing was recognised at all.
func noFramework(dir fs.FS) string {
	manifests := []string{"requirements.txt", "pyproject.toml", "Gemfile", "composer.json"}
	for _, name := range manifests {
		if _, err := fs.Stat(dir, name); err == nil {
			return name + " names no framework that init recognises, and there is no app.py"
		}
	}
	return "there is no package.json, " + strings.Join(manifests, ", ") + " or go.mod"
}

func withoutComments(text []byte) []byte {
	return regexp.MustCompile(`(?m)#.*$`).ReplaceAll(text, nil)
}

func fileList(entries []entry) string {
	var names []string
	for _, e := range entries {
		names = append(names, e.file)
	}
	return strings.Join(names, ", ")
}

// nodeFramework is a dependency of package.json by which a framework is recognised, and the command
// that starts it where there is no start script.
type nodeFramework struct{ dependency, name, command string }

// nodeFrameworks are in the order in which they are looked for: Nest is built on Express.
func nodeFrameworks() []nodeFramework {
	return []nodeFramework{
		{"next", "Next", `npx next dev --port "$PORT"`},
		{"@nestjs/core", "Nest", "npx nest start"},
		{"express", "Express", ""},
	}
}

// plainNode is a start script that needs nothing of npm.
var plainNode = lazy.Regexp(`^node [\w./-]+$`)

// findNode looks into package.json. Development dependencies do not count, since tests may have
// Express, too.
func (p *Project) findNode(dir fs.FS) bool {
	data, err := fs.ReadFile(dir, "package.json")
	if err != nil {
		return false
	}
	var file struct {
		Main         string
		Scripts      struct{ Start string }
		Dependencies map[string]any
	}
	if err := json.Unmarshal(data, &file); err != nil {
		p.because("package.json is not valid JSON: " + err.Error())
		return false
	}
	name, command := "", ""
	for _, f := range nodeFrameworks() {
		if _, ok := file.Dependencies[f.dependency]; ok {
			name, command = f.name, f.command
			break
		}
	}
	switch start := file.Scripts.Start; {
	case name == "Next" && (start == "" || start == "next start"):
		// next start would need a build first, so the development server is started.
	case plainNode().MatchString(start):
		command = start // without npm it starts sooner, and ends at once
	case start != "":
		command = "npm --silent start"
	case name == "Express":
		command = startFile(dir, file.Main)
	}
	if command == "" {
		p.because("package.json has no start script")
		return false
	}
	p.kind, p.Framework, p.From, p.App, p.manifest = "node", name, "package.json",
		command, "package.json"
	return true
}

// startFile starts the main file of a package, or a usual one; "" where there is none.
func startFile(dir fs.FS, main string) string {
	for _, file := range []string{strings.TrimPrefix(main, "./"), "server.js", "app.js", "index.js"} {
		if !fs.ValidPath(file) || !strings.HasSuffix(file, "js") {
			continue
		}
		if _, err := fs.Stat(dir, file); err == nil {
			return "node " + file
		}
	}
	return ""
}
