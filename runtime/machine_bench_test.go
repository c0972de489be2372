package retry

import (
	"math/rand/v2"
	goruntime "runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/internal/virtual"
)

// machinePolicies are those whose simulated calls and processes are measured.
var machinePolicies = []struct {
	name, text   string
	caller, call int // the most bytes that a process and its call take
}{
	{"retries", "exponential-jitter attempts=4; budget ratio=100%", 512, 768},
	{"timeout", "exponential-jitter attempts=4; timeout attempt=1s total=10s; budget ratio=100%", 512, 768},
	{"breaker", "exponential-jitter attempts=4; timeout attempt=1s; breaker failures=5; budget ratio=100%", 1024, 768},
	{"window", "exponential-jitter attempts=4; timeout attempt=1s; breaker rate=60%; budget ratio=100%", 1536, 768},
	{"limit", "exponential-jitter attempts=4; limit concurrent=10 wait=1s; budget ratio=100%", 1024, 768},
	{"hedge", "exponential-jitter attempts=4; hedge after=100ms; budget ratio=100%", 512, 1152},
}

// BenchmarkMachine measures a simulated call of two attempts, from Begin to Done.
func BenchmarkMachine(b *testing.B) {
	for _, p := range machinePolicies {
		b.Run(p.name, func(b *testing.B) {
			w := &virtual.World{Rand: rand.New(rand.NewPCG(1, 2))}
			defer virtual.Enter(w)()
			c := crowdOf(b, p.text, false).NewCaller()
			b.ReportAllocs()
			for b.Loop() {
				call := c.Begin(0, 0, 0)
				for fails := true; ; {
					step := call.Next()
					if step.Kind == virtual.Done {
						break
					}
					if step.Kind != virtual.Attempt {
						continue
					}
					var err error
					if fails {
						err, fails = errFlaky, false
					}
					w.Time += time.Millisecond
					call.Returned(0, err)
					if err != nil {
						w.Time = call.Next().At
						call.Timer()
					}
				}
			}
		})
	}
}

// Simulations have a million processes with a call each.
func TestMemoryOfMachines(t *testing.T) {
	for _, p := range machinePolicies {
		t.Run(p.name, func(t *testing.T) {
			enterWorld(t)
			const n = 10_000
			f := crowdOf(t, p.text, false)
			callers, calls := make([]virtual.Caller, n), make([]virtual.Call, n)
			caller := bytesOf(func() {
				for i := range callers {
					callers[i] = f.NewCaller()
				}
			}) / n
			call := bytesOf(func() {
				for i, c := range callers {
					calls[i] = c.Begin(i, 0, 0)
					calls[i].Next()
				}
			}) / n
			t.Logf("%d bytes for a process, %d for a call", caller, call)
			assert.LessOrEqual(t, caller, p.caller)
			assert.LessOrEqual(t, call, p.call)
			goruntime.KeepAlive(callers)
			goruntime.KeepAlive(calls)
		})
	}
}

// bytesOf returns how much more memory is in use after f.
func bytesOf(f func()) int {
	used := func() int {
		var m goruntime.MemStats
		goruntime.GC()
		goruntime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	before := used()
	f()
	return used() - before
}
