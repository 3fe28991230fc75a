package main

import (
	"fmt"
	"slices"
	"strings"

	"twilsim/simulator/packaging"
	"twilsim/simulator/suggest"
)

// plan says which kinds of packages are built, and for which platforms.
type plan struct {
	kinds     []string // names of [kinds], in their order
	platforms []packaging.Platform
}

// kind is one kind of package.
type kind struct {
	name  string
	build func(*builder, []binary) ([]packaging.File, error)
}

// kinds returns all kinds of packages, in the order in which they are built.
func kinds() []kind {
	return []kind{
		{"archives", (*builder).archives},
		{"sbom", (*builder).sbom},
		{"manual", (*builder).manual},
		{"npm", (*builder).npm},
		{"python", (*builder).python},
		{"oci", (*builder).oci},
	}
}

func kindNames() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

func kindList() string { return strings.Join(kindNames(), " ") }

// parsePlan reads kinds and platforms, separated by commas. No kind means all kinds, no platform
// all platforms.
func parsePlan(only string) (plan, error) {
	var p plan
	for word := range strings.SplitSeq(only, ",") {
		word = strings.TrimSpace(word)
		switch {
		case word == "" && only != "":
			return plan{}, fmt.Errorf("an empty word in -only %q", only)
		case word == "":
		case slices.Contains(kindNames(), word):
			p.kinds = append(p.kinds, word)
		case strings.Contains(word, "/"):
			platform, err := packaging.ParsePlatform(word)
			if err != nil {
				return plan{}, err
			}
			p.platforms = append(p.platforms, platform)
		default:
			return plan{}, unknownKind(word)
		}
	}
	if p.platforms == nil {
		p.platforms = packaging.Platforms()
	}
	if p.kinds == nil {
		p.kinds = slices.DeleteFunc(kindNames(), func(name string) bool {
			return name == "oci" && !p.linux()
		})
	}
	if slices.Contains(p.kinds, "oci") && !p.linux() {
		return plan{}, fmt.Errorf("an image needs a platform of linux: -only %s,linux/amd64", only)
	}
	return p, nil
}

// linux reports whether there is a binary for an image.
func (p plan) linux() bool {
	return slices.ContainsFunc(p.platforms, func(p packaging.Platform) bool { return p.OS == "linux" })
}

// unknownKind says what was meant: a kind, or a platform of which only one half is given.
func unknownKind(word string) error {
	for _, p := range packaging.Platforms() {
		if word == p.OS || word == p.Arch {
			return fmt.Errorf("unknown kind %q: a platform has two halves, as %s", word, p)
		}
	}
	if near := suggest.Nearest(word, kindNames()); near != "" {
		return fmt.Errorf("unknown kind %q: did you mean %s?", word, near)
	}
	return fmt.Errorf("unknown kind %q: it must be one of %s, or a platform such as linux/amd64", word,
		kindList())
}
