package presets

// The import is for the preset alone: its names go by this file, wherever it is
// used.
import _ "io/fs"

//retry:preset fast exponential attempts=2 base=50ms; timeout total=1s

// What reads is repeated more often, and takes a closed file for an answer.
//
//retry:preset read linear attempts=4 base=10ms; not fs.ErrClosed
//retry:preset guarded breaker failures=3 cooldown=1s; budget ratio=50% burst=2
