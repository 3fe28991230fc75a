//go:build race

package simulator_test

// raceDetector reports whether the race detector is on.
const raceDetector = true
