package intest

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	retry "github.com/retrygen/retrygen/runtime"
)

var (
	errFull    = errors.New("full")
	errTooLong = errors.New("too long")
)

// sink is wrapped only by the tests.
//
//retry:simple attempts=2 delay=5ms
type sink interface {
	//retry:not errTooLong
	Put(text string) error
}

// drain is a sink that is full at first.
type drain struct{ got []string }

func (d *drain) Put(text string) error {
	d.got = append(d.got, text)
	switch {
	case len(text) > Limit:
		return errTooLong
	case len(d.got) == 1:
		return errFull
	}
	return nil
}

func TestWrapperInATestFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		next := new(drain)
		wrapper := newResilientSink(next, nil)
		assert.NoError(t, wrapper.Put("abc"))
		assert.Equal(t, 5*time.Millisecond, time.Since(start))
		assert.Same(t, errTooLong, wrapper.Put("abcd"), "a name of the test file in not")
		assert.Equal(t, []string{"abc", "abc", "abcd"}, next.got)
		assert.Same(t, next, wrapper.Unwrap())
	})
}

func TestGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		err := newResilientSink(full{}, nil).Put("abc")
		assert.Equal(t, 5*time.Millisecond, time.Since(start))
		assert.ErrorIs(t, err, retry.ErrExhausted)
		assert.ErrorIs(t, err, errFull)
	})
}

// full is a sink that is always full.
type full struct{}

func (full) Put(string) error { return errFull }
