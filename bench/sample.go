package bench

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/retrygen/retrygen/bench/report"
)

// A sample is what one process used.
type sample struct {
	wall time.Duration
	peak int64 // resident memory of the process alone, in bytes; 0 if it was not watched
}

// run runs a process to its end. Watching disturbs the time, so take it from another run.
func run(cmd *exec.Cmd, watched bool) (sample, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return sample{}, err
	}
	peak := make(chan int64, 1)
	stop := make(chan struct{})
	if watched {
		go func() { peak <- watch(cmd.Process.Pid, stop) }()
	} else {
		peak <- 0
	}
	err := cmd.Wait()
	s := sample{wall: time.Since(began)}
	close(stop)
	s.peak = <-peak
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", cmd, err, out.String())
	}
	return s, err
}

// median returns the median of the times.
func median(samples []sample) time.Duration {
	list := make([]time.Duration, len(samples))
	for i, s := range samples {
		list[i] = s.wall
	}
	return report.Median(list)
}

// remove removes files if they exist.
func remove(paths ...string) error {
	var errs []error
	for _, path := range paths {
		if err := os.RemoveAll(path); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// command returns a process that will run in a folder.
func command(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	return cmd
}
