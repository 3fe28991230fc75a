package address

import (
	"regexp"
	"slices"
	"strings"
)

// plan is the numbering plan of a country code. Package generate fills it from libphonenumber's
// data; the compiler lays it out, so that a program's start does not pay for it.
type plan struct {
	code      string // such as 44
	lengths   uint32 // of the main country's numbers without country code: bit n for length n
	local     uint32 // the lengths of numbers that can only be dialled in their area
	prefix    string // what is dialled before a number within the country: a regular expression
	transform string // what replaces the prefix, "" for nothing
	regions   []region
	formats   []format // of the main country's numbers; the first that matches counts
}

// region is a country, or 001 for what has a country code without being one.
type region struct {
	country string
	leading string // how its numbers begin, if that is enough to know it
	all     shape  // all its numbers
	premium shape  // those of premium-rate services
	kinds   []sort // the others, in the order in which they are tried
}

// sort is one kind of a region's numbers.
type sort struct {
	kind  Kind
	shape shape
}

// format is how some numbers are written within their country.
type format struct {
	leading string // how they begin: a regular expression, "" for any
	pattern string // of the whole number, with groups
	written string // with $1 and the like for the groups
}

// shape is how numbers of a kind look. The zero shape matches nothing.
type shape struct {
	lengths uint32 // bit n for length n, 0 for any
	pattern string // a regular expression for the whole number
}

// planOf returns the plan of a number in E.164 form and the number without country code. The plan
// is nil for what is not such a number, and for unknown country codes.
func planOf(address string) (*plan, string) {
	number := Bare(address)
	if !isE164(number) {
		return nil, ""
	}
	return planOfDigits(number)
}

// planOfDigits is planOf for a + and digits, however many.
func planOfDigits(number string) (*plan, string) {
	for n := 1; n <= min(3, len(number)-1); n++ {
		i, found := slices.BinarySearchFunc(plans, number[1:1+n], func(p plan, code string) int {
			return strings.Compare(p.code, code)
		})
		if found {
			return &plans[i], plans[i].strip(number[1+n:])
		}
	}
	return nil, ""
}

// strip removes the prefix that is dialled within the country, such as the 0 of +44 0 20, as
// libphonenumber does: only where what remains can be a number.
func (p *plan) strip(number string) string {
	if p.prefix == "" {
		return number
	}
	if matches(p.prefix, number) == 0 {
		return number
	}
	// its groups say what to remove; few numbers come here
	prefix := regexp.MustCompile("^(?:" + p.prefix + ")")
	found := prefix.FindStringSubmatchIndex(number)
	rest := number[found[1]:]
	if last := found[len(found)-2]; p.transform != "" && last >= 0 {
		rest = prefix.ReplaceAllString(number, p.transform)
	}
	all := p.regions[0].all.pattern
	if whole(all, number) && !whole(all, rest) || !p.possible(len(rest)) {
		return number
	}
	return rest
}

// possible reports whether a number can have a length, or is too long. libphonenumber leaves a
// number as it is only if it would become too short.
func (p *plan) possible(length int) bool {
	bit := uint32(1) << length
	return p.local&bit == 0 && (p.lengths&bit != 0 || p.lengths < bit)
}

// region returns the region that a number belongs to, nil for none.
func (p *plan) region(national string) *region {
	if len(p.regions) == 1 {
		return &p.regions[0]
	}
	for i := range p.regions {
		if p.regions[i].has(national) {
			return &p.regions[i]
		}
	}
	return nil
}

// has reports whether a number of a country code that several regions share is the region's.
func (r *region) has(national string) bool {
	if r.leading != "" {
		return matches(r.leading, national) != 0
	}
	return r.all.match(national) && (r.premium.match(national) ||
		slices.ContainsFunc(r.kinds, func(s sort) bool { return s.shape.match(national) }))
}

func (s shape) match(number string) bool {
	return s.pattern != "" && (s.lengths == 0 || s.lengths&(1<<len(number)) != 0) &&
		whole(s.pattern, number)
}
