package address

import (
	_ "embed"
	"encoding/binary"
	"strconv"
	"strings"
)

// placeData has the places of area codes. The place of a number depends on its first nine digits,
// country code included; a run is a range of those with one place. The file has four parts, each
// with its length in the head:
//
//   - for every 64th name, where it begins in the second part: 4 bytes
//   - the names, each with a line feed behind it
//   - for every 64th run, the nine digits it begins with and where it begins in the fourth part: 4
//     bytes each
//   - the runs: how far a run begins behind the one before it, 0 for every 64th, and the number of
//     its name, as varints
//
// Numbers are little-endian. Nothing is unpacked: a lookup reads up to 64 runs and 64 names.
//
//go:embed places.bin
var placeData string

const (
	placeDigits = 9
	placeBlock  = 64
)

// placeName returns the name of the place of a number, country code first. The name is "" if the
// data has none, or if the number is too short to tell.
func placeName(number string) string {
	width := 1
	for len(number) < placeDigits {
		number, width = number+"0", width*10
	}
	first, _ := strconv.Atoi(number[:placeDigits])
	name, next := placeRun(uint32(first))
	if next < uint32(first+width) {
		return ""
	}
	part := placePart(0)
	at := word(part, name/placeBlock)
	names := placePart(1)[at:]
	for range name % placeBlock {
		names = names[strings.IndexByte(names, '\n')+1:]
	}
	return names[:strings.IndexByte(names, '\n')]
}

// placeRun returns the number of the name of nine digits, and where the next run begins.
func placeRun(digits uint32) (name int, next uint32) {
	index, runs := placePart(2), placePart(3)
	low, high := 0, len(index)/8 // the block is in [low, high)
	for high-low > 1 {
		if middle := (low + high) / 2; word(index, 2*middle) <= digits {
			low = middle
		} else {
			high = middle
		}
	}
	next = 1e9
	if high < len(index)/8 {
		next = word(index, 2*high)
	}
	from, runs := word(index, 2*low), runs[word(index, 2*low+1):]
	for i := 0; i < placeBlock && runs != ""; i++ {
		step, n := varint(runs)
		number, m := varint(runs[n:])
		if from += uint32(step); from > digits {
			return name, from
		}
		name, runs = number, runs[n+m:]
	}
	return name, next
}

// placePart returns a part of the file.
func placePart(n int) string {
	from := 16
	for i := range n {
		from += int(word(placeData, i))
	}
	return placeData[from : from+int(word(placeData, n))]
}

// word returns the nth number of four bytes.
func word(s string, n int) uint32 { return binary.LittleEndian.Uint32([]byte(s[4*n : 4*n+4])) }

// varint returns the number that a text begins with, and its length.
func varint(s string) (value, length int) {
	for shift := 0; ; shift += 7 {
		b := s[length]
		value |= int(b&0x7f) << shift
		if length++; b < 0x80 {
			return value, length
		}
	}
}
