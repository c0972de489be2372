package retry_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A class is what the built-in words say of an error, and what becomes of it
// without on and not.
type class struct {
	transient, unsent, timeout bool
	fate                       fate
}

type fate int

const (
	retried  fate = iota // and a failure for the breaker
	answered             // not retried, and a success for the breaker
	spared               // not retried, and nothing to the breaker
)

// A kind is an error with its class.
type kind struct {
	name   string
	err    error
	want   class
	reason string
}

// classify asks the words, and a Method.
func classify(t *testing.T, err error) class {
	t.Helper()
	got := class{transient: retry.Transient(err), unsent: retry.Unsent(err), timeout: retry.Timeout(err)}
	s := setup{own: policy.Policy{Retry: attempts(2, 0)}}
	s.shared.Breaker = policy.Breaker{Failures: 100}
	m := s.method(fail(err))
	permit, refusal := m.group.Breaker().Allow()
	require.NoError(t, refusal)
	permit.Done(breaker.Failure)
	_ = m.do(t.Context())
	switch outcome := [2]int{m.calls(), m.snapshot().Failures}; outcome {
	case [2]int{2, 3}:
		got.fate = retried
	case [2]int{1, 0}:
		got.fate = answered
	case [2]int{1, 1}:
		got.fate = spared
	default:
		require.Fail(t, "no fate", "calls and failures: %v", outcome)
	}
	return got
}

func testKinds(t *testing.T, kinds []kind) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			assert.Equal(t, k.want, classify(t, k.err), "%s: %v", k.reason, k.err)
			wrapped := fmt.Errorf("call: %w", k.err)
			assert.Equal(t, k.want, classify(t, wrapped), "wrapped")
			both := fmt.Errorf("%w, and %w", errDown, k.err)
			assert.Equal(t, k.want, classify(t, both), "beside one that says nothing")
			deep := &retry.Error{Cause: retry.ErrExhausted, Last: wrapped}
			assert.Equal(t, k.want, classify(t, deep), "in the Error of a wrapper further down")
		})
	}
}

// temporary is a net.Error of an implementation that is not package net's.
type temporary struct{ timeout bool }

func (e temporary) Error() string   { return "temporary" }
func (e temporary) Timeout() bool   { return e.timeout }
func (e temporary) Temporary() bool { return true }

// safe is an error that knows whether its request has left.
type safe struct{ yes bool }

func (e safe) Error() string     { return "safe" }
func (e safe) SafeToRetry() bool { return e.yes }

// claims is an error whose Is method takes it for another one.
type claims struct{ target error }

func (e claims) Error() string        { return "claims" }
func (e claims) Is(target error) bool { return target == e.target }

// several is an error that cannot be compared.
type several []error

func (e several) Error() string   { return "several" }
func (e several) Unwrap() []error { return e }

func TestBuiltInClasses(t *testing.T) {
	dns := func(e net.DNSError) error { return &net.OpError{Op: "dial", Net: "tcp", Err: &e} }
	testKinds(t, []kind{
		{"plain", errDown, class{}, "of no class, and retried"},
		{"cancel of somebody else", context.Canceled, class{}, "this call's context is alive"},
		{"deadline of somebody else", context.DeadlineExceeded, class{transient: true, timeout: true}, "a timeout as good as any"},
		{"attempt timeout", retry.ErrAttemptTimeout, class{transient: true, timeout: true}, "of a wrapper further down"},
		{"os deadline", os.ErrDeadlineExceeded, class{transient: true, timeout: true}, "as files and connections return it"},
		{"net timeout", temporary{true}, class{transient: true, timeout: true}, "says so"},
		{"net, temporary only", temporary{false}, class{transient: true}, "Temporary says little, but nobody says more"},

		{"dial", &net.OpError{Op: "dial", Err: errDown}, class{transient: true, unsent: true}, "nothing was sent"},
		{"read", &net.OpError{Op: "read", Err: errDown}, class{}, "the request may have left"},
		{"dial, DNS temporary", dns(net.DNSError{IsTemporary: true}), class{transient: true, unsent: true}, "SERVFAIL"},
		{"dial, DNS timeout", dns(net.DNSError{IsTimeout: true, IsTemporary: true}), class{transient: true, unsent: true, timeout: true}, "no answer of the name server"},
		{"dial, DNS not found", dns(net.DNSError{IsNotFound: true}), class{fate: answered}, "the name server has answered"},
		{"DNS not found", &net.DNSError{IsNotFound: true}, class{fate: answered}, "from a Resolver"},
		{"DNS temporary", &net.DNSError{IsTemporary: true}, class{transient: true, unsent: true}, "the same"},
		{"DNS timeout", &net.DNSError{IsTimeout: true}, class{transient: true, unsent: true, timeout: true}, "the same"},
		{"DNS misconfigured", &net.DNSError{Err: "no servers"}, class{}, "neither of these"},

		{"EOF", io.EOF, class{fate: answered}, "the end of the data, for a method that may have one"},
		{"EOF of a request", &url.Error{Op: "Get", URL: "http://x", Err: io.EOF}, class{transient: true}, "closed before the response"},
		{"EOF of a read", &net.OpError{Op: "read", Err: io.EOF}, class{transient: true}, "the same from package net"},
		{"EOF wrapped in a request", &url.Error{Op: "Get", Err: fmt.Errorf("http: %w", io.EOF)}, class{transient: true}, "at any depth"},
		{"EOF beside a net.Error", errors.Join(temporary{false}, io.EOF), class{transient: true}, "not inside it, but the worst of the two decides"},
		{"unexpected EOF", io.ErrUnexpectedEOF, class{transient: true}, "cut off in the middle"},

		{"does not exist", fs.ErrNotExist, class{fate: answered}, "an answer"},
		{"exists", fs.ErrExist, class{fate: answered}, "an answer"},
		{"permission", fs.ErrPermission, class{fate: answered}, "an answer"},
		{"closed connection", net.ErrClosed, class{fate: answered}, "closed on this side"},
		{"closed connection in an operation", &net.OpError{Op: "write", Err: net.ErrClosed}, class{fate: answered}, "the same"},
		{"closed file", fs.ErrClosed, class{}, "not on the list"},
		{"claims to not exist", claims{fs.ErrNotExist}, class{fate: answered}, "as errors.Is would say"},
		{"claims to be closed", claims{net.ErrClosed}, class{fate: answered}, "the same"},
		{"claims to be EOF", claims{io.EOF}, class{}, "io.EOF is compared with ==, as its users do"},

		{"Retryable yes", &saysRetryable{true}, class{transient: true}, "the error's word"},
		{"Retryable no", &saysRetryable{false}, class{fate: answered}, "the error's word"},
		{"SafeToRetry yes", safe{true}, class{transient: true, unsent: true}, "the error's word, as pgconn has it"},
		{"SafeToRetry no", safe{false}, class{}, "nothing is known"},
		{"RetryAfter", busy{0}, class{}, "is asked for something else"},
		{"open breaker", errOpen, class{fate: spared}, "not retried here or anywhere"},
		{"open breaker's sentinel", breaker.ErrOpen, class{fate: spared}, "the same"},
		{"permanent", retry.Permanent(errDown), class{fate: answered}, "the method's word"},
		{"permanent, transient inside", retry.Permanent(&saysRetryable{true}), class{fate: answered}, "the mark is stronger"},
		{"not comparable", several{nil, io.EOF}, class{fate: answered}, "is looked through all the same"},
	})
}

// A method's on says what is worth a retry, and not whether the dependency was
// reached: each network error is a failure for the breaker, listed or not.
func TestNetworkErrorsAreFailuresWhateverOnSays(t *testing.T) {
	tests := []struct {
		name     string
		err      error
		failures int // after one before: 2 for a failure, 1 for neutral
		reason   string
	}{
		{"dial", &net.OpError{Op: "dial", Err: errDown}, 2, "nobody was reached"},
		{"DNS temporary", &net.DNSError{IsTemporary: true}, 2, "nobody was found"},
		{"timeout", temporary{true}, 2, "nobody has answered"},
		{"EOF of a request", &url.Error{Op: "Get", Err: io.EOF}, 2, "cut off before the response"},
		{"unexpected EOF", io.ErrUnexpectedEOF, 2, "cut off in the middle"},
		{"Retryable yes", &saysRetryable{true}, 2, "transient, which is a failure whatever on lists"},
		{"plain", errDown, 1, "of no class"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := setup{own: policy.Policy{Retry: attempts(2, 0)}, on: matching(errListed)}
			s.shared.Breaker = policy.Breaker{Failures: 100}
			m := s.method(fail(tt.err))
			permit, refusal := m.group.Breaker().Allow()
			require.NoError(t, refusal)
			permit.Done(breaker.Failure)
			assert.Equal(t, tt.err, m.do(t.Context()), "as it is")
			assert.Equal(t, 1, m.calls(), "on does not list it")
			assert.Equal(t, tt.failures, m.snapshot().Failures, tt.reason)
		})
	}
}

func TestNilIsOfNoClass(t *testing.T) {
	assert.False(t, retry.Transient(nil))
	assert.False(t, retry.Unsent(nil))
	assert.False(t, retry.Timeout(nil))
	assert.False(t, retry.HasType[*declined](nil))
}

func TestHasType(t *testing.T) {
	assert.True(t, retry.HasType[*declined](fmt.Errorf("pay: %w", &declined{7})))
	assert.True(t, retry.HasType[busy](errors.Join(errDown, busy{time.Second})))
	assert.True(t, retry.HasType[interface {
		error
		Retryable() bool
	}](retry.Permanent(&saysRetryable{true})))
	assert.False(t, retry.HasType[*declined](errDown))
}

// What the file system says, from the file system itself.
func TestFileErrors(t *testing.T) {
	dir := t.TempDir()
	_, notThere := os.Open(filepath.Join(dir, "no such file"))
	there := os.Mkdir(dir, 0o700)
	file, err := os.Create(filepath.Join(dir, "file"))
	require.NoError(t, err)
	defer file.Close()
	_, atEnd := file.Read(make([]byte, 1))
	testKinds(t, []kind{
		{"does not exist", notThere, class{fate: answered}, "a *fs.PathError around the system's number"},
		{"exists", there, class{fate: answered}, "the same"},
		{"end of file", atEnd, class{fate: answered}, "io.EOF as it is"},
	})
}
