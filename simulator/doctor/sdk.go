package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// language is one for which Twilio has an SDK: how to ask its runtime for its version, how to find
// the SDK in a project, and what the SDK reads that leads it to the simulator (F-476 to F-482).
type language struct {
	runtime string
	command []string
	version string // a regular expression for the command's output; its group is the version
	sdk     string
	find    func(dir string) (version, where string)
	honours string
	// addsFlags says that the SDK reads no proxy variables and needs the flags that exec adds.
	addsFlags bool
	// hint is the usual reason why such a program reached no proxy.
	hint string
}

func languages() []language {
	const tls = ", SSL_CERT_FILE"
	return []language{
		{runtime: "node", command: []string{"node", "--version"}, version: versionNumber,
			sdk:     "twilio",
			find:    findNode,
			honours: "HTTP_PROXY, NODE_EXTRA_CA_CERTS",
			hint: "Node's own fetch and http read no proxy variables; " +
				"the SDK reads HTTP_PROXY, unless it was given an httpClient"},
		{runtime: "python3", command: []string{"python3", "-B", "-c", pythonVersions},
			version: versionNumber,
			sdk:     "twilio", find: findPython,
			honours: "HTTPS_PROXY, REQUESTS_CA_BUNDLE",
			hint:    "the SDK's AsyncTwilioHttpClient reads no variables: pass it proxy_url"},
		{runtime: "ruby", command: []string{"ruby", "--version"}, version: versionNumber,
			sdk: "twilio-ruby", find: findIn(rubySDK, "Gemfile.lock"),
			honours: "HTTPS_PROXY" + tls},
		{runtime: "php", command: []string{"php", "--version"}, version: versionNumber,
			sdk:     "twilio/sdk",
			find:    findPHP,
			honours: "HTTPS_PROXY, PHP_INI_SCAN_DIR",
			hint:    "php -n reads no ini file, and so does not trust the CA"},
		{runtime: "java", command: []string{"java", "-version"}, version: javaVersion,
			sdk: "twilio", find: findJava,
			honours: "JAVA_TOOL_OPTIONS", addsFlags: true,
			hint: "Java reads only JAVA_TOOL_OPTIONS: a launcher may clear it, " +
				"and a client may have its own ProxySelector"},
		{runtime: "go", command: []string{"go", "version"}, version: versionNumber,
			sdk: "twilio-go", find: findIn(goSDK, "go.mod"),
			honours: "HTTPS_PROXY" +
				tls, hint: "an http.Transport of your own needs Proxy: http.ProxyFromEnvironment"},
		{runtime: "dotnet", command: []string{"dotnet", "--version"}, version: versionNumber,
			sdk: "Twilio", find: findIn(dotnetSDK, "*.csproj"),
			honours: "HTTPS_PROXY" + tls + " (not verified by us)"},
	}
}

// How manifests name the SDK; the group is its version. They are compiled when they are needed,
// because otherwise every command would pay for that when it starts.
const (
	pythonSDK = `(?mi)^\s*["']?twilio\s*(?:\[[^\]]*\])?\s*((?:==|~=|>=|<=|!=|<|>)[^#;` +
		`"'\n]*)?\s*(?:[#;"',]|$)`
	poetrySDK = `(?mi)^twilio\s*=\s*["']([^"']+)`
	rubySDK   = `(?m)^ +twilio-ruby \(([^)]+)\)`
	goSDK     = `github\.com/twilio/twilio-go v(\S+)`
	mavenSDK  = `<groupId>\s*com\.twilio\.sdk\s*</groupId>` +
		`\s*<artifactId>\s*twilio\s*</artifactId>` +
		`\s*(?:<version>\s*([^<\s]+)\s*</version>)?`
	gradleSDK = `com\.twilio\.sdk:twilio:([^"'\s)]+)`
	dotnetSDK = `<PackageReference\s+Include="Twilio"\s+Version="([^"]+)"`
)

// What the runtimes print about themselves.
const (
	versionNumber   = `(\d+(?:\.\d+)+)`
	javaVersion     = `version "([^"]+)"`
	pythonInstalled = `(?m)^twilio (\S+)`
)

// pythonVersions prints the version of Python and, where the package is installed, of the SDK.
const pythonVersions = `import platform; print(platform.python_version())
try:
    import importlib.metadata as m; print("twilio", m.version("twilio"))
except Exception:
    pass`

// installed is a runtime on this machine.
type installed struct {
	language
	found   bool
	version string
	printed string
}

// askRuntimes finds the runtimes, all at once because a JVM takes a while. Each goroutine writes
// one element of the list.
func askRuntimes(ctx context.Context, all []language) []installed {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	list := make([]installed, len(all))
	var asking sync.WaitGroup
	for i, l := range all {
		list[i].language = l
		path, err := exec.LookPath(l.command[0])
		if err != nil {
			continue
		}
		asking.Go(func() {
			out, err := exec.CommandContext(ctx, path, l.command[1:]...).CombinedOutput()
			list[i].printed = string(out)
			m := regexp.MustCompile(l.version).FindStringSubmatch(list[i].printed)
			if err == nil && m != nil { // otherwise it is a stub that only prints an error
				list[i].found, list[i].version = true, m[1]
			}
		})
	}
	asking.Wait()
	return list
}

// checkRuntimes says for each SDK of the project how it reaches the simulator, and names the other
// runtimes. For Python, what is installed says more than what a file asks for.
func (e *examination) checkRuntimes(ctx context.Context) {
	var others []string
	for _, r := range askRuntimes(ctx, languages()) {
		version, where := r.find(e.Dir)
		if m := regexp.MustCompile(pythonInstalled).FindStringSubmatch(r.printed); m != nil &&
			r.runtime == "python3" {
			version, where = m[1], "its packages"
		}
		name := strings.TrimSpace(r.runtime + " " + r.version)
		sdk := strings.TrimSpace(r.sdk + " " + version)
		switch {
		case where == "" && r.found:
			others = append(others, name)
		case where == "":
		case !r.found:
			e.warn(name, sdk+" is in "+where+", but "+r.runtime+" does not run here", "", "")
		case r.addsFlags:
			e.warn(name, sdk+" in "+where+
				" reads no proxy variables; it needs the flags that twilsim exec adds",
				"", "twilsim exec -- CMD")
		case r.runtime == "python3" && ignoresCA(version):
			e.ok(name, sdk+" in "+where+
				"   honours HTTPS_PROXY; up to 7.9.0 it ignores REQUESTS_CA_BUNDLE, "+
				"which twilsim exec makes up for with PYTHONPATH")
		default:
			e.ok(name, sdk+" in "+where+"   honours "+r.honours)
		}
	}
	if len(others) > 0 {
		e.ok("runtimes", strings.Join(others, ", ")+": no Twilio SDK in this directory")
	}
}

// ignoresCA reports whether a version of Twilio's SDK for Python ignores the CA variables: 7.9.0
// and older (F-477). It is false for a range of versions, which says nothing about the installed
// one.
func ignoresCA(version string) bool {
	var major, minor, patch int
	n, _ := fmt.Sscanf(strings.TrimPrefix(version, "=="), "%d.%d.%d", &major, &minor, &patch)
	return n == 3 && (major < 7 || major == 7 && (minor < 9 || minor == 9 && patch == 0))
}

// findIn looks for the SDK in files of these names. where is "" if no file names the SDK; a file
// that cannot be read is passed over.
func findIn(pattern string, names ...string) func(dir string) (version, where string) {
	return func(dir string) (version, where string) {
		sdk := regexp.MustCompile(pattern)
		for _, name := range names {
			// the pattern is valid: it is one of ours
			files, _ := filepath.Glob(filepath.Join(dir, name))
			for _, file := range files {
				data, err := os.ReadFile(file)
				if err != nil {
					continue
				}
				if m := sdk.FindSubmatch(data); m != nil {
					return strings.TrimSpace(string(m[1])), filepath.Base(file)
				}
			}
		}
		return "", ""
	}
}

func findPython(dir string) (version, where string) {
	if version, where = findIn(pythonSDK, "requirements*.txt", "pyproject.toml")(dir); where != "" {
		return version, where
	}
	return findIn(poetrySDK, "pyproject.toml", "Pipfile")(dir)
}

func findJava(dir string) (version, where string) {
	if version, where = findIn(mavenSDK, "pom.xml")(dir); where != "" {
		return version, where
	}
	return findIn(gradleSDK, "build.gradle", "build.gradle.kts")(dir)
}

// findNode reads the version that is installed, or else the one that package.json asks for.
func findNode(dir string) (version, where string) {
	var module struct{ Version string }
	if readJSON(filepath.Join(dir, "node_modules", "twilio", "package.json"), &module) {
		return module.Version, "node_modules"
	}
	var project struct{ Dependencies, DevDependencies map[string]string }
	if readJSON(filepath.Join(dir, "package.json"), &project) {
		for _, list := range []map[string]string{project.Dependencies, project.DevDependencies} {
			if version, ok := list["twilio"]; ok {
				return version, "package.json, not installed"
			}
		}
	}
	return "", ""
}

func findPHP(dir string) (version, where string) {
	var lock struct {
		Packages []struct{ Name, Version string }
	}
	if readJSON(filepath.Join(dir, "composer.lock"), &lock) {
		for _, p := range lock.Packages {
			if p.Name == "twilio/sdk" {
				return p.Version, "composer.lock"
			}
		}
	}
	return "", ""
}

func readJSON(file string, v any) bool {
	data, err := os.ReadFile(file)
	return err == nil && json.Unmarshal(data, v) == nil
}
