package packaging

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Version is the version of a release, in the form of semver.org without build metadata: 1.2.3,
// 1.2.3-rc.1, or 0.0.0-dev.12.g0b1c2d3 for a commit that has no tag of its own.
type Version string

var (
	release = `(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)`
	semver  = regexp.MustCompile(`^(` + release +
		`)(?:-(alpha|beta|rc)\.(\d+)|-dev\.(\d+)(?:\.g([0-9a-f]+)(\.dirty)?)?)?$`)
	description = regexp.MustCompile(`^v?(.+)-(\d+)-g([0-9a-f]+)(-dirty)?$`)
)

// ParseVersion reads a version, with or without the v of a tag.
func ParseVersion(text string) (Version, error) {
	v := strings.TrimPrefix(text, "v")
	if !semver.MatchString(v) {
		return "", fmt.Errorf("bad version %q: write v1.2.3, or v1.2.3-rc.1 (alpha, beta or rc)", text)
	}
	return Version(v), nil
}

// Source is the commit that a release is built from.
type Source struct {
	Version Version
	// Time is when it was committed, in whole seconds of UTC; all files of the release have it.
	Time time.Time
}

// FindSource asks git about the tree in dir. The version is the tag of the commit; a later commit
// is a pre-release of the next patch, and without any tag the version begins with 0.0.0-dev. The
// variable SOURCE_DATE_EPOCH, seconds since 1970, replaces the time of the commit. Without git,
// for example in an unpacked archive, the version is 0.0.0-dev.0 and the time is 1980-01-01, the
// first that a zip file can hold.
func FindSource(ctx context.Context, dir string) (Source, error) {
	s := Source{Version: "0.0.0-dev.0", Time: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	if seconds, err := git(ctx, dir, "log", "-1", "--format=%ct"); err == nil {
		if s.Time, err = parseSeconds(seconds); err != nil {
			return s, fmt.Errorf("git log: %w", err)
		}
		text, err := describe(ctx, dir)
		if err != nil {
			return s, err
		}
		if s.Version, err = versionOf(text); err != nil {
			return s, err
		}
	}
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		var err error
		if s.Time, err = parseSeconds(epoch); err != nil {
			return s, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
		}
	}
	return s, nil
}

// describe returns what git describe says, or the like with v0.0.0 where no tag is reachable.
func describe(ctx context.Context, dir string) (string, error) {
	text, err := git(ctx, dir, "describe", "--tags", "--match=v[0-9]*", "--long", "--abbrev=12",
		"--dirty")
	if err == nil {
		return text, nil
	}
	count, err := git(ctx, dir, "rev-list", "--count", "HEAD")
	if err != nil {
		return "", err
	}
	commit, err := git(ctx, dir, "describe", "--always", "--abbrev=12", "--dirty", "--exclude=*")
	if err != nil {
		return "", err
	}
	return "v0.0.0-" + count + "-g" + commit, nil
}

// versionOf makes a version of what git describe --long says: v1.2.3-0-g0b1c2d3 is 1.2.3, and
// v1.2.3-4-g0b1c2d3 is 1.2.4-dev.4.g0b1c2d3.
func versionOf(described string) (Version, error) {
	m := description.FindStringSubmatch(described)
	if m == nil {
		return "", fmt.Errorf("git describe says %q, which is not TAG-N-gCOMMIT", described)
	}
	tag, n, commit, dirty := m[1], m[2], m[3], strings.Replace(m[4], "-", ".", 1)
	v, err := ParseVersion(tag)
	if err != nil {
		return "", fmt.Errorf("the tag v%s: %w", tag, err)
	}
	if n == "0" && dirty == "" {
		return v, nil
	}
	base, pre, _ := strings.Cut(string(v), "-")
	if pre == "" && base != "0.0.0" {
		dot := strings.LastIndexByte(base, '.') + 1
		patch, err := strconv.Atoi(base[dot:])
		if err != nil {
			return "", fmt.Errorf("the tag v%s: %w", tag, err)
		}
		base = base[:dot] + strconv.Itoa(patch+1)
	}
	return ParseVersion(base + "-dev." + n + ".g" + commit + dirty)
}

// Python returns the version as PEP 440 writes it: 1.2.3rc1, 1.2.3.dev4+g0b1c2d3.
func (v Version) Python() string {
	m := semver.FindStringSubmatch(string(v))
	if m == nil {
		return string(v)
	}
	base, kind, number, dev, commit, dirty := m[1], m[2], m[3], m[4], m[5], m[6]
	switch {
	case kind != "":
		return base + map[string]string{"alpha": "a", "beta": "b", "rc": "rc"}[kind] + number
	case dev != "" && commit != "":
		return base + ".dev" + dev + "+g" + commit + dirty
	case dev != "":
		return base + ".dev" + dev
	}
	return base
}

func parseSeconds(text string) (time.Time, error) {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds < 315532800 { // 1980-01-01
		return time.Time{}, fmt.Errorf("%q is not a time: write seconds since 1970, 315532800 or later",
			text)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
