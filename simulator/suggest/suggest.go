// Package suggest finds the word that the user probably meant, for the suggestion of every error
// about an unknown name: a status, a flag, a word of a rule, a command of a scenario.
package suggest

import "strings"

// Nearest returns the word that is closest to got, or "" if none is close enough for a suggestion.
// Of several equally close words the one wins that begins most like got, then the first.
func Nearest(got string, words []string) string {
	best, longest := "", -1
	for _, w := range Closest(got, words) {
		if n := commonPrefix(strings.ToLower(got), strings.ToLower(w)); n > longest {
			best, longest = w, n
		}
	}
	return best
}

// Closest returns the words that are closest to got, all equally close, or none if no word is close
// enough for a suggestion. Case does not count, and a word is close only if it shares at least half
// of its letters with got.
func Closest(got string, words []string) []string {
	got = strings.ToLower(got)
	var best []string
	bestDistance := len(got)/3 + 1
	for _, w := range words {
		d := distance(got, strings.ToLower(w))
		if strings.HasPrefix(strings.ToLower(w), got) && len(got) >= 3 {
			d = min(d, 1)
		}
		if d > bestDistance || 2*d > max(len(got), len(w)) {
			continue
		}
		if d < bestDistance {
			best, bestDistance = nil, d
		}
		best = append(best, w)
	}
	return best
}

// commonPrefix is how many bytes a and b have in common at their beginning.
func commonPrefix(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// distance is how many insertions, deletions, substitutions and swaps of neighbours turn a into b
// (optimal string alignment). It keeps only three rows of the table, since no more are needed.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, prev, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, before
	}
	return prev[len(y)]
}
