package retry_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestSnapshotOfABudget(t *testing.T) {
	m := setup{own: policy.Policy{Retry: attempts(9, 0), Budget: policy.Budget{Ratio: 25 * policy.Percent, Burst: 2}}}.method(fail(errDown))
	budget := func() retry.BudgetSnapshot {
		require.Nil(t, m.group.Snapshot().Budget, "the method's own")
		return *m.group.Snapshot().Methods[0].Budget
	}
	assert.Equal(t, retry.BudgetSnapshot{Name: "Client.Get", Tokens: 2, Burst: 2}, budget())
	require.ErrorIs(t, m.do(t.Context()), retry.ErrBudget)
	assert.Equal(t, retry.BudgetSnapshot{Name: "Client.Get", Burst: 2, Refused: 1}, budget())
	require.NoError(t, m.Do(t.Context(), succeed))
	assert.Equal(t, 0.25, budget().Tokens)
	require.ErrorIs(t, m.do(t.Context()), retry.ErrBudget)
	assert.EqualValues(t, 2, budget().Refused)
}

func TestSnapshotOfALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := new(retry.Group)
		shared := policy.Policy{Limit: policy.Limit{Concurrent: 2, Wait: time.Second}}
		w := retry.NewWrapper("Client", shared, &retry.Options{Group: group, Name: "eu-west"})
		m := w.Method("Get", retry.MethodSpec{SharedLimit: true})
		takes := func(d time.Duration) {
			go func() {
				_ = m.Do(t.Context(), func(context.Context) error { time.Sleep(d); return nil })
			}()
			synctest.Wait()
		}
		limit := func() retry.LimitSnapshot {
			s := group.Snapshot()
			assert.Equal(t, s.Limit, s.Methods[0].Limit)
			return *s.Limit
		}
		want := retry.LimitSnapshot{Name: "Client", Instance: "eu-west", Capacity: 2}
		assert.Equal(t, want, limit())
		takes(time.Second / 2)
		takes(time.Hour)
		want.Active = 2
		assert.Equal(t, want, limit())
		takes(time.Hour)
		want.Waiting = 1
		assert.Equal(t, want, limit())
		time.Sleep(time.Second / 2)
		synctest.Wait()
		want.Waiting = 0
		assert.Equal(t, want, limit(), "one has left, and the next has its place")
		err := m.Do(t.Context(), succeed)
		assert.EqualError(t, err, `Client of instance "eu-west": limit reached: concurrent=2`)
		want.Refused = 1
		assert.Equal(t, want, limit())
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		require.ErrorIs(t, m.Do(ctx, succeed), context.DeadlineExceeded)
		assert.Equal(t, want, limit(), "the caller did not wait")
		time.Sleep(time.Hour)
	})
}

// A limit with a rate alone has no places.
func TestSnapshotOfARate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{own: policy.Policy{Limit: policy.Limit{Rate: policy.Rate{Events: 1, Per: time.Minute}, Wait: time.Minute}}}.method(succeed)
		require.NoError(t, m.do(t.Context()))
		go func() { _ = m.do(t.Context()) }()
		synctest.Wait()
		require.ErrorIs(t, m.do(t.Context()), retry.ErrLimited)
		limit := func() retry.LimitSnapshot { return *m.group.Snapshot().Methods[0].Limit }
		assert.Equal(t, retry.LimitSnapshot{Name: "Client.Get", Waiting: 1, Refused: 1}, limit())
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Zero(t, limit().Waiting)
	})
}

// Copies of a hedge that a limit or a budget does not let through are counted, too.
func TestSnapshotCountsRefusedCopies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := func(n int, own policy.Policy) retry.MethodSnapshot {
			group := new(retry.Group)
			h := newHedged(setup{own: own, options: retry.Options{Group: group}}, course{takes: 15 * ms})
			for range n {
				_, err := h.get(t.Context())
				require.NoError(t, err)
			}
			return group.Snapshot().Methods[0]
		}
		own := hedge(10*ms, 1)
		own.Limit = policy.Limit{Concurrent: 1}
		assert.EqualValues(t, 1, calls(1, own).Limit.Refused)
		own = hedge(10*ms, 1)
		own.Budget = policy.Budget{Burst: 1}
		assert.EqualValues(t, 1, calls(2, own).Budget.Refused)
	})
}

func TestSnapshotHasWhatTheSourceDeclares(t *testing.T) {
	m := setup{shared: parse(t, "breaker failures=3"), own: parse(t, "timeout total=1s")}.method(succeed)
	require.NoError(t, m.group.SetPolicy("Client.Get", patch(t, "timeout total=2s")))
	s := m.group.Snapshot().Methods[0]
	assert.Equal(t, parse(t, "timeout total=1s; breaker failures=3").Timeout, s.Declared.Timeout)
	assert.Equal(t, 3, s.Declared.Breaker.Failures)
	assert.Equal(t, 2*time.Second, s.Policy.Timeout.Total)
}

// An instance is named by the wrapper that declares it, or else by its group.
func TestInstances(t *testing.T) {
	for _, tt := range []struct{ group, wrapper, want, refusal string }{
		{"", "", "", `circuit breaker "Client" is forced open`},
		{"", "eu-west", "eu-west", `circuit breaker "Client" of instance "eu-west" is forced open`},
		{"bank", "", "bank", `circuit breaker "bank" is forced open`},
		{"bank", "eu-west", "eu-west", `circuit breaker "bank" of instance "eu-west" is forced open`},
	} {
		t.Run(tt.group+" "+tt.wrapper, func(t *testing.T) {
			group := &retry.Group{Name: tt.group}
			var told string
			var log bytes.Buffer
			w := retry.NewWrapper("Client", parse(t, "breaker failures=3"), &retry.Options{
				Group: group, Name: tt.wrapper,
				Logger: slog.New(slog.NewTextHandler(&log, nil)),
				Hooks:  retry.Hooks{BreakerChange: func(c breaker.Change) { told = c.Instance }},
			})
			m := w.Method("Get", retry.MethodSpec{Policy: parse(t, "simple attempts=2; budget burst=1; limit concurrent=1"), SharedBreaker: true})
			group.Breaker().ForceOpen()
			err := m.Do(t.Context(), succeed)
			assert.EqualError(t, err, tt.refusal)
			open, _ := errors.AsType[*breaker.OpenError](err)
			assert.Equal(t, tt.want, open.Instance())
			assert.Equal(t, tt.want, told)
			assert.Equal(t, tt.want != "", strings.Contains(log.String(), " instance="+tt.want+" "), log.String())
			s := group.Snapshot()
			assert.Equal(t, tt.want, s.Breaker.Instance)
			assert.Equal(t, tt.want, s.Methods[0].Instance)
			assert.Equal(t, tt.want, s.Methods[0].Budget.Instance)
			assert.Equal(t, tt.want, s.Methods[0].Limit.Instance)
		})
	}
}

func TestLastGiveUps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := setup{own: policy.Policy{Retry: attempts(2, 0)}}.method(fail(io.ErrUnexpectedEOF))
		giveUps := func() []retry.GiveUp { return m.group.Snapshot().Methods[0].GiveUps }
		require.Error(t, m.do(t.Context()))
		assert.Nil(t, giveUps(), "nobody has asked for them")
		m.group.SetCounting(true)
		begin := time.Now()
		for range 10 {
			require.Error(t, m.do(t.Context()))
			require.NoError(t, m.Do(t.Context(), succeed))
			time.Sleep(time.Second)
		}
		got := giveUps()
		require.Len(t, got, 8)
		for i, g := range got {
			assert.Equal(t, begin.Add(time.Duration(9-i)*time.Second), g.At, "the newest first")
			assert.Equal(t, 2, g.Attempts)
			assert.Equal(t, retry.OutcomeExhausted, g.Outcome)
			assert.Equal(t, retry.ClassTransient, g.Class)
			assert.ErrorIs(t, g.Err, io.ErrUnexpectedEOF)
		}
		m.group.SetCounting(false)
		require.Error(t, m.do(t.Context()))
		assert.Equal(t, got, giveUps())
	})
}

// Methods that are under the same guard have the same pointer. Names do not tell guards apart:
// a method that gets another guard leaves the one before, which has its name, to those who share it.
func TestSnapshotTellsGuardsApart(t *testing.T) {
	shared, err := policy.Parse("breaker failures=2; budget burst=2; limit concurrent=2")
	require.NoError(t, err)
	group := new(retry.Group)
	w := retry.NewWrapper("Client", shared, &retry.Options{Group: group})
	for _, name := range []string{"A", "B", "C"} {
		w.Method(name, retry.MethodSpec{Policy: policy.Policy{Retry: attempts(2, 0)}, SharedBreaker: true, SharedBudget: true, SharedLimit: true})
	}
	s := group.Snapshot()
	for _, m := range s.Methods {
		assert.Same(t, s.Breaker, m.Breaker)
		assert.Same(t, s.Budget, m.Budget)
		assert.Same(t, s.Limit, m.Limit)
	}
	set := func(method, n string) {
		text := "breaker failures=" + n + "; budget burst=" + n + "; limit concurrent=" + n
		require.NoError(t, group.SetPolicy(method, patch(t, text)))
	}
	set("Client.A", "7")
	set("Client.B", "7")
	s = group.Snapshot()
	assert.Same(t, s.Methods[0].Breaker, s.Methods[1].Breaker, "B has adopted the one of A")
	assert.NotSame(t, s.Methods[0].Breaker, s.Methods[2].Breaker)
	set("Client.A", "9")
	s = group.Snapshot()
	assert.Equal(t, *s.Methods[0].Breaker, *s.Methods[1].Breaker, "equal names")
	assert.NotSame(t, s.Methods[0].Breaker, s.Methods[1].Breaker)
	assert.NotSame(t, s.Methods[0].Budget, s.Methods[1].Budget)
	assert.NotSame(t, s.Methods[0].Limit, s.Methods[1].Limit)
	assert.Same(t, s.Methods[2].Breaker, s.Breaker)
}
