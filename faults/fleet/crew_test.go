package fleet

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A crew is the processes of a test.
type crew []*worker

// A worker is one process, with one member or more.
type worker struct {
	members int
	command *exec.Cmd
	orders  io.WriteCloser
	answers *bufio.Scanner
}

const (
	// processes is how many most tests have.
	processes = 10

	// failures is the number of failures in a row that opens the breaker of Stock.
	failures = 5

	// slack is the time that a busy machine may take for a call that nothing holds up. A call
	// that waited for the engine would take as long as the engine is gone.
	slack = 2 * time.Second
)

// settle is how long a test waits for what must happen at some time, on a busy machine.
const settle = 30 * time.Second

// hire starts processes whose members call the dependency, and ends them with the test.
func hire(t *testing.T, r role, processes, members int) crew {
	t.Helper()
	var c crew
	t.Cleanup(func() { c.dismiss(t) })
	for p := range processes {
		r.Members = nil
		for m := range members {
			r.Members = append(r.Members, fmt.Sprintf("%s%03d", r.Prefix, p*members+m))
		}
		w := &worker{members: members, command: inRole(t, r)}
		w.command.Stderr = os.Stderr
		var err error
		w.orders, err = w.command.StdinPipe()
		require.NoError(t, err)
		out, err := w.command.StdoutPipe()
		require.NoError(t, err)
		w.answers = bufio.NewScanner(out)
		require.NoError(t, w.command.Start())
		c = append(c, w)
	}
	return c
}

// dismiss ends all processes. They end together, because each takes a second with the race
// detector.
func (c crew) dismiss(t *testing.T) {
	for _, w := range c {
		_ = w.orders.Close() // fails if the process has ended, which Wait tells
	}
	for _, w := range c {
		assert.NoError(t, w.command.Wait(), "a process has failed")
	}
}

// order tells all processes to do something.
func (c crew) order(t *testing.T, order string) {
	t.Helper()
	for _, w := range c {
		_, err := fmt.Fprintln(w.orders, order)
		require.NoError(t, err)
	}
}

// reports returns what all members have to report since the last time.
func (c crew) reports(t *testing.T) (list []report) {
	t.Helper()
	c.order(t, "report")
	for _, w := range c {
		for range w.members {
			require.True(t, w.answers.Scan(), "a process has ended: %v", w.answers.Err())
			var r report
			require.NoError(t, json.Unmarshal(w.answers.Bytes(), &r))
			list = append(list, r)
		}
	}
	return list
}

// ready waits until all members make calls, and hear of as many members as there are.
func (c crew) ready(t *testing.T, r role, members int) {
	t.Helper()
	c.wait(t, "all members work", func(now report) bool {
		return now.Works && (r.Engine == "" || now.Alive == members)
	})
}

// wait waits until all members report what is wanted. It returns how long that took.
func (c crew) wait(t *testing.T, wanted string, is func(report) bool) time.Duration {
	t.Helper()
	begin := time.Now()
	for {
		var missing []report
		for _, r := range c.reports(t) {
			if !is(r) {
				missing = append(missing, r)
			}
		}
		took := time.Since(begin)
		if len(missing) == 0 {
			return took
		}
		if took > settle {
			require.Fail(t, wanted, "%d members have not come to it, such as %+v", len(missing), missing[0])
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// A sum is what the reports of several members come to.
type sum struct {
	succeeded, failed, refused int
	longest                    time.Duration
	opened                     int64
}

func total(reports []report) (s sum) {
	for _, r := range reports {
		s.succeeded += r.Succeeded
		s.failed += r.Failed
		s.refused += r.Refused
		s.longest = max(s.longest, r.Longest)
		s.opened += r.Opened
	}
	return s
}
