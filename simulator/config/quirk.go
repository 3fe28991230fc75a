package config

import (
	"github.com/goccy/go-yaml/ast"

	"twilsim/simulator/quirk"
)

// ParseQuirks returns the switches for what the sources about Twilio leave open. Each assignment is
// NAME=VALUE; the later of two for one name wins. With strict, every other switch has its strictest
// value instead of its default.
func ParseQuirks(strict bool, assignments []string) (quirk.Set, error) {
	var set quirk.Set
	if strict {
		set = quirk.Strict()
	}
	for _, assignment := range assignments {
		if err := set.Assign(assignment); err != nil {
			return quirk.Set{}, quirkError(err)
		}
	}
	return set, nil
}

func checkQuirk(assignment string) error {
	_, err := ParseQuirks(false, []string{assignment})
	return err
}

func quirkError(err error) *Error {
	return errorf("%v", err).try("twilsim facts --quirks")
}

// takeQuirks reads switches, each with its value. They become the values of --quirk.
func (f *File) takeQuirks(node ast.Node) error {
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		return at(f.Path, node, "quirks: want lines of NAME: VALUE").
			try("quirks:", "  queue-full-status: 400")
	}
	entry := Entry{Where: f.Values["quirks"].Where}
	for _, pair := range mapping.Values {
		value, ok := scalar(pair.Value)
		if _, null := pair.Value.(*ast.NullNode); !ok || null {
			return at(f.Path, pair.Value, "quirks: %s needs a value", pair.Key.GetToken().Value)
		}
		assignment := pair.Key.GetToken().Value + "=" + value
		if err := checkQuirk(assignment); err != nil {
			return at(f.Path, pair.Key, "quirks: ").within(err)
		}
		entry.Words = append(entry.Words, assignment)
	}
	f.Values["quirk"] = entry
	return nil
}
