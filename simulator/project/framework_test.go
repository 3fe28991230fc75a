package project

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// TestFrameworks names, for each framework, the file that is found and the command that starts the
// app.
func TestFrameworks(t *testing.T) {
	tests := []struct {
		manifest, text, file    string
		framework, app, install string
	}{
		{"requirements.txt", "requests\nFlask==3.0\n", "app.py", "Flask", "python3 -m flask run ",
			"pip install -r"},
		{"requirements.txt", "flask[async]>=2 ; python_version > '3.8'\n", "main.py", "Flask",
			"--app main run", "pip install -r"},
		{"pyproject.toml", "dependencies = [\"flask>=3\"]\n", "wsgi.py", "Flask", "python3 -m flask run ",
			"pip install ."},
		{"pyproject.toml", "[tool.poetry.dependencies]\nflask = \"^3.0\"\n", "app.py", "Flask",
			"flask run", "pip install ."},
		{"requirements.txt", "fastapi\nuvicorn\n", "main.py", "FastAPI", "uvicorn main:app",
			"pip install -r"},
		{"requirements.txt", "fastapi[standard]~=0.110\n", "app/main.py", "FastAPI",
			"uvicorn app.main:app", "pip install -r"},
		{"requirements.txt", "Django>=5,<6\n", "manage.py", "Django", "manage.py runserver",
			"pip install -r"},
		{"Gemfile", "source 'https://rubygems.org'\ngem \"rails\", \"~> 8.0\"\n", "bin/rails", "Rails",
			"bin/rails server", "bundle install"},
		{"Gemfile", "gem 'sinatra'\n", "app.rb", "Sinatra", "bundle exec ruby app.rb", "bundle install"},
		{"Gemfile", "  gem('sinatra')\n", "config.ru", "Sinatra", "bundle exec rackup", "bundle install"},
		{"composer.json", `{"require": {"laravel/framework": "^12.0"}}`, "artisan", "Laravel",
			"php artisan serve", "composer install"},
		{"package.json", `{"main": "./web.js", "dependencies": {"express": "5"}}`, "web.js", "Express",
			"node web.js", "npm install"},
		{"package.json", `{"main": "../web.js", "dependencies": {"express": "5"}}`, "index.js", "Express",
			"node index.js", "npm install"},
		{"package.json", `{"scripts": {"start": "node s.js"}, "dependencies": {"express": "5"}}`, "s.js",
			"Express", "node s.js", "npm install"},
		{"package.json",
			`{"scripts": {"start": "nest start"}, "dependencies": {"@nestjs/core": "11", "express": "5"}}`,
			"src/main.ts", "Nest", "npm --silent start", "npm install"},
		{"package.json", `{"dependencies": {"@nestjs/core": "11"}}`, "src/main.ts", "Nest",
			"npx nest start", "npm install"},
		{"package.json", `{"scripts": {"start": "next start"}, "dependencies": {"next": "15"}}`,
			"app/page.js", "Next", "npx next dev", "npm install"},
	}
	for _, tt := range tests {
		dir := fstest.MapFS{tt.manifest: {Data: []byte(tt.text)}, tt.file: {}}
		p := Find(dir)
		if p.Framework != tt.framework || !strings.Contains(p.App, tt.app) || len(p.Why) > 0 {
			t.Errorf("%s %q: %s started with %q, %q; want %s with %q",
				tt.manifest, tt.text, p.Framework, p.App, p.Why, tt.framework, tt.app)
		}
		if !strings.Contains(p.workflow(), tt.install) {
			t.Errorf("%s %q: no step of the workflow runs %s", tt.manifest, tt.text, tt.install)
		}
		checkConfig(t, p)
		checkWorkflow(t, p)
	}
}

// TestWhy wants the reason where no app is found.
func TestWhy(t *testing.T) {
	tests := []struct{ manifest, text, want string }{
		{"requirements.txt", "Django\n", "requirements.txt names Django, but there is no manage.py"},
		{"pyproject.toml", "dependencies = ['fastapi']\n",
			"pyproject.toml names FastAPI, but there is no main.py, app.py, app/main.py"},
		{"Gemfile", "gem 'rails'\n", "Gemfile names Rails, but there is no bin/rails"},
		{"composer.json", `{"require": {"laravel/framework": "12"}}`,
			"names Laravel, but there is no artisan"},
		{"package.json", `{"dependencies": {"express": "5"}}`, "package.json has no start script"},
		{"requirements.txt", "# flask\ndjango-filter\nflask-cors\n",
			"requirements.txt names no framework that init recognises"},
		{"Gemfile", "# gem 'rails'\ngem 'rails-html-sanitizer'\n",
			"Gemfile names no framework that init recognises"},
		{"composer.json", `{"require": {"laravel/tinker": "2"}}`,
			"composer.json names no framework that init recognises"},
	}
	for _, tt := range tests {
		p := Find(fstest.MapFS{tt.manifest: {Data: []byte(tt.text)}})
		if p.App != "" || !strings.Contains(strings.Join(p.Why, "\n"), tt.want) {
			t.Errorf("%s %q: app %q, %q; want %q", tt.manifest, tt.text, p.App, p.Why, tt.want)
		}
	}
}

// TestGitignore wants the lines of a .gitignore to stay, and each line of ours to be there once.
func TestGitignore(t *testing.T) {
	tests := []struct{ before, want string }{
		{"", "/.twilsim/\n/twilsim.xml\n"},
		{"node_modules", "node_modules\n/.twilsim/\n/twilsim.xml\n"},
		{"/.twilsim\n", "/.twilsim\n/twilsim.xml\n"},
		{"twilsim.xml\r\n.twilsim/\r\n", "twilsim.xml\r\n.twilsim/\r\n"},
	}
	for _, tt := range tests {
		t.Chdir(t.TempDir())
		if tt.before != "" {
			if err := os.WriteFile(".gitignore", []byte(tt.before), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		names, err := Project{}.Write(false)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(".gitignore")
		if err != nil || string(got) != tt.want {
			t.Errorf("%q became %q, %v, want %q (wrote %q)", tt.before, got, err, tt.want, names)
		}
	}
}
