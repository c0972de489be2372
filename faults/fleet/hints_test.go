package fleet

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/faults/trial"
)

// long adds the rows of a hundred members, which take two minutes.
var long = flag.Bool("long", false, "measure a hundred members, too")

// Processes call a dependency that dies for a while. With an engine between them fewer calls
// reach it while it is dead, and all breakers close again.
func TestFewerCallsReachADeadDependency(t *testing.T) {
	fewer(t, 1, 6*time.Second)
	if *long {
		fewer(t, 10, 6*time.Second)
		fewer(t, 10, 30*time.Second)
	}
}

// fewer compares processes that are alone with those that have an engine.
func fewer(t *testing.T, members int, dead time.Duration) {
	reached := make(map[string]int64)
	run := func(name string, start func(*testing.T) *engine) {
		t.Run(fmt.Sprintf("%d members, %v dead, %s", processes*members, dead, name), func(t *testing.T) {
			d := startDependency(t)
			r := role{Dependency: d.url, Rate: 20 / members}
			if start != nil {
				r.Engine = start(t).url
			}
			c := hire(t, r, processes, members)
			c.ready(t, r, processes*members)

			d.dead.Store(true)
			time.Sleep(dead)
			d.dead.Store(false)
			reached[name] = d.reached.Load()
			back := c.wait(t, "all breakers close", func(r report) bool { return r.State == "closed" && r.Works })
			t.Logf("%d calls reached the dead dependency; all breakers were closed %v later", reached[name], back.Round(time.Millisecond))
		})
	}
	run("alone", nil)
	for _, e := range engines {
		run(e.name, e.start)
	}
	for _, e := range engines {
		if _, ran := reached[e.name]; ran {
			assert.Less(t, reached[e.name], reached["alone"], "%s: hints spare the dependency nothing", e.name)
		}
	}
}

// Processes that cannot reach a healthy dependency open their own breakers. The breakers of
// the others stay closed, and none of their calls is refused.
func TestSickProcessesOpenNobodyElsesBreaker(t *testing.T) {
	for _, e := range engines {
		for _, test := range []struct {
			name                     string
			processes, members, sick int // sick processes
			rate                     int
		}{
			{"one of ten", 10, 1, 1, 20},
			{"three of ten", 10, 1, 3, 20},
			{"33 of 99", 9, 11, 3, 4},
		} {
			t.Run(e.name+"/"+test.name, func(t *testing.T) {
				trial.LevelGoroutines(t)
				d := startDependency(t)
				r := role{Engine: e.start(t).url, Dependency: d.url, Rate: test.rate}
				c := hire(t, r, test.processes, test.members)
				c.ready(t, r, test.processes*test.members)

				sick, well := c[:test.sick], c[test.sick:]
				sick.order(t, "sick")
				sick.wait(t, "the sick breakers open", func(r report) bool { return r.State != "closed" })
				time.Sleep(3 * time.Second) // several times the cooldown and the time between two beats
				sum := total(well.reports(t))
				assert.Zero(t, sum.opened)
				assert.Zero(t, sum.refused)
				assert.Positive(t, sum.succeeded)
				assert.Positive(t, total(sick.reports(t)).refused)

				sick.order(t, "well")
				sick.wait(t, "the breakers close", func(r report) bool { return r.State == "closed" && r.Works })
			})
		}
	}
}
