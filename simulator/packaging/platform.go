package packaging

import (
	"fmt"
	"strings"

	"twilsim/simulator/suggest"
)

// Platform is an operating system and a processor that releases are built for, by Go's names.
type Platform struct{ OS, Arch string }

// Platforms returns all platforms of a release.
func Platforms() []Platform {
	var all []Platform
	for _, os := range []string{"linux", "darwin", "windows"} {
		for _, arch := range []string{"amd64", "arm64"} {
			all = append(all, Platform{os, arch})
		}
	}
	return all
}

// ParsePlatform reads a platform of [Platforms] as [Platform.String] writes it, such as
// linux/amd64.
func ParsePlatform(text string) (Platform, error) {
	var names []string
	for _, p := range Platforms() {
		if p.String() == text {
			return p, nil
		}
		names = append(names, p.String())
	}
	if near := suggest.Nearest(text, names); near != "" {
		return Platform{}, fmt.Errorf("unknown platform %q: did you mean %s?", text, near)
	}
	return Platform{}, fmt.Errorf("unknown platform %q: it must be one of %s", text,
		strings.Join(names, " "))
}

// String returns the platform as Go writes it: linux/amd64.
func (p Platform) String() string { return p.OS + "/" + p.Arch }

// Executable is the file name of the binary: twilsim, or twilsim.exe on Windows.
func (p Platform) Executable() string {
	if p.OS == "windows" {
		return "twilsim.exe"
	}
	return "twilsim"
}

// NodeOS is the name of the operating system in Node: linux, darwin or win32.
func (p Platform) NodeOS() string {
	if p.OS == "windows" {
		return "win32"
	}
	return p.OS
}

// NodeCPU is the processor's name in Node: x64 or arm64.
func (p Platform) NodeCPU() string {
	if p.Arch == "amd64" {
		return "x64"
	}
	return p.Arch
}
