package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// A progress shows on a terminal how far a long run is.
type progress struct {
	w     io.Writer // nil: there is no terminal
	began time.Time
	last  time.Time
}

func newProgress(stderr io.Writer) *progress {
	p := &progress{began: time.Now()}
	if f, ok := stderr.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.w = f
		}
	}
	return p
}

// show writes the share that is done, from the second second on.
func (p *progress) show(share float64) {
	now := time.Now()
	if p.w == nil || now.Sub(p.began) < time.Second || now.Sub(p.last) < 200*time.Millisecond {
		return
	}
	p.last = now
	fmt.Fprintf(p.w, "\rsimulating: %3.0f%%, an interrupt prints what is known", 100*share)
}

func (p *progress) clear() {
	if p.w != nil && !p.last.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
