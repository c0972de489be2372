package retry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
)

// below adds an error that is wrapped to a type of an error.
type below struct{ err error }

func (b below) Unwrap() error { return b.err }

// branches adds several.
type branches []error

func (b branches) Unwrap() []error { return b }

// Parts that an error can be made of.
type (
	text      struct{}
	timing    struct{ text }
	claiming  struct{ text } // to be an answer
	temporary struct{ text }
)

func (text) Error() string            { return "text" }
func (timing) Timeout() bool          { return true }
func (claiming) Is(target error) bool { return target == fs.ErrNotExist }
func (temporary) Temporary() bool     { return true }

// What an error says by its methods goes before what the error below it says, and behind
// what MethodSpec.Sort says about that.
func TestMethodsInTheOrderOfSources(t *testing.T) {
	leaf, status := error(sqlStateError("40001")), error(statusError(404))
	for name, tt := range map[string]struct {
		err  func(below) error
		leaf error
		want Class
	}{
		"SQLState": {func(b below) error {
			return struct {
				sqlStateError
				below
			}{"57P01", b}
		}, status, ClassTransient},
		"Timeout": {func(b below) error {
			return struct {
				timing
				below
			}{timing{}, b}
		}, leaf, ClassTransient},
		"Retryable": {func(b below) error { return retryable{true, b.err} }, leaf, ClassTransient},
		"ErrorCode": {func(b below) error {
			return struct {
				codeError
				below
			}{"Throttling", b}
		}, leaf, ClassThrottled},
		"HTTPStatusCode": {func(b below) error {
			return struct {
				statusError
				below
			}{404, b}
		}, leaf, ClassAnswer},
		"RedisError": {func(b below) error {
			return struct {
				redisError
				below
			}{"LOADING Redis is loading the dataset in memory", b}
		}, leaf, classOfRedis("LOADING Redis is loading the dataset in memory")},
		"HasErrorLabel": {func(b below) error {
			return struct {
				labelsError
				below
			}{labelsError{"RetryableWriteError"}, b}
		}, leaf, classOfLabels(labelsError{"RetryableWriteError"}.HasErrorLabel)},
	} {
		t.Run(name, func(t *testing.T) {
			assert.NotEqual(t, ClassUnclassified, tt.want)
			err := tt.err(below{tt.leaf})
			assert.Equal(t, tt.want, of(err))
			assert.False(t, findingOf(err).broken, "it is asked for nothing that it does not have")
			s := sources{library: func(err error) (Class, time.Duration) {
				if err == tt.leaf {
					return ClassQuota, 0
				}
				return ClassUnclassified, 0
			}}
			assert.Equal(t, ClassQuota, s.inspect(err).class, "Sort knows the error below")
		})
	}
}

// The delay that MethodSpec.Sort knows goes before that of an error's own method.
func TestDelaysInTheOrderOfSources(t *testing.T) {
	leaf := errors.New("leaf")
	s := sources{library: func(err error) (Class, time.Duration) {
		if err == leaf {
			return ClassUnclassified, 5 * time.Second
		}
		return ClassUnclassified, 0
	}}
	err := asking{2 * time.Second, leaf}
	assert.Equal(t, 5*time.Second, s.inspect(err).retryAfter)
	var none sources
	assert.Equal(t, 2*time.Second, none.inspect(err).retryAfter)
	assert.EqualValues(t, 1, none.inspect(asking{1, leaf}).retryAfter, "the shortest delay is one")
	assert.False(t, none.inspect(err).broken)
	assert.False(t, none.inspect(safely{leaf}).broken)
}

// The errors of the standard library go before Temporary. Among themselves the outer one
// decides.
func TestBuiltInErrorsInTheOrderOfSources(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		want Class
	}{
		"net.ErrClosed":       {net.ErrClosed, ClassAnswer},
		"fs.ErrNotExist":      {fs.ErrNotExist, ClassAnswer},
		"io.EOF":              {io.EOF, ClassAnswer},
		"io.ErrUnexpectedEOF": {io.ErrUnexpectedEOF, ClassTransient},
		"a broken connection": {syscall.ECONNRESET, ClassTransient},
		"no connection":       {syscall.ECONNREFUSED, ClassUnsent},
		"no such host":        {&net.DNSError{IsNotFound: true}, ClassAnswer},
		"a bad URL":           {&url.Error{Op: "parse", Err: errFlaky}, ClassFault},
		"a bad certificate":   {x509.HostnameError{Certificate: &x509.Certificate{}}, ClassFault},
		"Is":                  {claiming{}, ClassAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, of(tt.err))
			if tt.want != ClassTransient {
				outer := struct {
					temporary
					below
				}{temporary{}, below{tt.err}}
				assert.Equal(t, tt.want, of(outer), "below an error that is only temporary")
				assert.False(t, findingOf(outer).broken)
			}
			assert.Equal(t, worse(tt.want, ClassUnclassified), of(struct {
				temporary
				branches
			}{temporary{}, branches{tt.err, errFlaky}}), "in a branch below one, beside a silent one")

			outer, decides := error(&tls.CertificateVerificationError{Err: tt.err}), ClassFault
			if tt.want == ClassFault {
				outer, decides = struct {
					claiming
					below
				}{claiming{}, below{tt.err}}, ClassAnswer
			}
			assert.Equal(t, decides, of(outer), "below another one")
		})
	}
}

// That a request was never sent refines a vague class, and speaks as the standard library
// does.
func TestUnsentInTheOrderOfSources(t *testing.T) {
	dial := &net.OpError{Op: "dial", Err: errFlaky}
	assert.Equal(t, ClassUnsent, of(struct {
		temporary
		branches
	}{temporary{}, branches{dial}}), "it goes before Temporary")
	assert.Equal(t, ClassAnswer, of(struct {
		claiming
		branches
	}{claiming{}, branches{dial}}), "the outer error decides among equals")
}

// A dependency that was not reached is the network's doing, unless somebody has answered.
func TestDiallingIsOfTheNetwork(t *testing.T) {
	dial := func(err error) finding { return findingOf(&net.OpError{Op: "dial", Err: err}) }
	assert.True(t, dial(errFlaky).network)
	assert.True(t, dial(x509.HostnameError{Certificate: &x509.Certificate{}}).network)
	assert.False(t, dial(&net.DNSError{IsNotFound: true}).network, "the name server has")
	assert.True(t, findingOf(syscall.ECONNREFUSED).network)
	assert.True(t, findingOf(timing{}).network)
	assert.True(t, findingOf(timing{}).timeout)
	for _, err := range []error{errors.Join(io.ErrUnexpectedEOF, errFlaky), errors.Join(errFlaky, io.ErrUnexpectedEOF)} {
		assert.True(t, findingOf(err).network, "in a branch")
	}
	assert.False(t, findingOf(errors.Join(errFlaky, io.EOF)).network)
}

// A temporary failure of DNS means that no request was sent, whatever error it wraps.
func TestNameServerThatIsDown(t *testing.T) {
	assert.Equal(t, ClassUnsent, of(&net.DNSError{IsTemporary: true, UnwrapErr: fs.ErrNotExist}))
	assert.Equal(t, ClassUnsent, of(&net.DNSError{IsTimeout: true, UnwrapErr: fs.ErrNotExist}))
}

// The outermost error decides whether a request was sent.
func TestUnsentIsTheOutermostWord(t *testing.T) {
	assert.Equal(t, ClassUnclassified, of(struct {
		unsafe
		below
	}{unsafe{}, below{safely{errFlaky}}}))
	assert.Equal(t, ClassUnsent, of(safely{struct {
		unsafe
		below
	}{unsafe{}, below{errFlaky}}}))
}

type unsafe struct{ text }

func (unsafe) SafeToRetry() bool { return false }

// What the user's func says stays as it is, and what a library says is refined.
func TestUnsentRefinesLibraries(t *testing.T) {
	err := safely{classed(ClassTransient)}
	s := sources{options: classify}
	assert.Equal(t, ClassTransient, s.inspect(err).class)
	s = sources{library: func(err error) (Class, time.Duration) { return classify(err), 0 }}
	assert.Equal(t, ClassUnsent, s.inspect(err).class)
}

// Options.Classify goes before MethodSpec.Sort, and is not asked when MethodSpec.Classify
// has spoken.
func TestFuncsInTheOrderOfSources(t *testing.T) {
	leaf := errors.New("leaf")
	err := fmt.Errorf("outer: %w", leaf)
	of := func(target error, c Class) func(error) Class {
		return func(err error) Class {
			if err == target {
				return c
			}
			return ClassUnclassified
		}
	}
	s := sources{
		options: of(err, ClassFault),
		library: func(e error) (Class, time.Duration) { return of(leaf, ClassQuota)(e), 0 },
	}
	assert.Equal(t, ClassFault, s.inspect(err).class)
	var asked []error
	s = sources{method: of(err, ClassFault), options: func(err error) Class { asked = append(asked, err); return ClassQuota }}
	assert.Equal(t, ClassFault, s.inspect(err).class)
	assert.Empty(t, asked)
}

// Among branches the best source counts, and it must be better than that of the error above.
func TestBestSourceOfBranches(t *testing.T) {
	for _, b := range []branches{{sqlStateError("57P01"), shortly{errFlaky}}, {shortly{errFlaky}, sqlStateError("57P01")}} {
		assert.Equal(t, ClassTransient, of(struct {
			claiming
			branches
		}{claiming{}, b}))
	}
}

// The code of an error knows more than the status above it, and than another code below.
func TestCodeBetweenAStatusAndACode(t *testing.T) {
	assert.Equal(t, ClassThrottled, of(withStatus{400, struct {
		codeError
		below
	}{"Throttling", below{codeError("RequestTimeout")}}}))
}

// A nil pointer in a branch makes the whole broken, and branches without one do not.
func TestBrokenInABranch(t *testing.T) {
	assert.True(t, findingOf(errors.Join((*pathless)(nil), errFlaky)).broken)
	assert.True(t, findingOf(errors.Join(errFlaky, (*pathless)(nil))).broken)
	assert.False(t, findingOf(errors.Join(errFlaky, io.EOF)).broken)
}

// What the class of an error tells the breaker.
func TestVotesOfClasses(t *testing.T) {
	for c, want := range map[Class]breaker.Outcome{
		ClassUnclassified: breaker.Failure, ClassAnswer: breaker.Success, ClassFault: breaker.Failure,
		ClassTransient: breaker.Failure, ClassUnsent: breaker.Failure, ClassThrottled: breaker.Alive,
		ClassDeadline: breaker.Failure, ClassQuota: breaker.Alive, ClassConflict: breaker.Success,
	} {
		assert.Equal(t, want, classes[c].vote, c)
	}
}

// Of two classes the same one decides, whichever comes first.
func TestWorse(t *testing.T) {
	assert.False(t, Class(len(classes)).valid())
	for a := range Class(len(classes)) {
		for b := range Class(len(classes)) {
			assert.Equal(t, worse(a, b), worse(b, a), "%v and %v", a, b)
		}
	}
}

// On and not learn of what only the user's func knows, in a branch too.
func TestHiddenInABranch(t *testing.T) {
	s := sources{options: classify}
	assert.True(t, s.inspect(errors.Join(errFlaky, classed(ClassTransient))).hidden)
	assert.True(t, s.inspect(fmt.Errorf("%w: %w", errFlaky, classed(ClassTransient))).hidden)
	assert.False(t, s.inspect(errors.Join(errFlaky, io.EOF)).hidden)
	s = sources{cutAtEOF: true}
	assert.True(t, s.inspect(io.EOF).hidden, "the words take it for an answer")
}
