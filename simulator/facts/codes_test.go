package facts

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"twilsim/simulator/carrier"
	"twilsim/simulator/errcode"
)

var codeInText = regexp.MustCompile(`\b\d{5}\b`)

// TestCodes: a test or scenario names each code of Twilio's that the simulator raises, and the
// others say why it never does. That a test names a code is weak evidence; that a code is said not
// to be raised, and yet ends a message or refuses a request here, is not possible.
func TestCodes(t *testing.T) {
	tested := codesInTests(t)
	for _, o := range carrier.Outcomes() {
		tested[o.Code] = true // a test of package carrier runs each outcome
	}
	used := codesInCode(t)
	for info := range errcode.All() {
		why, never := errcode.Unraised(info.Code)
		switch {
		case never && why == "":
			t.Errorf("%d: no reason why it is never raised", info.Code)
		case never && used[info.Code]:
			t.Errorf("%d is said not to be raised (%s), and the code names it", info.Code, why)
		case !never && !tested[info.Code]:
			t.Errorf("%d %s: no test raises it; add one, or a row in errcode/unraised.go",
				info.Code, info.Title)
		}
	}
}

// TestUnraised: the fact about a code that is never raised says so.
func TestUnraised(t *testing.T) {
	for info := range errcode.All() {
		if _, never := errcode.Unraised(info.Code); !never {
			continue
		}
		number, err := ParseID(info.Fact)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := Lookup(number)
		code := strconv.Itoa(info.Code)
		if f.Status == Implemented && !strings.Contains(f.Remark, code) &&
			!strings.Contains(f.Remark, " only") {
			t.Errorf("%s is implemented: %q, and %s is never raised", f.ID(), f.Remark, code)
		}
	}
}

// codesInTests returns the codes that tests, scenarios and probes name.
func codesInTests(t *testing.T) map[int]bool {
	return codesIn(t, "scenarios simulator app testscript", func(name string) bool {
		tests := strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".probe") ||
			strings.HasSuffix(name, ".txtar") || strings.Contains(name, "/testdata/")
		return tests && !strings.Contains(name, "simulator/facts/") &&
			!strings.Contains(name, "simulator/errcode/")
	})
}

// codesInCode returns the codes that the code of the simulator names as something that happens.
func codesInCode(t *testing.T) map[int]bool {
	return codesIn(t, "simulator", func(name string) bool {
		dir := path.Base(path.Dir(name))
		return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") &&
			path.Base(name) != "doc.go" &&
			(dir == "apierr" || dir == "webhook" || dir == "twiml" || dir == "messaging" ||
				dir == "directory")
	})
}

func codesIn(t *testing.T, dirs string, counts func(name string) bool) map[int]bool {
	t.Helper()
	found := map[int]bool{}
	for dir := range strings.FieldsSeq(dirs) {
		err := fs.WalkDir(os.DirFS(root), dir, func(name string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case e.IsDir() && e.Name() == "node_modules":
				return fs.SkipDir
			case !e.Type().IsRegular() || !hasText(name) || !counts(name):
				return nil
			}
			text, err := os.ReadFile(path.Join(root, name))
			if err != nil {
				return err
			}
			for _, code := range codeInText.FindAllString(string(text), -1) {
				n, _ := strconv.Atoi(code) // five digits always are a number
				found[n] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
