package testscript

import (
	"slices"
	"strings"

	"twilsim/simulator"
	"twilsim/simulator/lazy"
)

// handsets gives the customers of a run numbers of their own, so that an app that all runs share
// does not know them from an earlier run: +1 205 555 0142 in place of +12025550142. The nil
// handsets change nothing.
type handsets struct{ there, back *strings.Replacer }

// fictitious are the numbers that nobody has: those of scenarios.
var fictitious = lazy.Regexp(`\b1[2-9]\d\d55501\d\d\b`)

// areaCodes are some of the United States.
const areaCodes = "202 205 206 207 208 209 210 212 213 214 216 217 218 219 224 225 228 229 231 " +
	"234 239 240 248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 " +
	"308 309 310"

// customers are the numbers of a scenario's customers, without the plus sign, and the others that
// it has.
type customers struct{ numbers, others []string }

// customersOf returns the customers of a scenario: the numbers that text, whose state is set, or
// that the app is told. Numbers of the account are not among them.
func customersOf(list []storyStep) customers {
	own := map[string]bool{strings.TrimPrefix(simulator.DefaultPhoneNumber, "+"): true}
	var found, others []string
	for _, s := range list {
		words := s.words
		others = append(others, fictitious().FindAllString(strings.Join(words, " "), -1)...)
		if words[0] == "explore" {
			words = words[2:]
		}
		switch words[0] {
		case "number", "service":
			for _, n := range fictitious().FindAllString(strings.Join(words, " "), -1) {
				own[n] = true
			}
		case "sms", "phone":
			words = words[:min(2, len(words))]
			fallthrough
		case "http", "send", "env":
			found = append(found, fictitious().FindAllString(strings.Join(words, " "), -1)...)
		}
	}
	found = slices.DeleteFunc(found, func(n string) bool { return own[n] })
	slices.Sort(found)
	found = slices.Compact(found)
	others = slices.DeleteFunc(others, func(n string) bool { return slices.Contains(found, n) })
	return customers{found, others}
}

// newHandsets returns the numbers of the n-th run, from 0, in place of those of the scenario.
func newHandsets(c customers, n int) *handsets {
	if n == 0 || len(c.numbers) == 0 {
		return nil
	}
	var there, back []string
	for _, number := range c.numbers {
		other := otherNumber(number, n)
		for i := 1; slices.Contains(c.others, other) || slices.Contains(back, other); i++ {
			other = otherNumber(number, n+i)
		}
		there, back = append(there, number, other), append(back, other, number)
	}
	return &handsets{strings.NewReplacer(there...), strings.NewReplacer(back...)}
}

// otherNumber returns the n-th number after one: with another area code, and in each round through
// these with another end. It is never one that ends in 0100, as the account's own do.
func otherNumber(number string, n int) string {
	codes := strings.Fields(areaCodes)
	i := slices.Index(codes, number[1:4])
	if i < 0 { // one of another country that shares the country code
		i, n = 0, n+len(codes)
	}
	code := codes[(i+n)%len(codes)]
	end := int(number[9]-'0')*10 + int(number[10]-'0') - 1
	end = (end+n/len(codes))%99 + 1
	return "1" + code + "55501" + string(rune('0'+end/10)) + string(rune('0'+end%10))
}

// actual replaces the scenario's numbers by those of the run.
func (h *handsets) actual(text string) string {
	if h == nil {
		return text
	}
	return h.there.Replace(text)
}

// usual replaces the run's numbers by those of the scenario.
func (h *handsets) usual(text string) string {
	if h == nil {
		return text
	}
	return h.back.Replace(text)
}
