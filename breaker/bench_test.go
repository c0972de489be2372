package breaker

import (
	"testing"
	"time"
)

// An attempt through a closed breaker, the usual case.
func BenchmarkClosedSuccess(b *testing.B) {
	guard := New(Config{})
	b.ReportAllocs()
	for b.Loop() {
		permit, _ := guard.Allow()
		permit.Done(Success)
	}
}

// The same on all processors at once. They only read the shared cache line, so an attempt
// must not cost more.
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

// A refused attempt.
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

// An attempt with a healthy key, which has no breaker of its own.
func BenchmarkKeyedSuccess(b *testing.B) {
	guard := NewKeyed[string](Config{}, 0)
	b.ReportAllocs()
	for b.Loop() {
		permit, _ := guard.Allow("tenant-4711")
		permit.Done(Success)
	}
}

// The same while another key has a breaker.
func BenchmarkKeyedSuccessBesideAnother(b *testing.B) {
	guard := NewKeyed[string](Config{}, 0)
	failKey(guard, "tenant-4712", DefaultFailures)
	b.ReportAllocs()
	for b.Loop() {
		permit, _ := guard.Allow("tenant-4711")
		permit.Done(Success)
	}
}

// A success that a window counts. On all processors at once an attempt must not cost more,
// although each one counts.
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
