package aliases

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/golden/aliases/open"
)

var errFlaky = errors.New("flaky")

// flaky fails in each first attempt.
type flaky struct{ calls int }

func (f *flaky) fail() error {
	if f.calls++; f.calls%2 == 1 {
		return errFlaky
	}
	return nil
}

type service struct{ flaky }

func (s *service) Hidden(_ context.Context, key open.Key) (*open.Key, error) { return &key, s.fail() }

func (s *service) Generic(_ context.Context, twice open.Twice[string]) (open.Numbers, error) {
	return open.Numbers{First: len(twice.First), Second: len(twice.Second)}, s.fail()
}

func (s *service) Own(_ context.Context, local Local) (Local, error) { return local, s.fail() }

type store[K comparable, V any] struct {
	flaky
	saved map[K]V
}

func (s *store[K, V]) Load(key K) (V, error)     { return s.saved[key], s.fail() }
func (s *store[K, V]) Save(key K, value V) error { s.saved[key] = value; return s.fail() }
func (s *store[K, V]) Close() error              { return s.fail() }

func TestAliases(t *testing.T) {
	client := NewResilientAliases(new(service), nil)
	key, err := client.Hidden(t.Context(), open.Key{Text: "key"})
	require.NoError(t, err)
	assert.Equal(t, "key", key.Text)
	numbers, err := client.Generic(t.Context(), open.Twice[string]{First: "a", Second: "bc"})
	require.NoError(t, err)
	assert.Equal(t, open.Numbers{First: 1, Second: 2}, numbers)
	local := Local{"a": {{Text: "b"}}}
	got, err := client.Own(t.Context(), local)
	require.NoError(t, err)
	assert.Equal(t, local, got)
}

// saves writes and reads through a wrapper; each fails once.
func saves[K comparable, V any](t *testing.T, client open.Store[K, V], key K, value V) {
	t.Helper()
	require.NoError(t, client.Save(key, value))
	got, err := client.Load(key)
	require.NoError(t, err)
	assert.Equal(t, value, got)
}

func TestDeclaredByWayOfAnother(t *testing.T) {
	numbers := &store[string, int]{saved: map[string]int{}}
	saves(t, open.Store[string, int](NewResilientSame(numbers, nil)), "a", 1)
	saves(t, open.Store[string, int](NewResilientDefined(numbers, nil)), "b", 2)
	saves(t, open.Store[string, int](NewResilientInstance(numbers, nil)), "c", 3)
	assert.Equal(t, 12, numbers.calls, "two attempts of each")

	keys := &store[string, []open.Key]{saved: map[string][]open.Key{}}
	saves(t, Instantiated(NewResilientInstantiated(keys, nil)), "d", []open.Key{{Text: "d"}})

	all := &store[open.Key, Local]{saved: map[open.Key]Local{}}
	embedding := NewResilientEmbedding(all, nil)
	saves(t, open.Store[open.Key, Local](embedding), open.Key{Text: "e"}, Local{"e": nil})
	assert.NoError(t, embedding.Close())
}
