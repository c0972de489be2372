package bench

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/retrygen/retrygen/bench/call"
)

// key is the argument of each call.
const key = "key"

// each runs a benchmark for each of the contenders, with a context that can be cancelled,
// like that of a request.
func each(b *testing.B, contenders []call.Contender, run func(b *testing.B, ctx context.Context, c call.Contender)) {
	for _, c := range contenders {
		b.Run(c.Name, func(b *testing.B) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			b.ReportAllocs()
			run(b, ctx, c)
		})
	}
}

// BenchmarkSuccess measures a call that succeeds at once.
func BenchmarkSuccess(b *testing.B) { each(b, call.Success, succeed) }

// BenchmarkTold measures one that is watched.
func BenchmarkTold(b *testing.B) { each(b, call.Told, succeed) }

// BenchmarkTimeout measures one whose attempt also has a deadline.
func BenchmarkTimeout(b *testing.B) { each(b, call.Timeouts, succeed) }

func succeed(b *testing.B, ctx context.Context, c call.Contender) {
	if c.Lasts > 0 {
		succeedRenewed(b, ctx, c)
		return
	}
	service := c.Wrap(new(call.Working))
	for b.Loop() {
		if _, err := service.Get(ctx, key); err != nil {
			b.Fatal(err)
		}
	}
}

// succeedRenewed makes a new service before the old one has had too many calls.
func succeedRenewed(b *testing.B, ctx context.Context, c call.Contender) {
	var service call.Service
	left := 0
	for b.Loop() {
		if left == 0 {
			service, left = c.Wrap(new(call.Working)), c.Lasts
		}
		left--
		if _, err := service.Get(ctx, key); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkThird measures a call that succeeds at the third attempt, without delays.
func BenchmarkThird(b *testing.B) { each(b, call.Third, third) }

// BenchmarkWait measures one that succeeds at the third attempt, after two short delays.
// The allocations are what counts: the system decides how long a wait takes.
func BenchmarkWait(b *testing.B) { each(b, call.Waits, third) }

func third(b *testing.B, ctx context.Context, c call.Contender) {
	fake := &call.Flaky{Every: 3}
	service := c.Wrap(fake)
	for b.Loop() {
		if _, err := service.Get(ctx, key); err != nil {
			b.Fatal(err)
		}
	}
	if fake.Calls != 3*b.N {
		b.Fatalf("%d attempts in %d calls", fake.Calls, b.N)
	}
}

// BenchmarkRefused measures a call that an open breaker refuses.
func BenchmarkRefused(b *testing.B) {
	each(b, call.Refused, func(b *testing.B, ctx context.Context, c call.Contender) {
		fake := new(call.Failing)
		service := c.Wrap(fake)
		if !call.Open(ctx, service, fake, 100_000) {
			b.Fatal("the breaker does not open")
		}
		before := fake.Calls.Load()
		for b.Loop() {
			if _, err := service.Get(ctx, key); err == nil {
				b.Fatal("a success")
			}
		}
		if after := fake.Calls.Load(); after != before {
			b.Fatalf("%d calls came through", after-before)
		}
	})
}

// BenchmarkParallel measures a successful call when several processors call through one
// wrapper, each with its own context. The time is the wall time divided by the number of
// all calls. It halves when two processors share nothing.
//
// A contender that has to be renewed is left out, because several goroutines could not do
// that together.
func BenchmarkParallel(b *testing.B) {
	for _, c := range call.Success {
		if c.Lasts > 0 {
			continue
		}
		for cpus := 1; cpus <= min(2, runtime.NumCPU()); cpus++ {
			b.Run(fmt.Sprintf("%s/cpus=%d", c.Name, cpus), func(b *testing.B) { parallel(b, c, cpus) })
		}
	}
}

// parallel sets the number of processors itself, so that one run without -cpu shows what
// a second processor adds.
func parallel(b *testing.B, c call.Contender, cpus int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cpus))
	b.ReportAllocs()
	service := c.Wrap(new(call.Working))
	b.RunParallel(func(pb *testing.PB) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		for pb.Next() {
			if _, err := service.Get(ctx, key); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
