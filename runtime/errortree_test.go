package retry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
)

// pathless is an error whose methods need a receiver.
type pathless struct{ path string }

func (e *pathless) Error() string    { return e.path }
func (e *pathless) Timeout() bool    { return e.path == "" }
func (e *pathless) Unwrap() error    { return errors.New(e.path) }
func (e *pathless) Is(error) bool    { return e.path == "" }
func (e *pathless) As(any) bool      { return e.path == "" }
func (e *pathless) Retryable() bool  { return e.path == "" }
func (e *pathless) SQLState() string { return e.path }

// panicking is an error each of whose methods panics, except Error.
type panicking struct{}

func (panicking) Error() string             { return "panicking" }
func (panicking) Timeout() bool             { panic("Timeout") }
func (panicking) Retryable() bool           { panic("Retryable") }
func (panicking) SafeToRetry() bool         { panic("SafeToRetry") }
func (panicking) SQLState() string          { panic("SQLState") }
func (panicking) ErrorCode() string         { panic("ErrorCode") }
func (panicking) HTTPStatusCode() int       { panic("HTTPStatusCode") }
func (panicking) HasErrorLabel(string) bool { panic("HasErrorLabel") }
func (panicking) Temporary() bool           { panic("Temporary") }
func (panicking) Is(error) bool             { panic("Is") }
func (panicking) As(any) bool               { panic("As") }

// partly panics in one method, and speaks by another one.
type partly struct {
	panicking
	err error
}

func (partly) HTTPStatusCode() int { return 429 }
func (e partly) Unwrap() error     { return e.err }

// structs of this type can be compared, but those with a slice in it panic.
type holder struct{ err error }

func (e holder) Error() string { return "holder" }
func (e holder) Unwrap() error { return e.err }

// strange are errors at which a careless look panics.
var strange = map[string]error{
	"nil pointer":                     (*pathless)(nil),
	"nil pointer of a library":        nilURL(),
	"nil pointer of ours":             (*Error)(nil),
	"nil pointer of errors.New":       nilPlain(),
	"nil pointer, wrapped":            fmt.Errorf("get: %w", nilURL()),
	"nil pointer, joined":             errors.Join(errFlaky, (*pathless)(nil)),
	"methods that panic":              panicking{},
	"methods that panic, wrapped":     fmt.Errorf("get: %w", panicking{}),
	"Unwrap that panics":              unwrapping{},
	"cannot be compared":              holder{list{errFlaky}},
	"cannot be compared, in a list":   list{holder{list{errFlaky}}},
	"cannot be compared, in an Error": &Error{Cause: list{errFlaky}, Last: list{errFlaky}},
}

// nilPlain is a nil pointer of the type that errors.New returns.
func nilPlain() error {
	return reflect.Zero(plainType).Interface().(error)
}

type unwrapping struct{}

func (unwrapping) Error() string { return "unwrapping" }
func (unwrapping) Unwrap() error { panic("Unwrap") }

// No error breaks a call, whatever looks at it.
func TestStrangeErrorsBreakNoCall(t *testing.T) {
	on := func(err error) bool {
		return errors.Is(err, io.EOF) || HasType[*fs.PathError](err) || Transient(err) || Timeout(err) ||
			HasStatus(err, 404) || HasCode[*coded](err, 5) || HasGRPCCode[*coded](err, 5)
	}
	p, err := policy.Parse("simple attempts=2 delay=0s; breaker failures=100; timeout attempt=1h")
	require.NoError(t, err)
	for name, strange := range strange {
		t.Run(name, func(t *testing.T) {
			for how, spec := range map[string]MethodSpec{
				"alone": {},
				"on":    {On: on},
				"not":   {Not: on},
				"both":  {On: on, Not: on},
				"sorted": {
					Classify:   classify,
					Sort:       func(err error) (Class, time.Duration) { return classify(err), 0 },
					RetryAfter: func(error) time.Duration { return 0 },
				},
			} {
				spec.Policy = p
				m := NewWrapper("Client", policy.Policy{}, nil).Method("Get", spec)
				calls := 0
				require.NotPanics(t, func() {
					err := m.Do(t.Context(), func(context.Context) error { calls++; return strange })
					assert.Error(t, err, how)
					assert.True(t, m.FallsBack(t.Context(), nil, err), how)
					assert.Error(t, FallbackError(err, strange), how)
					assert.Error(t, FallbackError(strange, strange), how)
					assert.Error(t, forLog(err), how)
				}, how)
				if spec.On == nil {
					assert.Equal(t, 2, calls, "%s: an error that says nothing is retried", how)
				}
			}
			require.NotPanics(t, func() {
				_ = Transient(strange) || Unsent(strange) || Throttled(strange) || Conflict(strange) || Timeout(strange)
				outcomeOf(strange, nil)
			})
		})
	}
}

// What a method that panics would have said is not known; the others speak.
func TestMethodsThatPanicSayNothing(t *testing.T) {
	assert.Equal(t, ClassThrottled, of(partly{err: errFlaky}))
	var s sources
	assert.True(t, s.inspect(partly{}).broken)
	assert.Equal(t, ClassTransient, of(fmt.Errorf("%w", joinPanicking{io.ErrUnexpectedEOF})), "what it wraps speaks")
}

type joinPanicking struct{ err error }

func (joinPanicking) Error() string   { return "x" }
func (joinPanicking) Timeout() bool   { panic("Timeout") }
func (e joinPanicking) Unwrap() error { return e.err }

// On sees an error that it may look at, in the place of one that it may not.
func TestOnFindsWhatAStrangeErrorWraps(t *testing.T) {
	err := fmt.Errorf("get: %w", errors.Join(nilURL(), &fs.PathError{Op: "open", Err: io.EOF}, panicking{}))
	var s sources
	found := s.inspect(err)
	require.True(t, found.broken)
	shown := show(err, &found, false)
	assert.Equal(t, err.Error(), shown.Error())
	assert.True(t, errors.Is(shown, io.EOF))
	assert.False(t, errors.Is(shown, io.ErrClosedPipe))
	assert.True(t, HasType[*fs.PathError](shown))
	assert.True(t, HasType[*url.Error](shown), "its type is known, though there is nothing behind it")
	assert.False(t, HasType[*pathless](shown))
	assert.True(t, errors.Is(show(err, &found, true), ErrAttemptTimeout))
	assert.Equal(t, "an error without a text", (&hollow{(*pathless)(nil)}).Error())
}

// Goexit is no panic: it goes on.
func TestQuietlyLetsGoexitPass(t *testing.T) {
	reached := false
	done := make(chan struct{})
	go func() {
		defer close(done)
		quietly(func() { runtime.Goexit() })
		reached = true
	}()
	<-done
	assert.False(t, reached)
	assert.False(t, quietly(func() { panic("x") }))
	assert.True(t, quietly(func() {}))
}

func TestSame(t *testing.T) {
	a, b := errors.New("x"), errors.New("x")
	assert.True(t, same(a, a))
	assert.False(t, same(a, b))
	assert.True(t, same(nil, nil))
	assert.False(t, same(a, nil))
	assert.False(t, same(a, list{a}))
	assert.True(t, same(list{a}, list{a}), "as far as anybody can tell")
	assert.False(t, same(list{a}, list{a, b}))
	assert.True(t, same(holder{list{a}}, holder{list{a}}))
}

// An error that the fallback hands on is not told twice.
func TestFallbackErrorHandsOn(t *testing.T) {
	for _, err := range []error{errFlaky, holder{list{errFlaky}}, list{errFlaky}, fmt.Errorf("x: %w", nilURL())} {
		assert.Equal(t, err, FallbackError(err, err))
		wrapped := fmt.Errorf("stale: %w", err)
		assert.Equal(t, wrapped, FallbackError(wrapped, err))
		assert.Equal(t, "offline\n"+err.Error(), FallbackError(errors.New("offline"), err).Error())
	}
	assert.NoError(t, FallbackError(nil, errFlaky))
	both := FallbackError(errFlaky, io.EOF)
	assert.ErrorIs(t, both, errFlaky)
	assert.ErrorIs(t, both, io.EOF)
}
