//go:build !race

package firststeps

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"twilsim/simulator/packaging"
)

// step is a step of a workflow, as far as the test runs it.
type step struct {
	Name, Uses, Run, If string
	With                map[string]string
}

// projects are three apps that need nothing but their runtime: they answer each text, and take the
// callbacks.
var projects = []struct {
	name     string
	programs []string
	files    map[string]string
	app      string // what init finds
}{
	{"Node", []string{"node", "npm", "npx"}, map[string]string{
		"package.json": `{"name": "shop", "version": "1.0.0", "scripts": {"start": "node server.js"}}`,
		"server.js": `require('node:http').createServer((req, res) => {
  req.resume().on('end', () => {
    res.setHeader('Content-Type', 'text/xml')
    res.end(req.url !== '/sms' ? '' :
      '<Response><Message action="/status">Thanks!</Message></Response>')
  })
}).listen(process.env.PORT)
`,
	}, "node server.js"},
	{"Python", []string{"python3"}, map[string]string{
		"requirements.txt": "",
		"app.py": `import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class App(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        reply = b'<Response><Message action="/status">Thanks!</Message></Response>'
        answer = reply if self.path == "/sms" else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(os.environ["PORT"])), App).serve_forever()
`,
	}, "python3 app.py"},
	{"Go", []string{"go"}, map[string]string{
		"go.mod": "module shop\n\ngo 1.25\n",
		"main.go": `package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/sms", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, "<Response><Message action=\"/status\">Thanks!</Message></Response>")
	})
	http.HandleFunc("/status", func(http.ResponseWriter, *http.Request) {})
	http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil)
}
`,
	}, "go run ."},
}

// TestWorkflow runs the workflow that init writes for three projects, step by step in a clean
// checkout. The actions of GitHub are played: a checkout is a clone, a runtime is there already,
// and twilsim is installed by its own action from a release that the test serves.
func TestWorkflow(t *testing.T) {
	here, binary := build(t)
	releases := serveRelease(t, here, binary)
	for _, project := range projects {
		t.Run(project.name, func(t *testing.T) {
			m := newMachine(t, append(project.programs, installerPrograms()...)...)
			if project.name == "Go" {
				prepareGo(t, m)
			}
			if project.name == "Python" { // where pip is, as with actions/setup-python
				m.enter(t, m.dir, "python3 -m venv runtime")
				m.prepend(filepath.Join(m.dir, "runtime", "bin"))
			}
			origin := filepath.Join(m.dir, "origin")
			for name, text := range project.files {
				write(t, filepath.Join(origin, name), text)
			}
			program := filepath.Join(m.dir, "twilsim-here")
			write(t, program, string(binary))
			if err := os.Chmod(program, 0o700); err != nil {
				t.Fatal(err)
			}
			if out := m.enter(t, origin, program+" init"); !strings.Contains(out,
				project.app+"   found in") {
				t.Fatalf("init did not find %s", project.app)
			}
			makeDir(t, filepath.Join(m.dir, "temp"))
			m.env = append(m.env, "TWILSIM_RELEASES="+releases, "RUNNER_TEMP="+filepath.Join(m.dir, "temp"))
			m.runWorkflow(t, origin)
		})
	}
}

// installerPrograms are what the action's script needs beside a shell.
func installerPrograms() []string {
	return []string{"bash", "curl", "tar", "gzip", "sha256sum", "uname", "mktemp", "mkdir", "mv", "rm",
		"cp", "cat", "grep",
		"awk", "sed", "tr", "cut", "head", "chmod", "dirname", "basename", "ls", "find"}
}

func (m *machine) prepend(dir string) {
	for i, v := range m.env {
		if rest, ok := strings.CutPrefix(v, "PATH="); ok {
			m.env[i] = "PATH=" + dir + ":" + rest
		}
	}
}

// runWorkflow runs the steps of the workflow in a copy of what git would have.
func (m *machine) runWorkflow(t *testing.T, origin string) {
	var file struct {
		Jobs map[string]struct{ Steps []step }
	}
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(origin, ".github/workflows/twilsim.yml"))),
		&file); err != nil {
		t.Fatal(err)
	}
	clean := filepath.Join(m.dir, "clean")
	for _, s := range file.Jobs["scenarios"].Steps {
		switch {
		case strings.Contains(s.If, "TWILSIM_REPOSITORY == ''"),
			strings.Contains(s.If, "TWILSIM_REF != ''"):
			// the variables of the repository are TWILSIM_REPOSITORY alone
		case s.Run != "":
			m.enter(t, clean, s.Run)
		case strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["path"] != "":
			copyTree(t, filepath.Join(root(t), ".github/actions"),
				filepath.Join(clean, s.With["path"], ".github/actions"))
		case strings.HasPrefix(s.Uses, "actions/checkout@"):
			checkout(t, origin, clean)
		case strings.HasPrefix(s.Uses, "actions/setup-"):
			// the runtime is there
		case strings.HasPrefix(s.Uses, "./"):
			m.installTwilsim(t, filepath.Join(clean, s.Uses), s.With["version"])
		case strings.HasPrefix(s.Uses, "actions/upload-artifact@"):
			report := read(t, filepath.Join(clean, strings.Fields(s.With["path"])[0]))
			if !strings.Contains(report, "<testsuite") || strings.Contains(report, "<failure") {
				t.Errorf("the report that would be uploaded:\n%s", report)
			}
		default:
			t.Errorf("a step that the test does not know: %+v", s)
		}
	}
}

// installTwilsim plays the action of twilsim: it runs the action's script.
func (m *machine) installTwilsim(t *testing.T, action, version string) {
	if !strings.Contains(version, "'latest'") {
		t.Errorf("the version %q has no default", version)
	}
	paths := filepath.Join(m.dir, "paths")
	m.env = append(m.env, "VERSION=latest", "REPOSITORY=me/twilsim", "GITHUB_PATH="+paths)
	m.enter(t, m.dir, "bash "+filepath.Join(action, "install.sh"))
	m.prepend(strings.TrimSpace(read(t, paths)))
}

// checkout copies what a repository has: all files but those that .gitignore names, which are none
// yet.
func checkout(t *testing.T, from, to string) {
	git := func(dir string, args ...string) {
		cmd := exec.CommandContext(t.Context(), "git",
			append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@t.example"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git(from, "init", "-q")
	git(from, "add", "-A")
	git(from, "commit", "-q", "-m", "shop")
	git(from, "clone", "-q", from, to)
}

func copyTree(t *testing.T, from, to string) {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// serveRelease serves a release with the archive for this machine, as GitHub does.
func serveRelease(t *testing.T, here packaging.Platform, binary []byte) (url string) {
	program := packaging.File{Name: here.Executable(), Data: binary, Executable: true}
	data, err := packaging.TarGzip([]packaging.File{program}, time.Unix(1e9, 0))
	if err != nil {
		t.Fatal(err)
	}
	name := "twilsim_" + version + "_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
	files := map[string][]byte{name: data, "checksums.txt": fmt.Appendf(nil, "%x  %s\n",
		sha256.Sum256(data), name)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, file, _ := strings.Cut(r.URL.Path, "/download/")
		if i := strings.LastIndex(file, "/"); i >= 0 {
			file = file[i+1:]
		}
		data, there := files[file]
		if !there {
			http.NotFound(w, r)
			return
		}
		w.Write(data)
	}))
	t.Cleanup(server.Close)
	return server.URL
}
