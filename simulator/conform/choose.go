package conform

import (
	"fmt"
	"slices"
	"strings"

	"twilsim/simulator/suggest"
)

// SelectionError is about a word that selects no probe.
type SelectionError struct {
	Word string
	Near string // a word that does, "" for none
}

// Error says which word it was.
func (e *SelectionError) Error() string { return fmt.Sprintf("no probe is about %q", e.Word) }

// choose returns the probes that a word selects: each word has to select one. A word is the number
// of a fact, or is part of a probe's name.
func choose(probes []*probe, words []string) ([]*probe, error) {
	if len(words) == 0 {
		return probes, nil
	}
	chosen := make([]bool, len(probes))
	for _, word := range words {
		found := false
		for i, p := range probes {
			if p.selectedBy(word) {
				chosen[i], found = true, true
			}
		}
		if !found {
			return nil, &SelectionError{word, nearest(probes, word)}
		}
	}
	var selected []*probe
	for i, p := range probes {
		if chosen[i] {
			selected = append(selected, p)
		}
	}
	return selected, nil
}

func (p *probe) selectedBy(word string) bool {
	return slices.Contains(p.facts, strings.ToUpper(word)) ||
		strings.Contains(p.name, strings.ToLower(word))
}

// nearest returns the fact or the part of a name that is closest to the word.
func nearest(probes []*probe, word string) string {
	var words []string
	for _, p := range probes {
		words = append(append(words, p.facts...), strings.Split(p.name, ".")...)
	}
	return suggest.Nearest(word, words)
}
