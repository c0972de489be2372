package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A result is what a run of tests has come to.
type result struct {
	failed bool
	why    string // of a failure: a test, or what happened
	output string
	took   time.Duration
	err    error // they could not be run
}

const (
	grace  = 3 * time.Second // to report a timeout, or goroutines that are left
	memory = 3 << 30         // bytes; more than this is a mutant that never stops taking some
)

// execute runs a stage of a suite.
func execute(ctx context.Context, s *suite, stage stage, env []string) result {
	bounded, cancel := context.WithTimeout(ctx, stage.patience+grace)
	defer cancel()
	args := append([]string{"-test.failfast", "-test.timeout=" + stage.patience.String()}, stage.args...)
	cmd := exec.CommandContext(bounded, s.binary, args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = s.dir, append(os.Environ(), env...), grace
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return result{err: err}
	}
	ended := make(chan struct{})
	tooBig := make(chan bool, 1)
	go func() { tooBig <- watch(cmd.Process, ended) }()
	err := cmd.Wait()
	close(ended)
	r := result{output: out.String(), took: time.Since(began)}
	var exit *exec.ExitError
	switch {
	case <-tooBig:
		r.failed, r.why = true, "takes all memory"
	case err == nil:
	case ctx.Err() != nil:
		r.err = ctx.Err()
	case bounded.Err() != nil:
		r.failed, r.why = true, "does not end"
	case errors.As(err, &exit), errors.Is(err, exec.ErrWaitDelay):
		r.failed, r.why = true, why(r.output)
	default:
		r.err = err
	}
	return r
}

// watch kills a process that takes too much memory, and reports whether it did. It sees
// that on Linux only.
func watch(p *os.Process, ended <-chan struct{}) bool {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ended:
			return false
		case <-tick.C:
			if resident(p.Pid) > memory {
				_ = p.Kill() // it may just have ended
				return true
			}
		}
	}
}

// resident returns the bytes of memory of a process, or 0.
func resident(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64) // 0 if the format is another
	return pages * int64(os.Getpagesize())
}

var (
	failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	timedOut   = regexp.MustCompile(`(?m)^panic: test timed out`)
	crashed    = regexp.MustCompile(`(?m)^(?:panic|fatal error): (.*)`)
	raced      = regexp.MustCompile(`(?m)^WARNING: DATA RACE`)
)

// why reads from the output what failed.
func why(output string) string {
	if timedOut.MatchString(output) {
		return "does not end"
	}
	if tests := failedTest.FindAllStringSubmatch(output, -1); tests != nil {
		name := tests[0][1]
		for _, t := range tests {
			if strings.HasPrefix(t[1], name+"/") {
				name = t[1] // the failing one in a table
			}
		}
		if raced.MatchString(output) {
			return name + " (race)"
		}
		return name
	}
	if m := crashed.FindStringSubmatch(output); m != nil {
		return "crashes: " + m[1]
	}
	last := strings.TrimSpace(output)
	return last[strings.LastIndexByte(last, '\n')+1:]
}
