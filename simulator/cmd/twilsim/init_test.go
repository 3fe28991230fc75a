package main

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

var projectTests = []struct {
	name  string
	files map[string]string
	want  project
}{
	{"nothing", nil, project{}},
	{"node", map[string]string{"package.json": `{"scripts":{"start":"node src/server.js"}}`, "package-lock.json": "{}"},
		project{app: "node src/server.js", from: "package.json", kind: "node", lock: true}},
	{"npm", map[string]string{"package.json": `{"scripts":{"start":"NODE_ENV=dev tsx server.ts"}}`},
		project{app: "npm --silent start", from: "package.json", kind: "node"}},
	{"no start script", map[string]string{"package.json": `{"scripts":{"test":"jest"}}`}, project{}},
	{"broken package.json", map[string]string{"package.json": `{`}, project{}},
	{"python program", map[string]string{"requirements.txt": "", "app.py": "if __name__ == '__main__':\n  app.run()\n"},
		project{app: "python3 app.py", from: "app.py", kind: "python"}},
	{"flask", map[string]string{"requirements.txt": "flask", "app.py": "app = Flask(__name__)\n"},
		project{app: `python3 -m flask run --port "$PORT"`, from: "app.py", kind: "python"}},
	{"app.py alone", map[string]string{"app.py": ""}, project{}},
	{"go", map[string]string{"go.mod": "module shop\n", "main.go": "// Shop.\npackage main\n", "other.go": "package main\n"},
		project{app: "go run .", from: "go.mod", kind: "go", mod: true}},
	{"go below cmd", map[string]string{"go.mod": "module shop\n", "shop.go": "package shop\n", "cmd/shop/main.go": "package main\n"},
		project{app: "go run ./cmd/shop", from: "go.mod", kind: "go", mod: true}},
	{"several programs", map[string]string{"go.mod": "module shop\n", "cmd/a/a.go": "package main\n", "cmd/b/b.go": "package main\n"},
		project{mod: true}},
	{"a library", map[string]string{"go.mod": "module shop\n", "shop.go": "package shop\n", "x_test.go": "package main\n"}, project{mod: true}},
	{"tool", map[string]string{"go.mod": "module shop\n\ntool (\n\tother/tool\n\ttwilsim/simulator/cmd/twilsim\n)\n\nreplace twilsim => ./tools/twilsim\n"},
		project{mod: true, tool: true}},
	{"tool beside the repository", map[string]string{"go.mod": "tool twilsim/simulator/cmd/twilsim\nreplace twilsim => ../twilsim\n"},
		project{mod: true}},
	{"node before go", map[string]string{"package.json": `{"scripts":{"start":"node ."}}`, "go.mod": "module x\n", "main.go": "package main\n"},
		project{app: "node .", from: "package.json", kind: "node", mod: true}},
}

func TestFindProject(t *testing.T) {
	for _, tt := range projectTests {
		t.Run(tt.name, func(t *testing.T) {
			dir := fstest.MapFS{}
			for name, text := range tt.files {
				dir[name] = &fstest.MapFile{Data: []byte(text)}
			}
			got := findProject(dir)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(project{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			checkConfig(t, got)
			checkWorkflow(t, got)
		})
	}
}

// checkConfig wants a file that twilsim takes, with the app that was found.
func checkConfig(t *testing.T, p project) {
	t.Helper()
	cfg, err := parseConfig("x.yaml", []byte(p.config()), configKeys())
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	if p.app != "" {
		want = []string{p.app}
	}
	if diff := cmp.Diff(want, cfg.values["app"].words); diff != "" {
		t.Errorf("app (-want +got):\n%s", diff)
	}
}

// checkWorkflow wants YAML with steps of which each does one thing, and among them the one that matters.
func checkWorkflow(t *testing.T, p project) {
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
	if !slices.Contains(runs, p.command()+" run -junit twilsim.xml") {
		t.Errorf("no step runs the scenarios:\n%s", p.workflow())
	}
}
