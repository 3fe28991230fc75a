package display

import (
	"strings"

	"twilsim/simulator/doctor"
	"twilsim/simulator/terminal"
)

// Diagnosis prints findings as they are made, because some checks take seconds, and counts them.
// Callers read the counts for the exit status.
type Diagnosis struct {
	UI               *terminal.UI
	section          string // of the last finding
	Failed, Warnings int
}

// Print prints a finding, below the name of its section.
func (d *Diagnosis) Print(f doctor.Finding) {
	switch f.Level {
	case doctor.Failure:
		d.Failed++
	case doctor.Warning:
		d.Warnings++
	}
	u := d.UI
	if u.JSON {
		_ = u.Encode(struct {
			Type string `json:"type"`
			doctor.Finding
		}{"check", f})
		return
	}
	if u.Quiet && f.Level == doctor.OK {
		return
	}
	if d.section != f.Section && !u.Quiet {
		u.Printf("%s\n", f.Section)
	}
	d.section = f.Section
	word, style := string(f.Level), terminal.Green
	switch f.Level {
	case doctor.Failure:
		word, style = "FAIL", terminal.Red
	case doctor.Warning:
		style = terminal.Yellow
	}
	u.Printf("  %s  %s\n", u.Paint(style, terminal.Pad(word, 4)),
		strings.TrimRight(terminal.Pad(f.Name, 14)+" "+f.Text, " "))
	for _, r := range []struct{ label, text string }{{"cause", f.Cause}, {"try", f.Try}} {
		if r.text != "" {
			u.Printf("        %s   %s\n", terminal.Pad(r.label, 5), r.text)
		}
	}
}

// Sum prints how many findings there were.
func (d *Diagnosis) Sum() {
	if d.UI.JSON {
		_ = d.UI.Encode(struct {
			Type     string `json:"type"`
			Failed   int    `json:"failed"`
			Warnings int    `json:"warnings"`
		}{"summary", d.Failed, d.Warnings})
		return
	}
	d.UI.Printf("%d failed, %s\n", d.Failed, terminal.Count(d.Warnings, "warning"))
}
