//go:build !race

package messaging

const raceDetector = false
