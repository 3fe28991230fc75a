package journal

import (
	"fmt"
	"strconv"
	"strings"
)

// Resolve finds a thing by what a user types: its ID, a unique prefix of it, latest, or latest~2
// for the second before the latest. The error says what exists instead.
func (j *Journal) Resolve(kind Kind, ref string) (Thing, error) {
	if back, ok := strings.CutPrefix(ref, "latest"); ok {
		return j.fromLatest(kind, ref, back)
	}
	if t, ok := j.Thing(kind, ref); ok {
		return t, nil
	}
	var found []Thing // oldest first
	for t := range j.Scan(Scan{Kind: kind, Oldest: true}) {
		if ref != "" && strings.HasPrefix(t.ID(), ref) {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, fmt.Errorf("there is no %s %q among the %d kept", kind, ref, j.Count(kind))
	}
	return nil, fmt.Errorf("%d %ss begin with %q: %s, %s …", len(found), kind, ref, found[0].ID(),
		found[1].ID())
}

func (j *Journal) fromLatest(kind Kind, ref, back string) (Thing, error) {
	n := 0
	if back != "" {
		var err error
		if n, err = strconv.Atoi(strings.TrimPrefix(back, "~")); err != nil || back[0] != '~' || n < 0 {
			return nil, fmt.Errorf("bad reference %q: it is latest, or latest~1 for the one before", ref)
		}
	}
	for t := range j.Backward(kind, "") {
		if n == 0 {
			return t, nil
		}
		n--
	}
	return nil, fmt.Errorf("there is no %s %q: %d kept", kind, ref, j.Count(kind))
}
