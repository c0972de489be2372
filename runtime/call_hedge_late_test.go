package retry_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// The error of a copy that answers just after the winner says nothing about the dependency,
// because nobody has judged it.
func TestErrorBesideTheWinnerIsNeutral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		h := newHedged(setup{
			own:    hedge(10*ms, 1),
			shared: policy.Policy{Breaker: policy.Breaker{Failures: 1, Cooldown: time.Minute}},
			options: retry.Options{Group: group, Hooks: retry.Hooks{
				AttemptDone: func(context.Context, retry.AttemptEvent) { time.Sleep(20 * ms) }, // the winner's
			}},
		}, course{takes: 30 * ms, err: errDown, deaf: true}, course{takes: 10 * ms})
		got, err := h.get(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 2, got)
		assert.Equal(t, breaker.Closed, group.Breaker().State())
	})
}

// Last is the error of the copy that returned last, even if others have not answered.
func TestLastErrorOfAHedgeWithoutAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errBusy := errors.New("busy")
		s := setup{own: hedge(10*ms, 2)}
		s.own.Timeout.Total = time.Second
		h := newHedged(s, course{takes: 30 * ms, err: errDown}, course{takes: 40 * ms, err: errBusy}, course{takes: time.Hour})
		_, err := h.get(t.Context())
		e := gaveUp(t, err)
		assert.Equal(t, retry.ErrDeadline, e.Cause)
		assert.Equal(t, errBusy, e.Last)
	})
}

// A panic of a copy for which nobody waits any more ends the program, like a panic on any
// goroutine.
func TestLatePanicEndsTheProgram(t *testing.T) {
	const inside = "RETRYGEN_TEST_LATE_PANIC"
	if os.Getenv(inside) != "" {
		m := setup{own: hedge(ms, 1)}.method()
		first := make(chan bool, 1)
		first <- true
		_, err := retry.Hedge(t.Context(), m.Method, func(ctx context.Context) (int, error) {
			select {
			case <-first:
				<-ctx.Done()
				panic("a late one")
			default:
				return 2, nil
			}
		})
		require.NoError(t, err)
		time.Sleep(time.Minute)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestLatePanicEndsTheProgram$")
	cmd.Env = append(os.Environ(), inside+"=1")
	out, err := cmd.CombinedOutput()
	_, ended := errors.AsType[*exec.ExitError](err)
	assert.True(t, ended)
	assert.Contains(t, string(out), "panic: a late one")
}
