package presets

// The preset alone needs the import: this file decides what its names mean, wherever the
// preset is used.
import _ "io/fs"

//retry:preset fast exponential attempts=2 base=50ms; timeout total=1s

// Reads are repeated more often, and for them a closed file is an answer.
//
//retry:preset read linear attempts=4 base=10ms; not fs.ErrClosed
//retry:preset guarded breaker failures=3 cooldown=1s; budget ratio=50% burst=2
