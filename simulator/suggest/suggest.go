// Package suggest finds the word that the user probably meant, for the suggestion of every error about
// an unknown name: a status, a flag, a word of a rule, a command of a scenario.
package suggest

import "strings"

// Nearest returns the word that is closest to got, or "" if none is close enough for a suggestion.
// Case does not count, and a word is close only if it shares at least half of its letters with got. Of
// several equally close words the first wins.
func Nearest(got string, words []string) string {
	got = strings.ToLower(got)
	best, bestDistance := "", len(got)/3+2
	for _, w := range words {
		d := distance(got, strings.ToLower(w))
		if strings.HasPrefix(strings.ToLower(w), got) && len(got) >= 3 {
			d = min(d, 1)
		}
		if longest := max(len(got), len(w)); d < bestDistance && 2*d <= longest {
			best, bestDistance = w, d
		}
	}
	return best
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
