package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"twilsim/simulator/failure"
)

func newVersion(c *cli) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "print the version",
		Long: "Prints the version, the commit it was built from where that is known, and Go's " +
			"version.",
		Example: "twilsim version --json",
		Args:    failure.WantArgs(0, 0),
		RunE:    func(*cobra.Command, []string) error { return c.printVersion() },
	}
}

// build is what this binary was made of.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func (c *cli) printVersion() error {
	b := build{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				b.Revision = setting.Value
			}
		}
	}
	if c.ui.JSON {
		return c.ui.Encode(b)
	}
	revision := ""
	if b.Revision != "" {
		revision = "   " + b.Revision[:min(12, len(b.Revision))]
	}
	c.ui.Printf("twilsim %s   %s %s/%s%s\n", b.Version, b.Go, b.OS, b.Arch, revision)
	return nil
}
