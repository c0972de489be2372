package simulate

import (
	"math/rand/v2"
	"time"
)

// A server is a dependency with finite capacity: a number of workers, each of which takes an
// exponentially distributed time for a request, and a queue in front of them, first in first
// out. It does not know that a caller has given up, unless drops says so: then it skips
// requests that still wait in the queue.
type server struct {
	sim     *sim
	random  *rand.Rand
	workers int
	busy    int
	mean    time.Duration // for one request
	most    int           // requests that wait; 0: any number
	drops   bool

	refuses bool // it answers at once that it is down
	stands  bool // it takes requests and does nothing

	requests []request
	unused   []int32
	waiting  fifo

	arrived, done, wasted int // requests: all, those carried out, those of them that nobody waited for
}

// A request is an attempt on its way through the server.
type request struct {
	slot   int32
	serial uint32
	wanted bool
}

// newServer returns a server that serves a rate of requests per second, each in a mean time.
// It has as many workers as that takes.
func newServer(s *sim, random *rand.Rand, perSecond float64, latency time.Duration) *server {
	workers := max(1, int(perSecond*latency.Seconds()+0.5))
	return &server{sim: s, random: random, workers: workers, mean: time.Duration(float64(workers) / perSecond * float64(time.Second))}
}

// submit takes an attempt.
func (v *server) submit(slot int32, s *sent) {
	v.arrived++
	switch {
	case v.refuses:
		v.sim.reply(v.sim.now()+v.mean, slot, s.serial, down)
		return
	case v.most > 0 && v.waiting.len() >= v.most && (v.busy == v.workers || v.stands):
		v.sim.reply(v.sim.now()+v.mean, slot, s.serial, full)
		return
	}
	var i int32
	if n := len(v.unused); n > 0 {
		i = v.unused[n-1]
		v.unused = v.unused[:n-1]
		v.requests[i] = request{slot, s.serial, true}
	} else {
		i = int32(len(v.requests))
		v.requests = append(v.requests, request{slot, s.serial, true})
	}
	s.request = i
	v.waiting.push(i)
	v.start()
}

// start lets idle workers begin.
func (v *server) start() {
	for !v.stands && v.busy < v.workers && v.waiting.len() > 0 {
		i := v.waiting.pop()
		if v.drops && !v.requests[i].wanted {
			v.unused = append(v.unused, i)
			continue
		}
		v.busy++
		v.sim.queue.add(event{at: v.sim.now() + exponential(v.random, v.mean), who: i, kind: served})
	}
}

// finish ends the work on a request.
func (v *server) finish(i int32) {
	r := v.requests[i]
	v.unused = append(v.unused, i)
	v.busy--
	v.done++
	v.start()
	if r.wanted {
		v.sim.answer(r.slot, r.serial, nil)
	} else {
		v.wasted++
	}
}

// leave notes that nobody waits for a request any more.
func (v *server) leave(_ int32, _ *call, s *sent) {
	if s.request >= 0 {
		v.requests[s.request].wanted = false
	}
}

// A fifo is a queue of requests.
type fifo struct {
	items []int32
	first int
}

func (f *fifo) len() int { return len(f.items) - f.first }

func (f *fifo) push(i int32) { f.items = append(f.items, i) }

func (f *fifo) pop() int32 {
	i := f.items[f.first]
	f.first++
	if f.first > 1024 && f.first > len(f.items)/2 {
		f.items = append(f.items[:0], f.items[f.first:]...)
		f.first = 0
	}
	return i
}
