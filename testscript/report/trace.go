package report

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"twilsim/simulator/reason"
	simscript "twilsim/testscript"
)

// failuresDir is where the traces of failures go, below the working directory, unless --trace says
// otherwise.
const failuresDir = ".twilsim/failures"

// writeTrace writes the page about a scenario that failed, or about any with --trace-all, and
// returns its path. The page of an earlier failure goes when the scenario passes.
func (r *Reports) writeTrace(result simscript.Result) (string, error) {
	dir := filepath.FromSlash(cmp.Or(r.Trace, failuresDir))
	file := filepath.Join(dir, traceName(result.Name), "trace.html")
	if !result.Traced() {
		return "", removeTrace(file)
	}
	var page strings.Builder
	if err := result.WriteTrace(&page); err != nil {
		return "", err
	}
	err := os.MkdirAll(filepath.Dir(file), 0o777)
	if err == nil {
		err = os.WriteFile(file, []byte(page.String()), 0o666)
	}
	if err != nil {
		return "", fmt.Errorf("no trace of %s: %s", result.Name, reason.Of(err))
	}
	return file, nil
}

// removeTrace removes a page, and its directory if nothing else is in there.
func removeTrace(file string) error {
	if err := os.Remove(file); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	_ = os.Remove(filepath.Dir(file)) // not empty: somebody put something there
	return nil
}

// traceName makes one directory's name of a scenario's.
func traceName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return '_'
	}, name)
}
