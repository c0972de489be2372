package bench

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// A sample is what one process took.
type sample struct {
	wall time.Duration
	peak int64 // resident memory of the process alone, in bytes
}

// run runs a process to its end.
func run(cmd *exec.Cmd) (sample, error) {
	began := time.Now()
	out, err := cmd.CombinedOutput()
	s := sample{wall: time.Since(began)}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.peak = usage.Maxrss * 1024
	}
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return s, err
}

// median returns the middle of what f makes of the samples.
func median[T cmp.Ordered](samples []sample, f func(sample) T) T {
	list := make([]T, len(samples))
	for i, s := range samples {
		list[i] = f(s)
	}
	slices.Sort(list)
	return list[len(list)/2]
}

func wallOf(s sample) time.Duration { return s.wall }
func peakOf(s sample) int64         { return s.peak }

// remove removes files that may not be there.
func remove(paths ...string) error {
	var errs []error
	for _, path := range paths {
		if err := os.RemoveAll(path); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
