package project

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"twilsim/simulator/config"
)

const noMain = "go.mod has no main package in the folder itself or below cmd"

var projectTests = []struct {
	name  string
	files map[string]string
	want  Project
}{
	{"nothing", nil,
		Project{Why: []string{"there is no package.json, requirements.txt, pyproject.toml, Gemfile, " +
			"composer.json or go.mod"}}},
	{"node", map[string]string{"package.json": `{"scripts":{"start":"node src/server.js"}}`,
		"package-lock.json": "{}"},
		Project{App: "node src/server.js", From: "package.json", kind: "node", manifest: "package.json",
			lock: true}},
	{"npm", map[string]string{"package.json": `{"scripts":{"start":"NODE_ENV=dev tsx server.ts"}}`},
		Project{App: "npm --silent start", From: "package.json", kind: "node", manifest: "package.json"}},
	{"no start script", map[string]string{"package.json": `{"scripts":{"test":"jest"}}`},
		Project{Why: []string{"package.json has no start script"}}},
	{"broken package.json", map[string]string{"package.json": `{`},
		Project{Why: []string{"package.json is not valid JSON: unexpected end of JSON input"}}},
	{"python program", map[string]string{"requirements.txt": "",
		"app.py": "if __name__ == '__main__':\n  app.run()\n"},
		Project{App: "python3 app.py", From: "app.py", kind: "python", manifest: "requirements.txt"}},
	{"flask", map[string]string{"requirements.txt": "flask", "app.py": "app = Flask(__name__)\n"},
		Project{App: `python3 -m flask run --port "$PORT"`, Framework: "Flask", From: "app.py",
			kind:     "python",
			manifest: "requirements.txt"}},
	{"app.py alone", map[string]string{"app.py": ""},
		Project{Why: []string{"app.py has no requirements.txt beside it"}}},
	{"go", map[string]string{"go.mod": "module shop\n", "main.go": "// Shop.\npackage main\n",
		"other.go": "package main\n"},
		Project{App: "go run .", From: "go.mod", kind: "go", mod: true}},
	{"go below cmd", map[string]string{"go.mod": "module shop\n", "shop.go": "package shop\n",
		"cmd/shop/main.go": "package main\n"},
		Project{App: "go run ./cmd/shop", From: "go.mod", kind: "go", mod: true}},
	{"several programs", map[string]string{"go.mod": "module shop\n", "cmd/a/a.go": "package main\n",
		"cmd/b/b.go": "package main\n"},
		Project{mod: true, Why: []string{"there are several programs: ./cmd/a, ./cmd/b"}}},
	{"a library", map[string]string{"go.mod": "module shop\n", "shop.go": "package shop\n",
		"x_test.go": "package main\n"},
		Project{mod: true, Why: []string{noMain}}},
	{"tool", map[string]string{"go.mod": "module shop\n\ntool (\n\tother/tool\n" +
		"\ttwilsim/simulator/cmd/twilsim\n)\n\nreplace twilsim => ./tools/twilsim\n"},
		Project{mod: true, Tool: true, Why: []string{noMain}}},
	{"tool beside the repository",
		map[string]string{"go.mod": "tool twilsim/simulator/cmd/twilsim\nreplace twilsim => " +
			"../twilsim\n"},
		Project{mod: true, Why: []string{noMain}}},
	{"node before go", map[string]string{"package.json": `{"scripts":{"start":"node ."}}`,
		"go.mod": "module x\n", "main.go": "package main\n"},
		Project{App: "node .", From: "package.json", kind: "node", manifest: "package.json", mod: true}},
}

func TestFind(t *testing.T) {
	for _, tt := range projectTests {
		t.Run(tt.name, func(t *testing.T) {
			dir := fstest.MapFS{}
			for name, text := range tt.files {
				dir[name] = &fstest.MapFile{Data: []byte(text)}
			}
			got := Find(dir)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(Project{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			checkConfig(t, got)
			checkWorkflow(t, got)
		})
	}
}

// checkConfig wants a file that twilsim takes, with the app that was found.
func checkConfig(t *testing.T, p Project) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(name, []byte(p.config()), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.ReadFile("", name)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	if p.App != "" {
		want = []string{p.App}
	}
	if diff := cmp.Diff(want, cfg.Values["app"].Words); diff != "" {
		t.Errorf("app (-want +got):\n%s", diff)
	}
}

// checkWorkflow wants YAML with steps of which each does one thing, and among them the one that
// matters.
func checkWorkflow(t *testing.T, p Project) {
	t.Helper()
	var file struct {
		Jobs map[string]struct {
			RunsOn string `yaml:"runs-on"`
			Steps  []struct{ Name, Uses, Run string }
		}
	}
	if err := yaml.Unmarshal([]byte(p.workflow()), &file); err != nil {
		t.Fatalf("%v\n%s", err, p.workflow())
	}
	var runs []string
	for _, step := range file.Jobs["scenarios"].Steps {
		if (step.Uses == "") == (step.Run == "") {
			t.Errorf("a step that runs and uses: %+v", step)
		}
		runs = append(runs, step.Run)
	}
	if !slices.Contains(runs, p.Command()+" run -junit twilsim.xml") {
		t.Errorf("no step runs the scenarios:\n%s", p.workflow())
	}
}
