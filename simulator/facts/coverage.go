package facts

// Count says how many facts of a section have each status.
type Count struct {
	Section  Section
	Total    int
	ByStatus map[Status]int
	// Unreported is how many facts are not simulated, with nothing said about what happens instead.
	Unreported int
}

// Coverage returns a count for each section that has facts, in the order of the sections.
func Coverage() []Count {
	var counts []Count
	index := map[string]int{}
	for f := range All() {
		i, seen := index[f.Section.ID]
		if !seen {
			i = len(counts)
			index[f.Section.ID] = i
			counts = append(counts, Count{Section: f.Section, ByStatus: map[Status]int{}})
		}
		counts[i].Total++
		counts[i].ByStatus[f.Status]++
		if f.Status == NotSimulated && f.Remark == "" {
			counts[i].Unreported++
		}
	}
	return counts
}
