package breaker

import (
	"testing"
	"time"
)

// What each call through a breaker costs while the dependency is well.
func BenchmarkClosedSuccess(b *testing.B) {
	guard := New(Config{})
	b.ReportAllocs()
	for b.Loop() {
		permit, _ := guard.Allow()
		permit.Done(Success)
	}
}

// The same on all processors at once: reading shares the cache line, so this must
// not cost more per call.
func BenchmarkClosedSuccessParallel(b *testing.B) {
	guard := New(Config{})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			permit, _ := guard.Allow()
			permit.Done(Success)
		}
	})
}

// What it costs to shed a call.
func BenchmarkRefused(b *testing.B) {
	guard := New(Config{})
	fail(guard, DefaultFailures)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := guard.Allow(); err == nil {
			b.Fatal("allowed by an open breaker")
		}
	}
}

// The same for a key, which has no breaker of its own while it is well.
func BenchmarkKeyedSuccess(b *testing.B) {
	guard := NewKeyed[string](Config{}, 0)
	b.ReportAllocs()
	for b.Loop() {
		permit, _ := guard.Allow("tenant-4711")
		permit.Done(Success)
	}
}

// And while another key has one.
func BenchmarkKeyedSuccessBesideAnother(b *testing.B) {
	guard := NewKeyed[string](Config{}, 0)
	failKey(guard, "tenant-4712", DefaultFailures)
	b.ReportAllocs()
	for b.Loop() {
		permit, _ := guard.Allow("tenant-4711")
		permit.Done(Success)
	}
}

// What it costs to count successes in a window. On all processors at once it must
// not cost more per call, though each call counts.
func BenchmarkWindow(b *testing.B) {
	for _, bench := range []struct {
		name   string
		config Config
	}{
		{"time", Config{Rate: 50 * Percent}},
		{"calls", Config{Rate: 50 * Percent, WindowCalls: 100}},
		{"slow", Config{Slow: time.Second, SlowRate: 50 * Percent}},
	} {
		guard := New(bench.config)
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				permit, _ := guard.Allow()
				permit.Done(Success)
			}
		})
		b.Run(bench.name+"/parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					permit, _ := guard.Allow()
					permit.Done(Success)
				}
			})
		})
	}
}
