package signature_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	simscript "twilsim/testscript"
)

// modules has the SDK for Node: it is the tutorial's app with Express.
const modules = "../../scenarios/apps/express"

// site is an Express app behind the SDK's middleware.
type site struct {
	Token      string
	Options    siteOptions
	TrustProxy bool // X-Forwarded-Proto says what the scheme was
	RawBody    bool // the app keeps the bytes of a JSON body, as the middleware wants them
}

// siteOptions are those of the middleware.
type siteOptions struct {
	URL      string `json:"url,omitempty"`
	Host     string `json:"host,omitempty"`
	Protocol string `json:"protocol,omitempty"`
}

// askNode returns what the SDK for Node says of each row, or nil where there is no Node.
func askNode(t *testing.T, rows []check) []bool {
	for i := range rows {
		rows[i].Params = rows[i].read
		if rows[i].json != "" {
			rows[i].Body = &rows[i].json
		}
	}
	if missing := missingNode(t); missing != "" {
		t.Logf("the SDK for Node is not asked: %s", missing)
		return nil
	}
	answers, _ := startNode(t, rows, nil)
	return answers
}

// startNode starts the one process: it answers the checks, and serves the sites, at the ports,
// until the test ends.
func startNode(t *testing.T, checks []check, sites []site) (answers []bool, ports []int) {
	t.Helper()
	cmd := exec.Command("node", "testdata/judges.js", modules)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // it ends with its stdin
		_ = in.Close()
		_ = cmd.Wait()
	})
	if err := json.NewEncoder(in).Encode(map[string]any{"checks": checks,
		"sites": sites}); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	var answer struct {
		Answers []bool
		Ports   []int
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	if len(answer.Answers) != len(checks) || len(answer.Ports) != len(sites) {
		t.Fatalf("%d answers for %d checks, %d ports for %d sites", len(answer.Answers), len(checks),
			len(answer.Ports), len(sites))
	}
	return answer.Answers, answer.Ports
}

// missingNode says why the SDK for Node cannot be asked, "" where it can. Where TWILSIM_REQUIRE
// asks for it the test fails.
func missingNode(t *testing.T) string {
	t.Helper()
	missing := simscript.Missing("node")
	if _, err := os.Stat(filepath.Join(modules, "node_modules")); missing == "" && err != nil {
		missing = "the modules are not installed: run npm ci in scenarios/apps/express"
	}
	if missing != "" && simscript.Required("node") {
		t.Fatalf("%s, and %s asks for it", missing, simscript.RequireVar)
	}
	return missing
}
