package audit

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	simscript "twilsim/testscript"
)

// TestScenarios checks that the scenario of each check passes with the tutorial's app.
func TestScenarios(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "scenarios")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range allChecks() {
		if text := c.file(); text != "" {
			n++
			if err := os.WriteFile(filepath.Join(dir, c.ID+".txtar"), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n < 15 {
		t.Errorf("%d checks have a scenario", n)
	}
	simscript.Run(t, simscript.Options{}, dir)
}

// TestPrograms audits the tutorial's apps with Express and Flask: nothing is wrong with them.
func TestPrograms(t *testing.T) {
	for _, tt := range []struct{ runtime, modules, command string }{
		{"node", "../../scenarios/apps/express/node_modules", "node scenarios/apps/express/server.js"},
		{"flask", "", simscript.Python() + " scenarios/apps/flask/app.py"},
	} {
		t.Run(tt.runtime, func(t *testing.T) {
			missing := simscript.Missing(tt.runtime)
			if _, err := os.Stat(tt.modules); err != nil && tt.modules != "" {
				missing = "run npm ci in scenarios/apps/express"
			}
			switch {
			case missing == "":
			case simscript.Required(tt.runtime):
				t.Fatalf("%s, and %s asks for it", missing, simscript.RequireVar)
			default:
				t.Skip(missing)
			}
			t.Chdir("../..")
			f, err := simscript.NewFixture(t.Context(), simscript.Options{
				App: simscript.Shell(tt.command), Timeout: time.Minute}, "audit")
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			account := f.Server.Account()
			target := Target{Inbound: f.PublicURL + "/sms", Status: f.PublicURL + "/status", Local: f.URL,
				AccountSID: account.SID, Token: account.Token, Calls: nothing}
			err = Run(t.Context(), target, Choice{}, func(r Result) {
				if r.Outcome == Fail || r.Outcome == Warn {
					t.Errorf("%s %s: %s: %s", r.ID, r.Title, r.Outcome, r.Text)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
