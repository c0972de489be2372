//go:build !race

package simulate

// underRace says whether the tests run with the race detector.
const underRace = false
