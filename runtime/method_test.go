package retry_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/backoff"
	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

const ms = time.Millisecond

var errDown = errors.New("down")

// errOpen is what a breaker further down refuses with.
var errOpen = func() error {
	b := breaker.New(breaker.Config{Name: "below"})
	b.ForceOpen()
	_, err := b.Allow()
	return err
}()

// An answer is what the wrapped method does in one call.
type answer func(context.Context) error

func fail(err error) answer { return func(context.Context) error { return err } }

func succeed(context.Context) error { return nil }

// hang returns when the attempt's context has ended.
func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// A setup says what a method is made from. The zero setup makes one attempt, and
// guards nothing.
type setup struct {
	shared  policy.Policy // of the wrapper; the method is under what it says
	own     policy.Policy // of the method
	on, not func(error) bool
	key     bool
	lends   bool // results may go on using the context
	options retry.Options
	spec    func(*retry.MethodSpec) // says the rest; nil: there is none
	general bool                    // no direct first attempt, see the entries
}

// A method is a retry.Method in front of a wrapped method that answers as it is
// told, and notes its calls. It is not for concurrent use.
type method struct {
	*retry.Method
	group    *retry.Group
	made     time.Time
	answers  []answer // of the calls in turn; the last one goes on
	began    []time.Duration
	contexts []context.Context
}

func (s setup) method(answers ...answer) *method {
	if s.options.Group == nil {
		s.options.Group = new(retry.Group)
	}
	if s.general && s.options.Hooks.AttemptDone == nil {
		s.options.Hooks.AttemptDone = func(context.Context, retry.AttemptEvent) {}
	}
	w := retry.NewWrapper("Client", s.shared, &s.options)
	spec := retry.MethodSpec{
		Policy:         s.own,
		SharedBreaker:  s.shared.Breaker != (policy.Breaker{}),
		SharedBudget:   s.shared.Budget != (policy.Budget{}),
		On:             s.on,
		Not:            s.not,
		IdempotencyKey: s.key,
		Lends:          s.lends,
	}
	if s.spec != nil {
		s.spec(&spec)
	}
	return &method{
		Method:  w.Method("Get", spec),
		group:   s.options.Group,
		made:    time.Now(),
		answers: answers,
	}
}

// next is the wrapped method.
func (m *method) next(ctx context.Context) error {
	does := m.answers[min(len(m.began), len(m.answers)-1)]
	m.began = append(m.began, time.Since(m.made))
	m.contexts = append(m.contexts, ctx)
	return does(ctx)
}

// do calls the method by Do.
func (m *method) do(ctx context.Context) error { return m.Do(ctx, m.next) }

// calls is how often the wrapped method has been called.
func (m *method) calls() int { return len(m.began) }

// snapshot is of the wrapper's breaker.
func (m *method) snapshot() breaker.Snapshot { return m.group.Breaker().Snapshot() }

// An entry is one of the ways through the package, which must not differ in what
// they do: Do and Call, each with a first attempt that is made directly and with
// one that is made like all the others.
type entry struct {
	name    string
	general bool
	call    func(t *testing.T, m *method, ctx context.Context) error
}

var entries = []entry{
	{"Do", false, callDo},
	{"Do general", true, callDo},
	{"Call", false, callCall},
	{"Call general", true, callCall},
}

func callDo(_ *testing.T, m *method, ctx context.Context) error { return m.do(ctx) }

func callCall(t *testing.T, m *method, ctx context.Context) error {
	before := m.calls()
	result, err := retry.Call(ctx, m.Method, func(ctx context.Context) (int, error) {
		err := m.next(ctx)
		return m.calls(), err
	})
	if m.calls() == before {
		assert.Zero(t, result, "there was no attempt to have it from")
	} else {
		assert.Equal(t, m.calls(), result, "the result is the last attempt's")
	}
	return err
}

// throughEntries runs a test in a bubble for each entry.
func throughEntries(t *testing.T, test func(t *testing.T, e entry)) {
	t.Helper()
	for _, e := range entries {
		t.Run(e.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, e) })
		})
	}
}

// attempts is a policy of n attempts, a delay apart.
func attempts(n int, delay time.Duration) policy.Retry {
	return policy.Retry{Attempts: n, Strategy: backoff.Simple{Interval: delay}}
}

// matching returns what the generator writes for the name of an error variable.
func matching(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

// gaveUp requires err to be an Error of the method that setup makes.
func gaveUp(t *testing.T, err error) *retry.Error {
	t.Helper()
	e, ok := errors.AsType[*retry.Error](err)
	require.True(t, ok, "want an *retry.Error, got %v", err)
	require.Equal(t, "Client.Get", e.Method)
	return e
}
