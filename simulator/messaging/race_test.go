//go:build race

package messaging

const raceDetector = true
