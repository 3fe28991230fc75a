//go:build !race

package main

import "testing"

// raceDetector says whether the tests have the race detector.
const raceDetector = false

// firstInPath returns a directory to put in front of the PATH of the scripts; "" for none.
func firstInPath(*testing.T) string { return "" }
