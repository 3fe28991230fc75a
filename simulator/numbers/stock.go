package numbers

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"twilsim/simulator/address"
)

// Type is a type of phone number, as the last part of a search's path names it.
type Type string

// The types that are sold here. Twilio also has national, VoIP, shared cost and machine to machine
// numbers.
const (
	Local    Type = "Local"
	Mobile   Type = "Mobile"
	TollFree Type = "TollFree"
)

// Country is a country with numbers for sale.
type Country struct {
	Code, Name string // ISO 3166, US; United States
	Types      []Type
}

// Sells reports whether the country has numbers of the type.
func (c Country) Sells(t Type) bool { return slices.Contains(c.Types, t) }

// A block is the beginning of numbers. The # are digits that follow.
var (
	tollFreeBlocks = []string{"+1800555####", "+1833555####", "+1844555####", "+1855555####",
		"+1866555####", "+1877555####", "+1888555####"}
	// the ranges that Ofcom keeps for fiction
	britishLocal = []string{"+44113496####", "+44117496####", "+44121496####", "+44131496####",
		"+44161496####", "+4420794600##", "+4420794601##", "+4420794602##"}
)

// Countries returns the countries in the order of their codes.
func Countries() []Country {
	american := []Type{Local, TollFree}
	return []Country{
		{Code: "CA", Name: "Canada", Types: american},
		{Code: "GB", Name: "United Kingdom", Types: []Type{Local, Mobile, TollFree}},
		{Code: "US", Name: "United States", Types: american},
	}
}

// Find returns the country of a code, in any case, and whether it has numbers for sale.
func Find(code string) (Country, bool) {
	for _, c := range Countries() {
		if strings.EqualFold(c.Code, code) {
			return c, true
		}
	}
	return Country{}, false
}

// blocksOf returns the blocks of a country's numbers.
func blocksOf(country string, t Type) []string {
	switch {
	case t == TollFree && country == "GB":
		return []string{"+44808157####"}
	case t == TollFree:
		return tollFreeBlocks
	case t == Mobile:
		return []string{"+447700900###"}
	case country == "GB":
		return britishLocal
	}
	return areas()[country]
}

// areas returns the blocks of the area codes of the US and Canada, by country.
var areas = sync.OnceValue(func() map[string][]string {
	blocks := map[string][]string{}
	for area := 200; area < 1000; area++ {
		block := fmt.Sprintf("+1%03d555", area)
		place := address.Locate(block + "0100")
		if place.State != "" {
			blocks[place.Country] = append(blocks[place.Country], block+"####")
		}
	}
	return blocks
})

// HasArea reports whether the US or Canada have an area code.
func HasArea(area string) bool {
	for _, blocks := range areas() {
		if slices.Contains(blocks, "+1"+area+"555####") {
			return true
		}
	}
	return false
}

// perBlock is how many numbers of a block are for sale.
const perBlock = 300

// Stock is what is for sale. It is safe for concurrent use.
type Stock struct{ seed uint64 }

// New returns a stock. The same seed gives the same numbers.
func New(seed uint64) *Stock { return &Stock{seed: seed} }

// all yields the numbers of a country and type in the order in which they are offered.
func (s *Stock) all(country string, t Type) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		sum := fnv.New64a()
		_, _ = sum.Write([]byte(country + string(t)))
		random := rand.New(rand.NewPCG(s.seed, sum.Sum64()))
		blocks := slices.Clone(blocksOf(country, t))
		random.Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
		first := random.IntN(10_000)
		for n := range perBlock {
			for i, block := range blocks {
				// 7,919 has no common factor with a block's size: no number comes twice
				if number := fill(block, n, first+n*7919+i*613); number != "" && !yield(number) {
					return
				}
			}
		}
	}
}

// fill returns the nth number of a block, with the digits of a line number in place of its #, as
// many as fit. It is "" if the block has fewer numbers.
func fill(block string, n, line int) string {
	b := []byte(block)
	size := 1
	for i := len(b) - 1; b[i] == '#'; i-- {
		b[i] = byte('0' + line%10)
		line /= 10
		size *= 10
	}
	if n >= size {
		return ""
	}
	return string(b)
}
