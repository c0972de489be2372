package locals_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/golden/locals"
	retry "github.com/retrygen/retrygen/runtime"
)

// service counts the calls of each method, which fail with err.
type service struct {
	locals.Locals
	calls int
	err   error
}

func (s *service) fail() error { s.calls++; return s.err }

func (s *service) Common(context.Context) error  { return s.fail() }
func (s *service) Contextless() error            { return s.fail() }
func (s *service) W(context.Context) error       { return s.fail() }
func (s *service) Errors(context.Context) error  { return s.fail() }
func (s *service) True(context.Context) error    { return s.fail() }
func (s *service) Backoff(context.Context) error { return s.fail() }

// Each method has its own policy, though the variables that hold them had to give way.
func TestPolicies(t *testing.T) {
	busy := errors.New("busy")
	tests := []struct {
		name  string
		call  func(context.Context, locals.Locals) error
		err   error
		calls int
	}{
		{"Common", func(ctx context.Context, l locals.Locals) error { return l.Common(ctx) }, busy, 3},
		{"Contextless", func(_ context.Context, l locals.Locals) error { return l.Contextless() }, busy, 3},
		{"W", func(ctx context.Context, l locals.Locals) error { return l.W(ctx) }, busy, 3},
		{"W of a listed error", func(ctx context.Context, l locals.Locals) error { return l.W(ctx) }, errors.ErrUnsupported, 1},
		{"Errors", func(ctx context.Context, l locals.Locals) error { return l.Errors(ctx) }, busy, 1},
		{"Errors of a listed error", func(ctx context.Context, l locals.Locals) error { return l.Errors(ctx) }, locals.ErrGone, 3},
		{"True", func(ctx context.Context, l locals.Locals) error { return l.True(ctx) }, locals.ErrGone, 1},
		{"True of a listed error", func(ctx context.Context, l locals.Locals) error { return l.True(ctx) }, errors.ErrUnsupported, 3},
		{"Backoff", func(ctx context.Context, l locals.Locals) error { return l.Backoff(ctx) }, busy, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &service{err: tt.err}
				assert.ErrorIs(t, tt.call(t.Context(), locals.NewResilientLocals(s, nil)), tt.err)
				assert.Equal(t, tt.calls, s.calls)
			})
		})
	}
}

// Group returns the group in use, given or not.
func TestGroup(t *testing.T) {
	group := new(retry.Group)
	wrapper := locals.NewResilientLocals(new(service), &retry.Options{Group: group})
	assert.Same(t, group, wrapper.Group())

	wrapper = locals.NewResilientLocals(new(service), nil)
	assert.NotNil(t, wrapper.Group().MethodBreaker("Locals.Policy"), "the breaker of a method")
}

type directory struct{}

func (directory) Group(_ context.Context, name string) ([]string, error) {
	return []string{name}, nil
}

// The interface's own Group is the one that a caller gets.
func TestGroupOfTheInterface(t *testing.T) {
	members, err := locals.NewResilientDirectory(directory{}, nil).Group(t.Context(), "admins")
	assert.NoError(t, err)
	assert.Equal(t, []string{"admins"}, members)
}
