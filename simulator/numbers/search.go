package numbers

import (
	"strings"

	"twilsim/simulator/address"
)

// Query is a search. The zero value of a field does not restrict it.
type Query struct {
	Country, AreaCode, Contains, Region, Locality string

	Type Type
	// Taken reports whether somebody owns a number; nil is nobody.
	Taken func(number string) bool
}

// Number is a number for sale.
type Number struct {
	PhoneNumber, FriendlyName string
	Country                   string // ISO 3166
	Locality, Region          string // as San Rafael and CA; "" if they are not known
}

// Search returns up to limit numbers. The error is about the pattern, an [*apierr.Error].
func (s *Stock) Search(q Query, limit int) ([]Number, error) {
	p, err := parsePattern(q.Contains)
	if err != nil {
		return nil, err
	}
	found := []Number{}
	for number := range s.all(q.Country, q.Type) {
		if len(found) == limit {
			break
		}
		if q.AreaCode != "" && address.AreaCode(number) != q.AreaCode || !p.matches(number) {
			continue
		}
		n := describe(number, q)
		if q.Region != "" && !strings.EqualFold(q.Region, n.Region) ||
			q.Locality != "" && !strings.EqualFold(q.Locality, n.Locality) ||
			q.Taken != nil && q.Taken(number) {
			continue
		}
		found = append(found, n)
	}
	return found, nil
}

// describe returns a number with its place. Only local numbers have one.
func describe(number string, q Query) Number {
	n := Number{PhoneNumber: number, FriendlyName: address.Friendly(number), Country: q.Country}
	if q.Type == Local {
		place := address.Locate(number)
		n.Locality, n.Region = titleCase(place.City), place.State
	}
	return n
}

// titleCase writes SAN RAFAEL as San Rafael.
func titleCase(s string) string {
	words := strings.Fields(strings.ToLower(s))
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, " ")
}
