package fleet_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/fleettest"
	retry "github.com/retrygen/retrygen/runtime"
)

// startMany starts processes that know each other.
func startMany(t *testing.T, e *fleettest.Engine, n int, changes ...func(*fleet.Config)) []*process {
	t.Helper()
	var all []*process
	for i := range n {
		all = append(all, start(t, e, fmt.Sprintf("p%02d", i), changes...))
	}
	later(5 * time.Second)
	return all
}

// breaks makes the breaker of the process open.
func (p *process) breaks() {
	p.fail()
	p.fail()
	synctest.Wait()
}

func (p *process) state() breaker.State {
	synctest.Wait()
	return p.group.Breaker().State()
}

// states counts the processes whose breakers are open.
func open(all []*process) (n int) {
	for _, p := range all {
		if p.state() == breaker.Open {
			n++
		}
	}
	return n
}

// Three of ten processes open the breakers of those that have seen half of what it takes, and
// of no others. A good probe of one of them closes all.
func TestHints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		all := startMany(t, &e, 10)
		assert.Equal(t, 10, all[0].fleet.Status().Hints.Alive)
		assert.Equal(t, 3, all[0].fleet.Status().Hints.Quorum)
		assert.Equal(t, 1, all[0].fleet.Status().Hints.Breakers)
		for _, p := range all[:8] {
			p.fail() // half of what opens it
		}
		all[0].breaks()
		all[1].breaks()
		later(time.Second)
		assert.Equal(t, 2, open(all), "two are not enough")
		all[2].breaks()
		later(time.Second)
		assert.Equal(t, 8, open(all))
		assert.Equal(t, breaker.Closed, all[9].state(), "it has seen nothing")

		opened := all[5].said(fleet.EventOpened)
		assert.Len(t, opened, 1)
		assert.Equal(t, "Client.Get", opened[0].Breaker)
		assert.Equal(t, 3, opened[0].Votes)
		assert.Positive(t, opened[0].For)
		assert.True(t, all[5].group.Breaker().Snapshot().Remote)

		later(10 * time.Second)
		for _, p := range all[:3] { // they probe first
			_ = p.call.Do(t.Context(), func(context.Context) error { return nil })
		}
		later(100 * time.Millisecond)
		assert.Zero(t, open(all))
		closed := all[5].said(fleet.EventClosed)
		assert.Len(t, closed, 1)
		assert.NotEmpty(t, closed[0].By)
	})
}

// One sick process of ten changes nothing for the others, and neither do forced breakers.
func TestHintsOfFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		all := startMany(t, &e, 10)
		for _, p := range all {
			p.fail()
		}
		for _, p := range all[2:8] {
			p.group.Breaker().ForceOpen()
		}
		all[0].breaks()
		later(5 * time.Second)
		assert.Equal(t, 7, open(all))
		assert.Empty(t, all[1].said(fleet.EventOpened))
	})
}

// A process that is cut off neither follows nor is it followed. It takes part again when it is
// back. One that ends is gone at once.
func TestHintsInAPartition(t *testing.T) {
	for _, link := range []fleettest.Link{fleettest.Down, fleettest.Hung} {
		synctest.Test(t, func(t *testing.T) {
			var e fleettest.Engine
			all := startMany(t, &e, 5)
			for _, p := range all[3:] {
				p.conn.Set(link)
			}
			later(10 * time.Second)
			assert.Equal(t, 3, all[0].fleet.Status().Hints.Alive)
			assert.Equal(t, 1, all[4].fleet.Status().Hints.Alive)
			assert.NotEmpty(t, all[4].said(fleet.EventUnreachable))
			for _, p := range all {
				p.fail()
			}
			for _, p := range all[:3] {
				p.breaks()
			}
			later(time.Second)
			assert.Equal(t, 3, open(all))
			for _, p := range all[3:] {
				p.conn.Set(fleettest.Up)
			}
			later(5 * time.Second)
			assert.Equal(t, 5, all[4].fleet.Status().Hints.Alive)
			assert.Equal(t, 5, open(all), "they have seen half of it")
			all[0].stop()
			synctest.Wait()
			assert.Equal(t, 4, all[4].fleet.Status().Hints.Alive)
		})
	}
}

// A late joiner follows as soon as it knows the fleet.
func TestHintsOfALateJoiner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		all := startMany(t, &e, 3)
		for _, p := range all {
			p.fail()
			p.breaks()
		}
		p := start(t, &e, "late")
		p.fail()
		assert.Equal(t, breaker.Closed, p.state())
		later(3 * time.Second)
		assert.Equal(t, breaker.Open, p.state())
	})
}

// Messages that are no messages are counted and do nothing.
func TestHostileMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		p.fail()
		c := e.Connect()
		bad := []string{
			"", "{", "null", `"x"`, `[]`, strings.Repeat("x", 1<<20), `{"from":""}`, `{"from":7}`,
			`{"from":"b","beat":-1}`, `{"from":"` + strings.Repeat("b", 300) + `"}`,
			`{"from":"b","sequence":-1}`, `{"from":"b","words":[` + strings.Repeat(`{"breaker":"x"},`, 300) + `{}]}`,
		}
		for _, text := range bad {
			assert.NoError(t, c.Publish(t.Context(), "retrygen.hints", []byte(text)))
			assert.NoError(t, c.Publish(t.Context(), "retrygen.reports", []byte(text)))
		}
		synctest.Wait()
		assert.Equal(t, int64(len(bad)), p.fleet.Status().Hints.Dropped)
		assert.Equal(t, 1, p.fleet.Status().Hints.Alive)

		// Later versions may say more, and numbers may be great.
		for i := range 3 {
			assert.NoError(t, c.Publish(t.Context(), "retrygen.hints", fmt.Appendf(nil,
				`{"version":2,"from":"b%d","incarnation":1,"sequence":1,"beat":9223372036854775807,"more":{},`+
					`"words":[{"breaker":"Client.Get","number":1,"for":9223372036854775807,"why":"new"},{"breaker":"","for":1},{"breaker":"Other","for":-5}]}`, i)))
		}
		later(3 * time.Minute)
		assert.Equal(t, 4, p.fleet.Status().Hints.Alive)
	})
}

// A bus that is slow, hangs or fails delays no call and no document.
func TestSlowBus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		bus := e.Connect()
		p := start(t, &e, "a", func(c *fleet.Config) { c.Bus = bus })
		for _, link := range []fleettest.Link{fleettest.Hung, fleettest.Down, fleettest.Up} {
			bus.Set(link)
			bus.SetDelay(5 * time.Second)
			began := time.Now()
			for range 5 {
				publish(t, &e, "for 1h by a: b\nClient: attempts=5\n")
				p.breaks()
				p.group.Breaker().Reset()
				assert.Equal(t, 5, p.attempts())
				publish(t, &e, "")
				assert.Equal(t, 2, p.attempts())
			}
			assert.Less(t, time.Since(began), time.Second)
			later(10 * time.Second)
			assert.False(t, p.fleet.Status().Hints.Bus.Reachable)
		}
		bus.SetDelay(0)
		later(10 * time.Second)
		assert.True(t, p.fleet.Status().Hints.Bus.Reachable)
	})
}

// Breakers of one name and instance in one process take no part, and those of a collected group
// are forgotten.
func TestAmbiguousBreakers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		second := new(retry.Group)
		p.wrap("Client.Get", policyText, second)
		later(2 * time.Second)
		assert.Equal(t, []string{"Client.Get"}, p.fleet.Status().Hints.Ambiguous)
		assert.Zero(t, p.fleet.Status().Hints.Breakers)
		assert.NotNil(t, second.Breaker())
	})
}

// Every process tells what it makes of a document.
func TestReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		a := start(t, &e, "a")
		b := start(t, &e, "b")
		b.wrap("Other.Get", "exponential attempts=3 base=1s max=2s", new(retry.Group))
		var reports []fleet.Report
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			ended <- fleet.WatchReports(ctx, e.Connect(), fleet.DefaultTopic, func(r fleet.Report) { reports = append(reports, r) })
		}()
		synctest.Wait()
		publish(t, &e, "for 1m by a: b\nOther.Get: base=5s\n")
		later(time.Minute)
		byProcess := make(map[string][]string)
		for _, r := range reports {
			byProcess[r.Process] = append(byProcess[r.Process], fmt.Sprint(r.Kind, r.Revision, r.Unmatched, r.Error != ""))
		}
		assert.Equal(t, []string{"applied1 [Other.Get] false", "expired1 [] false"}, byProcess["a"])
		assert.Equal(t, []string{"refused1 [] true"}, byProcess["b"])
		cancel()
		assert.NoError(t, <-ended)
		a.stop()
	})
}

// Two processes of one name are told so, once.
func TestTwins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		a := start(t, &e, "a")
		later(time.Second)
		b := start(t, &e, "a")
		later(time.Minute)
		assert.Len(t, a.said(fleet.EventTwin), 1)
		assert.Len(t, b.said(fleet.EventTwin), 1)
	})
}

// Openings before Run, or of breakers that SetPolicy has made, count.
func TestHintsOfEarlierOpenings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		all := startMany(t, &e, 4)
		for i, p := range all[:3] {
			patch, err := fleet.ParseDocument("for 1m by a: b\nClient: breaker failures=2 cooldown=50s\n")
			assert.NoError(t, err)
			assert.NoError(t, p.group.SetPolicy("Client", patch.Overrides()[0].Patch))
			if i == 0 {
				p.stop()
			}
			p.breaks()
		}
		all[3].fail()
		later(5 * time.Second)
		assert.Equal(t, breaker.Closed, all[3].state())
		all[0].run()
		later(5 * time.Second)
		assert.Equal(t, breaker.Open, all[3].state())
	})
}

// The Fleet keeps no group alive.
func TestGroupsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		p := start(t, &e, "a")
		p.wrap("Other.Get", policyText, new(retry.Group))
		later(2 * time.Second)
		assert.Equal(t, 2, p.fleet.Status().Hints.Breakers)
		p.kept = nil
		runtime.GC()
		later(2 * time.Second)
		assert.Equal(t, 1, p.fleet.Status().Hints.Breakers)
		runtime.KeepAlive(p)
	})
}

// A process without calls follows most of the others. After a Reset it does not know yet that it
// had no calls, so nobody opens its breaker at once.
func TestHintsAfterReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e fleettest.Engine
		all := startMany(t, &e, 4)
		patch, err := fleet.ParseDocument("for 1m by a: b\nClient: breaker rate=50% min=2 window=10s cooldown=50s\n")
		assert.NoError(t, err)
		for _, p := range all {
			assert.NoError(t, p.group.SetPolicy("Client", patch.Overrides()[0].Patch))
		}
		later(5 * time.Second)
		for _, p := range all[:3] {
			p.breaks()
		}
		later(time.Second)
		idle := all[3].group.Breaker()
		assert.Equal(t, breaker.Open, idle.State())
		idle.Reset()
		later(5 * time.Second)
		assert.Equal(t, breaker.Closed, idle.State())
		later(6 * time.Second)
		assert.Equal(t, breaker.Open, idle.State(), "now it knows")
	})
}
