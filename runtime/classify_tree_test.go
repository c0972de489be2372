package retry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
)

// classed is an error of a class, for a Classify that knows it.
type classed Class

func (e classed) Error() string { return "classed " + Class(e).String() }

// classify knows classed, and looks at nothing else.
func classify(err error) Class {
	if e, ok := err.(classed); ok {
		return Class(e)
	}
	return ClassUnclassified
}

// Of two branches the worse class decides, whichever comes first.
func TestTheWorstBranchDecides(t *testing.T) {
	s := sources{options: classify}
	order := []Class{
		ClassFault, ClassDeadline, ClassUnclassified, ClassTransient, ClassUnsent, ClassThrottled, ClassQuota, ClassConflict, ClassAnswer,
	}
	for i, bad := range order {
		for _, good := range order[i:] {
			a, b := error(classed(bad)), error(classed(good))
			for _, err := range []error{errors.Join(a, b), errors.Join(b, a), fmt.Errorf("%w", errors.Join(a, nil, b))} {
				assert.Equal(t, bad, s.inspect(err).class, "%v and %v", bad, good)
			}
		}
	}
}

func TestTrees(t *testing.T) {
	silent, answers, transient := errors.New("server overloaded"), net.ErrClosed, io.ErrUnexpectedEOF
	for _, tt := range []struct {
		name   string
		err    error
		want   Class
		reason string
	}{
		{"joined with a silent one", errors.Join(silent, answers), ClassUnclassified, "nobody knows what the server says"},
		{"joined with a silent one behind", errors.Join(answers, silent), ClassUnclassified, "the same"},
		{"joined with a transient one", errors.Join(transient, answers), ClassTransient, "the worse one"},
		{"joined with nothing", errors.Join(answers), ClassAnswer, "there is no other"},
		{"another type of several", list{silent, answers}, ClassUnclassified, "as errors.Join"},
		{"an empty list", list{}, ClassUnclassified, "says nothing"},
		{"a list of nil", list{nil, nil}, ClassUnclassified, "the same"},
		{"a list with nil", list{nil, answers, nil}, ClassAnswer, "nil is nobody"},
		{"fmt with a silent one", fmt.Errorf("%w: %w", silent, answers), ClassAnswer, "the text is put before the error that matters"},
		{"fmt with two that speak", fmt.Errorf("%w: %w", answers, transient), ClassTransient, "the worse one"},
		{"fmt with silent ones", fmt.Errorf("%w: %w", silent, errFlaky), ClassUnclassified, "nobody speaks"},
		{"fmt around a join", fmt.Errorf("%w: %w", answers, errors.Join(silent, answers)), ClassUnclassified, "the join counts"},
		{"a join around fmt", errors.Join(answers, fmt.Errorf("%w: %w", silent, answers)), ClassAnswer, "both say so"},
		{"the outermost of a chain", wrapping{"40001", sqlStateError("57P01")}, ClassConflict, "it knows more"},
		{"an outer one that says nothing", wrapping{"00000", sqlStateError("57P01")}, ClassTransient, "the next one is asked"},
		{"an error above several", wrapping{"40001", errors.Join(silent, transient)}, ClassConflict, "it speaks first"},
		{"an own method below a built-in", fmt.Errorf("%w", &net.OpError{Op: "read", Err: sqlStateError("40001")}), ClassConflict, "methods are asked first"},
		{"Temporary above a built-in", shortly{answers}, ClassAnswer, "Temporary is asked last"},
		{"Temporary alone", shortly{silent}, ClassTransient, "nobody says more"},
	} {
		assert.Equal(t, tt.want, of(tt.err), "%s: %s", tt.name, tt.reason)
	}
}

// list is an error that cannot be compared.
type list []error

func (l list) Error() string   { return "list" }
func (l list) Unwrap() []error { return l }

// shortly is an error that says only that it is temporary.
type shortly struct{ err error }

func (e shortly) Error() string   { return "shortly" }
func (e shortly) Unwrap() error   { return e.err }
func (e shortly) Temporary() bool { return true }

// An earlier source is believed wherever in the tree it speaks.
func TestSourcesInTheirOrder(t *testing.T) {
	about := func(target error, c Class) func(error) Class {
		return func(err error) Class {
			if err == target {
				return c
			}
			return ClassUnclassified
		}
	}
	leaf := error(sqlStateError("40001"))
	err := fmt.Errorf("query: %w", leaf)
	var s sources
	assert.Equal(t, ClassConflict, s.inspect(err).class)
	s.library = func(e error) (Class, time.Duration) { return about(leaf, ClassThrottled)(e), time.Second }
	assert.Equal(t, ClassThrottled, s.inspect(err).class, "MethodSpec.Sort")
	s.options = about(err, ClassQuota)
	assert.Equal(t, ClassQuota, s.inspect(err).class, "Options.Classify")
	s.method = about(leaf, ClassAnswer)
	assert.Equal(t, ClassAnswer, s.inspect(err).class, "MethodSpec.Classify, though it knows the inner error only")
	assert.Equal(t, ClassAnswer, s.inspect(errors.Join(err, leaf)).class, "in each branch")
	assert.Equal(t, ClassConflict, s.inspect(errors.Join(err, sqlStateError("40P01"))).class, "the worse branch decides, whatever knows it")
	assert.Equal(t, ClassAnswer, s.inspect(wrapping{"57P01", errors.Join(leaf)}).class, "in a branch, against a method further up")

	s = sources{method: func(error) Class { return 99 }}
	assert.Equal(t, ClassConflict, s.inspect(err).class, "a class that does not exist says nothing")
}

// The funcs see each error, but no nil pointer and nothing that is ours.
func TestWhatTheFuncsSee(t *testing.T) {
	leaf, other := sqlStateError("57P01"), errors.New("other")
	joined := errors.Join(leaf, other, (*pathless)(nil))
	err := &Error{Cause: ErrExhausted, Last: fmt.Errorf("query: %w", Permanent(joined))}
	var seen []error
	note := func(err error) Class { seen = append(seen, err); return ClassUnclassified }
	s := sources{method: note}
	s.inspect(err)
	assert.Equal(t, []error{err.Last, joined, leaf, other}, seen, "a node with several before its branches")
}

func TestUnsentRefinesTransientOnly(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Err: err} }
	for _, tt := range []struct {
		name string
		err  error
		want Class
	}{
		{"nothing else", safely{errFlaky}, ClassUnsent},
		{"transient", safely{sqlStateError("57P01")}, ClassUnsent},
		{"transient above", wrapping{"57P01", safely{errFlaky}}, ClassUnsent},
		{"answer", safely{sqlStateError("28P01")}, ClassAnswer},
		{"fault", safely{sqlStateError("XX000")}, ClassFault},
		{"conflict", safely{sqlStateError("40001")}, ClassConflict},
		{"dial", dial(errFlaky), ClassUnsent},
		{"dial that timed out", dial(&net.DNSError{IsTimeout: true}), ClassUnsent},
		{"dial of several addresses", dial(errors.Join(errFlaky, errFlaky)), ClassUnsent},
		{"dial of a name that does not exist", dial(&net.DNSError{IsNotFound: true}), ClassAnswer},
		{"dial with a certificate that is not accepted", dial(x509.UnknownAuthorityError{}), ClassFault},
	} {
		assert.Equal(t, tt.want, of(tt.err), tt.name)
	}
	s := sources{method: func(error) Class { return ClassTransient }}
	assert.Equal(t, ClassTransient, s.inspect(dial(errFlaky)).class, "the user has said what it is")
	s = sources{library: func(error) (Class, time.Duration) { return ClassTransient, 0 }}
	assert.Equal(t, ClassUnsent, s.inspect(dial(errFlaky)).class, "a library only knows that it is transient")
}

// safely is an error that says that the request had no effect.
type safely struct{ err error }

func (e safely) Error() string     { return "safely" }
func (e safely) Unwrap() error     { return e.err }
func (e safely) SafeToRetry() bool { return true }

// A no to a retry counts in every branch, but not below an error that has
// said yes.
func TestRetryable(t *testing.T) {
	yes, no := retryable{true, nil}, retryable{false, nil}
	var s sources
	for _, tt := range []struct {
		name  string
		err   error
		final bool
		want  Class
	}{
		{"yes", yes, false, ClassTransient},
		{"no", no, true, ClassAnswer},
		{"no, of an error with a class", retryable{false, sqlStateError("57P01")}, true, ClassTransient},
		{"yes above no", retryable{true, no}, false, ClassTransient},
		{"no above yes", retryable{false, yes}, true, ClassAnswer},
		{"yes above a join with no", retryable{true, errors.Join(no)}, false, ClassTransient},
		{"joined", errors.Join(yes, no), true, ClassTransient},
		{"joined with a silent one", errors.Join(no, errFlaky), true, ClassUnclassified},
	} {
		found := s.inspect(tt.err)
		assert.Equal(t, tt.final, found.final, tt.name)
		assert.Equal(t, tt.want, found.class, tt.name)
	}
}

type retryable struct {
	yes bool
	err error
}

func (e retryable) Error() string   { return "retryable" }
func (e retryable) Unwrap() error   { return e.err }
func (e retryable) Retryable() bool { return e.yes }

// Of our own types only what they carry speaks.
func TestOurOwnErrors(t *testing.T) {
	refusal := new(breaker.OpenError)
	fault := sqlStateError("XX000")
	assert.Equal(t, ClassConflict, of(&Error{Cause: ErrDeadline, Last: sqlStateError("40001")}), "its Last")
	assert.Equal(t, ClassUnclassified, of(&Error{Cause: fault, Last: errFlaky}), "not a Cause that the caller has given")
	assert.Equal(t, ClassTransient, of(&Error{Cause: ErrDeadline}), "the Cause, where there is no Last")
	assert.Equal(t, ClassConflict, of(FallbackError(fault, sqlStateError("40001"))), "the error of the call")
	var s sources
	assert.True(t, s.inspect(&Error{Cause: refusal, Last: fault}).refused)
	assert.True(t, s.inspect(&Error{Cause: ErrLimited, Last: fault}).refused)
	assert.False(t, s.inspect(FallbackError(refusal, errFlaky)).refused, "it is the fallback that was refused")
	assert.True(t, s.inspect(FallbackError(errFlaky, refusal)).refused)
	assert.True(t, s.inspect(errors.Join(errFlaky, refusal)).refused)
}

func TestDelays(t *testing.T) {
	s := sources{
		library: func(err error) (Class, time.Duration) {
			if err == errFlaky {
				return ClassThrottled, 2 * time.Second
			}
			return ClassUnclassified, 0
		},
	}
	asks := func(d time.Duration, err error) error { return asking{d, err} }
	assert.Equal(t, 3*time.Second, s.inspect(asks(3*time.Second, asks(4*time.Second, nil))).retryAfter, "the outermost")
	assert.Equal(t, 4*time.Second, s.inspect(asks(0, asks(4*time.Second, nil))).retryAfter, "the outermost that asks")
	assert.Equal(t, 4*time.Second, s.inspect(asks(-1, asks(4*time.Second, nil))).retryAfter, "less than nothing is nothing")
	assert.Equal(t, 2*time.Second, s.inspect(asks(3*time.Second, errFlaky)).retryAfter, "the library before the error")
	assert.Equal(t, 4*time.Second, s.inspect(errors.Join(io.EOF, asks(4*time.Second, nil))).retryAfter, "in a branch")
	s.retryAfter = func(err error) time.Duration {
		if err == errFlaky {
			return time.Minute
		}
		return 0
	}
	assert.Equal(t, time.Minute, s.inspect(asks(3*time.Second, errFlaky)).retryAfter, "the method before all")
	assert.Zero(t, s.inspect(io.EOF).retryAfter)
}

type asking struct {
	d   time.Duration
	err error
}

func (e asking) Error() string             { return "asking" }
func (e asking) Unwrap() error             { return e.err }
func (e asking) RetryAfter() time.Duration { return e.d }

func TestEOF(t *testing.T) {
	request := &url.Error{Op: "Get", Err: io.EOF}
	reads, others := sources{}, sources{cutAtEOF: true}
	assert.Equal(t, ClassAnswer, reads.inspect(io.EOF).class, "the end")
	assert.Equal(t, ClassAnswer, reads.inspect(fmt.Errorf("read: %w", io.EOF)).class)
	assert.Equal(t, ClassTransient, others.inspect(io.EOF).class, "cut off")
	assert.Equal(t, ClassTransient, others.inspect(fmt.Errorf("read: %w", io.EOF)).class)
	assert.False(t, others.inspect(io.EOF).network, "the user may say that it is an answer")
	for _, s := range []sources{reads, others} {
		assert.Equal(t, ClassTransient, s.inspect(request).class, "cut off in any case")
		assert.True(t, s.inspect(request).network)
		assert.Equal(t, ClassTransient, s.inspect(io.ErrUnexpectedEOF).class)
	}
}

// What the standard library alone can tell about requests that can never succeed.
func TestRequestsInVain(t *testing.T) {
	bad := []byte("http://a b") // a variable, because staticcheck reads constants
	_, parse := url.Parse(string(bad))
	_, escape := url.PathUnescape("%zz")
	within := func(err error) error { return &url.Error{Op: "Get", URL: "x", Err: err} }
	for name, err := range map[string]error{
		"an address":                parse,
		"unknown authority":         within(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}),
		"expired":                   within(x509.CertificateInvalidError{Reason: x509.Expired}),
		"another host":              within(x509.HostnameError{Certificate: new(x509.Certificate)}),
		"no roots":                  within(x509.SystemRootsError{}),
		"a verification of its own": within(&tls.CertificateVerificationError{Err: errFlaky}),
		"scheme":                    within(errors.New(`unsupported protocol scheme ""`)),
		"redirects":                 within(errors.New("stopped after 10 redirects")),
	} {
		assert.Equal(t, ClassFault, of(err), name)
		assert.Equal(t, ClassFault, of(fmt.Errorf("call: %w", err)), name)
	}
	assert.Equal(t, ClassUnclassified, of(escape), "only as part of an address")
	assert.Equal(t, ClassUnclassified, of(within(tls.RecordHeaderError{Msg: "x"})), "may be a proxy in between")
}
