// Polling shows a call that waits for a job to end. The method asks once; the wrapper
// asks again, with growing delays, for as long as the job runs.
//
//	go run ./examples/polling
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

//go:generate go tool retrygen -type=Exports

// Exports are jobs that take a while.
type Exports interface {
	// Job returns the job. The wrapper polls while running returns true. An error
	// ends the polling, unless it is a network error.
	//
	//retry:exponential attempts=6 base=100ms max=400ms
	//retry:result running
	//retry:on transient
	//retry:timeout attempt=1s
	Job(ctx context.Context, id string) (Job, error)
}

// A Job is done or not.
type Job struct {
	Done bool
	Rows int
}

// running has the results of Job. It says what is not good yet.
func running(job Job, err error) bool { return err == nil && !job.Done }

func main() { demo(os.Stdout) }

// demo polls for two jobs. The service prints a line for each request, and demo one for
// each call.
func demo(w io.Writer) {
	ctx := context.Background()
	service := &service{log: w, began: time.Now(), ends: map[string]time.Duration{"short": 650 * time.Millisecond, "long": time.Hour}}
	exports := NewResilientExports(service, nil)

	job, err := exports.Job(ctx, "short")
	fmt.Fprintf(w, "short: %d rows, %v\n\n", job.Rows, err)

	job, err = exports.Job(ctx, "long")
	fmt.Fprintf(w, "long: done=%v, exhausted=%v\n", job.Done, errors.Is(err, retry.ErrExhausted))
}

// A service runs the jobs, all since it began.
type service struct {
	log   io.Writer
	began time.Time
	ends  map[string]time.Duration
}

func (s *service) Job(_ context.Context, id string) (Job, error) {
	since := time.Since(s.began)
	job := Job{Done: since >= s.ends[id]}
	if job.Done {
		job.Rows = 1200
	}
	fmt.Fprintf(s.log, "  %s after %v: done=%v\n", id, since.Round(50*time.Millisecond), job.Done)
	return job, nil
}
