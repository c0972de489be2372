package fleet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/faults/trial"
)

// Nothing that happens to the engine changes the result of a call or makes one wait: all calls
// of a healthy dependency succeed at once.
func TestTheEngineIsNotOnTheWayOfACall(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			trial.LevelGoroutines(t)
			d := startDependency(t)
			engine := e.start(t)
			r := role{Engine: engine.url, Dependency: d.url, Rate: 20}
			c := hire(t, r, processes, 1)
			c.ready(t, r, processes)

			for _, step := range []struct {
				name string
				do   func()
			}{
				{"is slow", func() { engine.crawl(t) }},
				{"hangs", func() { engine.hang(t) }},
				{"goes on", func() { engine.goOn(t) }},
				{"is killed", func() { engine.kill() }},
				{"is back", func() { engine.start(t) }},
			} {
				step.do()
				time.Sleep(2 * time.Second)
				sum := total(c.reports(t))
				assert.Zero(t, sum.failed, step.name)
				assert.Zero(t, sum.refused, step.name)
				assert.Positive(t, sum.succeeded, step.name)
				assert.Less(t, sum.longest, slack, step.name)
			}
			c.wait(t, "all hear of each other again", func(r report) bool { return r.Alive == processes })
		})
	}
}

// A process opens its breaker and closes it again while the engine is gone, as it does alone.
func TestBreakersWorkWhileTheEngineIsGone(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			d := startDependency(t)
			engine := e.start(t)
			r := role{Engine: engine.url, Dependency: d.url, Rate: 20}
			c := hire(t, r, processes, 1)
			c.ready(t, r, processes)

			engine.kill()
			d.dead.Store(true)
			c.wait(t, "all breakers open", func(r report) bool { return r.State != "closed" })
			d.dead.Store(false)
			c.wait(t, "all breakers close", func(r report) bool { return r.State == "closed" && r.Works })
		})
	}
}

// A process that joins late learns at once what the others told each other before it came. It
// follows them when it has seen half of the failures that open its own breaker.
func TestLateJoiner(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			d := startDependency(t)
			r := role{Engine: e.start(t).url, Dependency: d.url, Rate: 20}
			c := hire(t, r, processes, 1)
			c.ready(t, r, processes)
			d.dead.Store(true)
			c.wait(t, "all breakers open", func(r report) bool { return r.State != "closed" })

			r.Prefix, r.Rate = "late", 2 // so five failures take longer than a beat
			late := hire(t, r, 1, 1)
			late.wait(t, "the breaker opens", func(r report) bool { return r.State != "closed" })
			assert.Less(t, late.reports(t)[0].Reached, failures, "it did not wait for all failures of its own")
			d.dead.Store(false)
			append(c, late...).wait(t, "all breakers close", func(r report) bool { return r.State == "closed" && r.Works })
		})
	}
}
