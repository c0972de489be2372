package simulate

import (
	"fmt"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/internal/virtual"
	"github.com/retrygen/retrygen/policy"
)

// An overloaded is a policy in the scenario overload.
type overloaded struct {
	Contender
	shared bool // the processes tell each other when their breakers open
}

// overloadedBy returns what is simulated: each policy, and with fleet=on each policy with a
// breaker a second time.
func overloadedBy(j *job) (list []overloaded) {
	for _, c := range j.cfg.Contenders {
		if j.values.Text("fleet") == "off" || c.Policy.Breaker == (policy.Breaker{}) || c.Policy.Breaker.Off {
			list = append(list, overloaded{Contender: c})
			continue
		}
		list = append(list,
			overloaded{Contender: Contender{c.Name + ", local", c.Policy}},
			overloaded{Contender: Contender{c.Name + ", shared", c.Policy}, shared: true})
	}
	return list
}

// callers returns the processes, and what they tell each other.
func (o *overloaded) callers(j *job, s *sim) ([]virtual.Caller, *hints) {
	n := j.values.Count("processes")
	if !o.shared {
		return crowdOf(o.Policy, false, n), nil
	}
	h := newHints(s, o.Policy, n, j.values.Duration("delay"), newRand(j.cfg.Seed, streamHints))
	callers := make([]virtual.Caller, n)
	for i, m := range h.members {
		callers[i] = m
	}
	return callers, h
}

// An outage says whom it hits, and counts what that does.
type outage struct {
	sim      *sim
	hints    *hints // nil if the processes do not talk
	from, to time.Duration
	talk     bool // other results are about processes that do
	sick     int  // processes that are cut off, the first ones; all of them if the dependency fails
	healthy  int  // the others
	hangs    bool
	latency  time.Duration

	vain           int // attempts that it hit
	began, refused int // calls of healthy processes during the outage, and those of them that failed
}

func newOutage(j *job, s *sim, h *hints, from, to time.Duration) *outage {
	n := j.values.Count("processes")
	sick := sickOf(j)
	return &outage{
		sim: s, hints: h, from: from, to: to, talk: j.values.Text("fleet") == "on", sick: sick, healthy: n - sick,
		hangs: j.values.Text("mode") == "hangs", latency: j.values.Duration("latency"),
	}
}

// sickOf returns how many processes the outage hits: at least one.
func sickOf(j *job) int {
	n := j.values.Count("processes")
	return max(1, int(float64(n)*float64(j.values.Ratio("sick"))/float64(100*grammar.Percent)+0.5))
}

// outageIs says what happens in the outage.
func outageIs(j *job) string {
	sick, all, hangs := sickOf(j), j.values.Count("processes"), j.values.Text("mode") == "hangs"
	switch {
	case sick == all && hangs:
		return "it hangs: it takes requests and does nothing"
	case sick == all:
		return "it refuses all requests"
	case hangs:
		return fmt.Sprintf("it is healthy, but %d of the processes are cut off: their attempts get no answer", sick)
	default:
		return fmt.Sprintf("it is healthy, but %d of the processes are cut off: their attempts fail", sick)
	}
}

// hintsAre says what a result with hints is.
const hintsAre = "Shared: the processes tell each other when their breakers open, and follow by the rules of package fleet. No message gets lost. A process that is cut off from the dependency still hears the others. Tries in vain are those that the outage hits; followers are the processes whose breakers others have opened."

// isOn reports whether the outage lasts at a time.
func (o *outage) isOn(at time.Duration) bool { return at >= o.from && at < o.to }

// all reports whether the dependency itself fails.
func (o *outage) all() bool { return o.healthy == 0 }

// reaches counts an attempt, and reports whether it reaches the dependency. An attempt that
// does not fails at once or never returns.
func (o *outage) reaches(slot int32, c *call, a *sent) bool {
	if !o.isOn(o.sim.now()) || int(c.client) >= o.sick {
		return true
	}
	o.vain++
	if !o.all() && !o.hangs {
		o.sim.reply(o.sim.now()+o.latency, slot, a.serial, down)
	}
	return o.all()
}

// ended counts a call that is over.
func (o *outage) ended(c *call, good bool) {
	if int(c.client) >= o.sick && o.isOn(c.began) {
		o.began++
		if !good {
			o.refused++
		}
	}
}

// outageColumns are the figures that an outage adds to those of the scenario.
func outageColumns(j *job) (list []Column) {
	sick := sickOf(j) < j.values.Count("processes")
	if j.values.Text("fleet") == "on" || sick {
		list = append(list, Column{"vain", "tries in vain", Count})
	}
	if sick {
		list = append(list, Column{"healthy_failed", "healthy ones fail", Share})
	}
	if j.values.Text("fleet") == "on" {
		list = append(list, Column{"followers", "followers", Count}, Column{"followed", "followed", Count}, Column{"messages", "messages", PerSecond})
	}
	return list
}

// figures returns the values of these columns.
func (o *outage) figures() (list []Figure) {
	if o.talk || !o.all() {
		list = append(list, known(float64(o.vain)))
	}
	if !o.all() {
		list = append(list, share(o.refused, o.began))
	}
	switch {
	case !o.talk:
	case o.hints == nil:
		list = append(list, unknown, unknown, unknown)
	default:
		processes, times := o.hints.followers()
		list = append(list, known(float64(processes)), known(float64(times)), known(float64(o.hints.messages)/o.sim.now().Seconds()))
	}
	return list
}
