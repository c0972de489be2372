package matchers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	retry "github.com/retrygen/retrygen/runtime"
)

// oracle is a Matchers that always returns the same error.
type oracle struct {
	answer   error
	attempts int
}

func (o *oracle) ask() error {
	o.attempts++
	return o.answer
}

func (o *oracle) Variables() error   { return o.ask() }
func (o *oracle) Constant() error    { return o.ask() }
func (o *oracle) ByValue() error     { return o.ask() }
func (o *oracle) ByPointer() error   { return o.ask() }
func (o *oracle) ByInterface() error { return o.ask() }
func (o *oracle) ByFunc() error      { return o.ask() }
func (o *oracle) Classes() error     { return o.ask() }
func (o *oracle) Elsewhere() error   { return o.ask() }
func (o *oracle) Both() error        { return o.ask() }

type (
	coded  struct{} // a Coded
	unsent struct{} // says that it can be sent again
)

func (coded) Error() string      { return "coded" }
func (coded) Status() int        { return 503 }
func (unsent) Error() string     { return "unsent" }
func (unsent) SafeToRetry() bool { return true }

func TestMatchers(t *testing.T) {
	var (
		even    = errors.New("even")
		odd     = errors.New("odd")
		long    = errors.New(strings.Repeat("very ", 30))
		slow    = &net.DNSError{Err: "slow", IsTimeout: true}
		read    = &net.OpError{Op: "read", Err: errors.New("broken")}
		wrapped = func(err error) error { return fmt.Errorf("wrapped: %w", err) }
		tooLong = wrapped(errors.Join(ErrBusy, long))
	)
	tests := []struct {
		name   string
		call   func(Matchers) error
		err    error
		retry  bool
		reason string
	}{
		{"variable", Matchers.Variables, ErrBusy, true, "the first name"},
		{"variable, second", Matchers.Variables, err, true, "not the func's own err"},
		{"variable, wrapped", Matchers.Variables, wrapped(ErrBusy), true, "errors.Is"},
		{"variable, same text", Matchers.Variables, errors.New("busy"), false, "another error"},
		{"constant", Matchers.Constant, syscall.EINTR, true, "an error by its type's methods"},
		{"constant, wrapped", Matchers.Constant, os.NewSyscallError("read", syscall.EINTR), true, "errors.Is"},
		{"constant, another", Matchers.Constant, syscall.EINVAL, false, "the value counts, not the type"},
		{"value", Matchers.ByValue, Value{1}, true, "T"},
		{"value, pointer", Matchers.ByValue, &Value{2}, true, "and *T"},
		{"value, wrapped", Matchers.ByValue, wrapped(Value{3}), true, "errors.AsType"},
		{"value, another", Matchers.ByValue, &Pointer{}, false, "another type"},
		{"pointer", Matchers.ByPointer, &Pointer{1}, true, "*T, because T does not implement error"},
		{"pointer, another", Matchers.ByPointer, Value{}, false, "another type"},
		{"interface", Matchers.ByInterface, coded{}, true, "implemented"},
		{"interface, elsewhere", Matchers.ByInterface, wrapped(slow), true, "net.Error, imported for nothing else"},
		{"interface that it lacks", Matchers.ByInterface, even, false, "no Status, no Timeout"},
		{"func", Matchers.ByFunc, odd, true, "said yes"},
		{"func in a variable", Matchers.ByFunc, long, true, "the second said yes"},
		{"func, no", Matchers.ByFunc, even, false, "both said no"},
		{"transient", Matchers.Classes, wrapped(syscall.ECONNRESET), true, "cut off"},
		{"transient, cut short", Matchers.Classes, io.ErrUnexpectedEOF, true, "cut off"},
		{"unsent", Matchers.Classes, unsent{}, true, "by its method, and in no other class"},
		{"timeout", Matchers.Classes, context.DeadlineExceeded, true, "of somebody else's context"},
		{"no class", Matchers.Classes, even, false, "an error of nobody's"},
		{"no class, an answer", Matchers.Classes, fs.ErrNotExist, false, "an answer is none of these"},
		{"transient, the end of what has none", Matchers.Classes, io.EOF, true, "cut off"},
		{"not, variable", Matchers.Elsewhere, wrapped(sql.ErrNoRows), false, "imported for nothing else"},
		{"not, type", Matchers.Elsewhere, read, false, "*net.OpError"},
		{"not, another", Matchers.Elsewhere, slow, true, "without on everything else"},
		{"both, on", Matchers.Both, ErrBusy, true, "in on and not in not"},
		{"both, on by type", Matchers.Both, wrapped(&Pointer{}), true, "the second name"},
		{"both, not wins", Matchers.Both, tooLong, false, "in on, and in not"},
		{"both, neither", Matchers.Both, even, false, "not in on"},
		{"permanent", Matchers.Variables, retry.Permanent(ErrBusy), false, "the error's own word wins over on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				next := &oracle{answer: tt.err}
				err := tt.call(NewResilientMatchers(next, nil))
				if !tt.retry {
					assert.Equal(t, 1, next.attempts, tt.reason)
					assert.Zero(t, time.Since(start))
					assert.Equal(t, tt.err, err, "as it is")
					return
				}
				assert.Equal(t, 3, next.attempts, tt.reason)
				assert.Equal(t, 2*time.Millisecond, time.Since(start))
				assert.ErrorIs(t, err, retry.ErrExhausted)
				assert.ErrorIs(t, err, tt.err)
			})
		})
	}
}

func TestUnwrap(t *testing.T) {
	next := new(oracle)
	assert.Same(t, next, NewResilientMatchers(next, nil).Unwrap())
}
