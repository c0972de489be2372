package simulate

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestQueueIsInOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var q queue
	var want []event
	for n := range 5000 {
		if n%3 == 2 {
			first := slices.MinFunc(want, func(a, b event) int {
				if a.before(&b) {
					return -1
				}
				return 1
			})
			got, ok := q.next()
			assert.True(t, ok)
			assert.Equal(t, first, got)
			want = slices.DeleteFunc(want, func(e event) bool { return e.seq == first.seq })
			continue
		}
		e := event{at: time.Duration(random.IntN(50)), who: int32(n)}
		q.add(e)
		e.seq = q.seq
		want = append(want, e)
	}
	for range want {
		_, ok := q.next()
		assert.True(t, ok)
	}
	_, ok := q.next()
	assert.False(t, ok, "there is nothing left")
}

func TestFIFO(t *testing.T) {
	var f fifo
	var want []int32
	for i := range int32(10000) {
		f.push(i)
		want = append(want, i)
		if i%5 != 0 {
			assert.Equal(t, want[0], f.pop())
			want = want[1:]
		}
		assert.Equal(t, len(want), f.len())
	}
}
