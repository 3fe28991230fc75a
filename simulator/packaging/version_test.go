package packaging

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestVersionOf(t *testing.T) {
	tests := []struct{ described, want, python string }{
		{"v1.2.3-0-g0b1c2d3", "1.2.3", "1.2.3"},
		{"v1.2.3-0-g0b1c2d3-dirty", "1.2.4-dev.0.g0b1c2d3.dirty", "1.2.4.dev0+g0b1c2d3.dirty"},
		{"v1.2.9-4-g0b1c2d3", "1.2.10-dev.4.g0b1c2d3", "1.2.10.dev4+g0b1c2d3"},
		{"v1.2.0-rc.1-0-g0b1c2d3", "1.2.0-rc.1", "1.2.0rc1"},
		{"v1.2.0-beta.2-3-g0b1c2d3", "1.2.0-dev.3.g0b1c2d3", "1.2.0.dev3+g0b1c2d3"},
		{"v0.0.0-817-g0b1c2d3", "0.0.0-dev.817.g0b1c2d3", "0.0.0.dev817+g0b1c2d3"},
	}
	for _, tt := range tests {
		got, err := versionOf(tt.described)
		if err != nil || string(got) != tt.want || got.Python() != tt.python {
			t.Errorf("versionOf(%q) = %q, %v, for Python %q; want %q and %q",
				tt.described, got, err, got.Python(), tt.want, tt.python)
		}
	}
	for _, bad := range []string{"", "v1.2.3", "v1.2-0-g0b1c2d3", "v01.2.3-0-g0b1c2d3",
		"v1.2.3-next-0-g0b1c2d3"} {
		if got, err := versionOf(bad); err == nil {
			t.Errorf("versionOf(%q) = %q, want an error", bad, got)
		}
	}
}

func TestParseVersion(t *testing.T) {
	for _, good := range []string{"1.2.3", "v1.2.3", "v1.2.3-rc.1", "0.0.0-dev.0"} {
		if _, err := ParseVersion(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "1.2", "latest", "1.2.3-rc1", "1.2.3+x", "1.2.3 -X main.x=y",
		"1.2.3\n"} {
		if got, err := ParseVersion(bad); err == nil {
			t.Errorf("ParseVersion(%q) = %q, want an error", bad, got)
		}
	}
}

// TestFindSource asks about a repository before and after its first tag, and about a folder that
// is not one.
func TestFindSource(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "")
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE=1700000000 +0000",
			"GIT_COMMITTER_DATE=1700000000 +0000",
			"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	find := func() Source {
		t.Helper()
		s, err := FindSource(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(dir))
	if got := find(); got.Version != "0.0.0-dev.0" || got.Time.Year() != 1980 {
		t.Errorf("without git: %v", got)
	}
	run("init", "-q")
	run("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m",
		"first")
	want := time.Unix(1700000000, 0)
	if got := find(); !strings.HasPrefix(string(got.Version), "0.0.0-dev.1.g") ||
		!got.Time.Equal(want) {
		t.Errorf("without a tag: %v", got)
	}
	run("tag", "v1.2.3")
	if got := find(); got.Version != "1.2.3" || !got.Time.Equal(want) {
		t.Errorf("with a tag: %v", got)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1600000000")
	if got := find(); !got.Time.Equal(time.Unix(1600000000, 0)) {
		t.Errorf("with SOURCE_DATE_EPOCH: %v", got)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if got, err := FindSource(t.Context(), dir); err == nil {
		t.Errorf("with a bad SOURCE_DATE_EPOCH: %v, want an error", got)
	}
}

func TestParsePlatform(t *testing.T) {
	for _, want := range Platforms() {
		if got, err := ParsePlatform(want.String()); err != nil || got != want {
			t.Errorf("ParsePlatform(%q) = %v, %v", want, got, err)
		}
	}
	_, err := ParsePlatform("linux/amd46")
	if want := `unknown platform "linux/amd46": did you mean linux/amd64?`; err == nil ||
		err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
