package search

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"twilsim/simulator/failure"
	"twilsim/simulator/reason"
	"twilsim/simulator/shell"
	"twilsim/simulator/terminal"
	"twilsim/testscript/incident"
)

// Incident is one call of twilsim new --from-twilio.
type Incident struct {
	UI *terminal.UI

	Files        []string
	LogFormat    string // an expression that matches the lines of access logs; "" for the usual ones
	KeepBodies   bool
	ShowReplaced bool
}

// Run reads the files and writes the scenario to path. If a file has no format that is known, or if
// no message came out, nothing is written. Lines that were not understood go to standard error and
// are no failure. The expression of a log's format is for single lines, so ^ and $ match at each.
func (i *Incident) Run(path string) error {
	record := &incident.Record{KeepBodies: i.KeepBodies}
	if i.LogFormat != "" {
		re, err := regexp.Compile("(?m)" + i.LogFormat)
		if err == nil {
			err = incident.CheckLogFormat(re)
		}
		if err != nil {
			return misuse("", "--log-format %s: %v", i.LogFormat, err)
		}
		record.LogFormat = re
	}
	for _, name := range i.Files {
		data, err := os.ReadFile(name)
		if err != nil {
			return misuse("ls -l "+shell.Word(name), "cannot read %s: %v", name, reason.Of(err))
		}
		if err := record.Add(name, data); err != nil {
			return misuse("", "%v", err)
		}
	}
	written, err := record.Scenario()
	for _, line := range record.NotRead {
		fmt.Fprintf(i.UI.Notes(), "twilsim: not read: %s\n", terminal.Clean(line))
	}
	if err != nil {
		return exit(failure.No, "", "%v", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return failure.Unwritable(path, err)
	}
	if err := os.WriteFile(path, written.Text, 0o666); err != nil {
		return failure.Unwritable(path, err)
	}
	i.UI.Printf("wrote %s   %s\n", path, terminal.Count(written.Messages, "message"))
	if i.ShowReplaced {
		i.UI.Printf("replaced   %s\n", written.Replaced)
	}
	return nil
}
