package bounded

import (
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestASetAdmitsTheFirstValues(t *testing.T) {
	s := New(2)
	for _, tt := range []struct{ name, value, want string }{
		{"the first", "a", "a"},
		{"the second", "b", "b"},
		{"one too many", "c", Other},
		{"one that is in", "a", "a"},
		{"one too many, again", "c", Other},
		{"no value", "", ""},
		{"the word for the others", Other, Other},
	} {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, s.Of(tt.value)) })
	}
}

func TestTheEmptyValueTakesNoRoom(t *testing.T) {
	s := New(1)
	assert.Empty(t, s.Of(""))
	assert.Equal(t, "a", s.Of("a"))
}

func TestASetOfNothing(t *testing.T) {
	for _, most := range []int{0, -1} {
		assert.Equal(t, Other, New(most).Of("a"))
	}
}

// Many goroutines that bring many values at the same time do not get more in.
func TestTheBoundHoldsForConcurrentValues(t *testing.T) {
	s := New(100)
	var mu sync.Mutex
	seen := make(map[string]bool)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 10_000 {
				got := s.Of(strconv.Itoa(i))
				mu.Lock()
				seen[got] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	assert.Len(t, seen, 101)
	assert.True(t, seen[Other])
}

func TestLookingUpDoesNotAllocate(t *testing.T) {
	s := New(1)
	s.Of("a")
	for _, value := range []string{"a", "b", ""} {
		assert.Zero(t, testing.AllocsPerRun(100, func() { s.Of(value) }))
	}
}
