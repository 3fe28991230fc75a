package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// digits is how many digits of a number, with its country code, decide about its place: the data
// has no longer prefix.
const digits = 9

// block is how many entries one entry of an index covers.
const block = 64

// places returns the content of places.bin, whose format is in the comment of placeData in package
// address.
func places() ([]byte, error) {
	prefixes, err := prefixes()
	if err != nil {
		return nil, err
	}
	texts := map[string]string{} // the text of each prefix
	used := map[string]int{"": 0}
	for prefix, name := range prefixes {
		if len(prefix) <= digits {
			texts[prefix] = placeOf(prefix, name)
			used[texts[prefix]]++
		}
	}
	names := slices.SortedFunc(maps.Keys(used), func(a, b string) int { // short numbers for most
		return cmp.Or(cmp.Compare(used[b], used[a]), strings.Compare(a, b))
	})
	for i, name := range names {
		used[name] = i
	}
	runs := []span{{0, used[""]}}
	spread(texts, "", used, used[""], &runs)
	return encode(names, runs), nil
}

// span is where the place of nine digits begins to be another one.
type span struct{ from, name int }

// spread appends the runs of all numbers that begin with a prefix whose place is name unless a
// longer prefix says otherwise.
func spread(texts map[string]string, prefix string, used map[string]int, name int, runs *[]span) {
	if text, ok := texts[prefix]; ok {
		name = used[text]
	}
	if len(prefix) == digits || !longer(texts, prefix) {
		from, _ := strconv.Atoi(prefix + strings.Repeat("0", digits-len(prefix)))
		if last := len(*runs) - 1; (*runs)[last].name != name {
			if (*runs)[last].from == from {
				*runs = (*runs)[:last]
			}
			*runs = append(*runs, span{from, name})
		}
		return
	}
	for d := '0'; d <= '9'; d++ {
		spread(texts, prefix+string(d), used, name, runs)
	}
}

// parents are the prefixes of prefixes.
var parents map[string]bool

// longer reports whether there is a longer prefix that begins with this one.
func longer(texts map[string]string, prefix string) bool {
	if parents == nil {
		parents = map[string]bool{}
		for p := range texts {
			for n := range len(p) {
				parents[p[:n]] = true
			}
		}
	}
	return parents[prefix]
}

// encode writes the names and runs with an index for each.
func encode(names []string, runs []span) []byte {
	var nameIndex, runIndex, nameText, runText []byte
	for i, name := range names {
		if i%block == 0 {
			nameIndex = binary.LittleEndian.AppendUint32(nameIndex, uint32(len(nameText)))
		}
		nameText = append(nameText, name+"\n"...)
	}
	for i, r := range runs {
		if i%block == 0 {
			runIndex = binary.LittleEndian.AppendUint32(runIndex, uint32(r.from))
			runIndex = binary.LittleEndian.AppendUint32(runIndex, uint32(len(runText)))
			runText = binary.AppendUvarint(runText, 0)
		} else {
			runText = binary.AppendUvarint(runText, uint64(r.from-runs[i-1].from))
		}
		runText = binary.AppendUvarint(runText, uint64(r.name))
	}
	var out []byte
	for _, part := range [][]byte{nameIndex, nameText, runIndex, runText} {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(part)))
	}
	return slices.Concat(out, nameIndex, nameText, runIndex, runText)
}

// placeOf writes the name that the data has for a prefix as package address needs it: CITY, CITY|ST
// or |ST for the plan of North America; elsewhere CITY, or CITY=CC if it is also the name of the
// country CC.
func placeOf(prefix, name string) string {
	if strings.HasPrefix(prefix, "1") {
		if city, state, found := strings.Cut(name, ", "); found {
			return strings.ToUpper(city) + "|" + state
		}
		if code := stateCodes[name]; code != "" {
			return "|" + code
		}
		return ""
	}
	for n := 1; n <= 3; n++ {
		code, _ := strconv.Atoi(prefix[:min(n, len(prefix))])
		for _, id := range phonenumbers.GetRegionCodesForCountryCode(code) {
			region, err := language.ParseRegion(id)
			if err == nil && display.English.Regions().Name(region) == name {
				return strings.ToUpper(name) + "=" + id
			}
		}
	}
	return strings.ToUpper(name)
}

// prefixes reads the module's file of English names. It has the names, one a line, and then for
// each prefix the difference to the one before and the number of its name.
func prefixes() (map[string]string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}",
		"github.com/nyaruka/phonenumbers").Output()
	if err != nil {
		return nil, fmt.Errorf("find the module: %w", err)
	}
	file, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)),
		"data/prefix_to_geocodings/en.txt.gz"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(plain)
	if err != nil {
		return nil, err
	}
	in := bytes.NewBuffer(data)
	names := strings.Split(string(in.Next(int(binary.LittleEndian.Uint32(in.Next(4))))), "\n")
	all, prefix := map[string]string{}, uint64(0)
	for range binary.LittleEndian.Uint32(in.Next(4)) {
		step, err := binary.ReadUvarint(in)
		if err != nil {
			return nil, err
		}
		prefix += step
		all[strconv.FormatUint(prefix, 10)] = names[binary.LittleEndian.Uint16(in.Next(2))]
	}
	return all, nil
}

// stateCodes are the postal codes of the names that the data uses for whole area codes.
var stateCodes = map[string]string{
	"Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA",
	"Colorado": "CO", "Connecticut": "CT",
	"Delaware": "DE", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID",
	"Illinois": "IL", "Indiana": "IN",
	"Iowa": "IA", "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME",
	"Maryland": "MD", "Massachusetts": "MA",
	"Michigan": "MI", "Minnesota": "MN", "Mississippi": "MS", "Missouri": "MO", "Montana": "MT",
	"Nebraska": "NE", "Nevada": "NV",
	"New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY",
	"North Carolina": "NC", "North Dakota": "ND",
	"Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA", "Rhode Island": "RI",
	"South Carolina": "SC",
	"South Dakota":   "SD", "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT",
	"Virginia": "VA", "Washington": "WA",
	"Washington D.C.": "DC", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
	"Alberta": "AB", "British Columbia": "BC", "Manitoba": "MB", "New Brunswick": "NB",
	"Newfoundland and Labrador": "NL",
	"Nova Scotia":               "NS", "Ontario": "ON", "Quebec": "QC", "Québec": "QC",
	"Saskatchewan": "SK",
}
