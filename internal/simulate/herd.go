package simulate

import (
	"fmt"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/internal/virtual"
)

var herd = &Scenario{
	verb: &grammar.Verb{
		Name: "herd",
		Keys: []grammar.Key{
			{Name: "clients", Kind: grammar.KindCount, Default: "100000", Help: "how many clients want one success each"},
			{Name: "per-process", Kind: grammar.KindCount, Default: "100", Help: "clients that share a process, and so its breaker and budget"},
			{Name: "capacity", Kind: grammar.KindRate, Default: "10000/s", Help: "requests that the dependency can serve"},
			{Name: "latency", Kind: grammar.KindDuration, Default: "10ms", Help: "how long it works on a request, on average"},
			{Name: "queue", Kind: grammar.KindCount, Default: "1000", Help: "requests that wait in the dependency; it refuses more"},
			{Name: "outage", Kind: grammar.KindDuration, Default: "10s", Help: "how long the dependency refuses everything"},
			{Name: "spread", Kind: grammar.KindDelay, Default: "100ms", Help: "the time in which the clients notice, at the start of the outage"},
			{Name: "pause", Kind: grammar.KindDuration, Default: "1s", Help: "how long a client waits before the next call when one has failed for good"},
			{Name: "after", Kind: grammar.KindDuration, Default: "2m", Help: "how long to watch it after the outage at most"},
		},
		Help: "all clients lose a dependency at once and come back: how many arrive in the same moment",
	},
	reason: "How hard do the clients hit a dependency that has just come back?",
	run:    runHerd,
}

// herdStep is the step of time in which arrivals count as simultaneous.
const herdStep = 100 * time.Millisecond

func runHerd(j *job) error {
	v, r := j.values, j.report
	outage := v.Duration("outage")
	r.Setup = fmt.Sprintf("%s lose a dependency within %s. It refuses everything for %s, and then serves %s. Each client goes on until one of its calls succeeds.",
		plural(v.Count("clients"), "client", "clients"), brief(v.Duration("spread").Seconds()), brief(outage.Seconds()), v.Rate("capacity"))
	r.Model = []string{
		"A client calls at a random moment of the first " + brief(v.Duration("spread").Seconds()) + ". If the call fails for good, it calls again after exactly " + brief(v.Duration("pause").Seconds()) + ".",
		"The dependency has one queue, first in first out, and refuses what does not fit. Its work takes exponentially distributed times.",
		"The peak is the busiest " + brief(herdStep.Seconds()) + " after the outage, as a rate.",
		onlyMachine,
	}
	r.Columns = []Column{
		{"peak", "peak after it", PerSecond}, {"peak_ratio", "peak/capacity", Times}, {"half", "half served", Seconds}, {"all", "all served", Seconds},
		{"requests", "requests/client", Times}, {"during", "load during it", PerSecond},
	}
	r.Chart = Chart{
		Layout: ByResult, XLabel: "time", XUnit: Seconds, Peaks: true, Line: j.rate("capacity"), LineLabel: "capacity",
		To: outage.Seconds(), MarkLabel: "outage",
	}
	j.steps = len(j.cfg.Contenders)
	var shown time.Duration
	var err error
	for i := 0; i < len(j.cfg.Contenders) && err == nil; i++ {
		var result Result
		var last time.Duration
		result, last, err = herdOf(j, j.cfg.Contenders[i])
		r.Results = append(r.Results, result)
		shown = max(shown, last)
	}
	for i := range r.Results[0].Series[0].Values {
		r.Chart.X = append(r.Chart.X, float64(i)*herdStep.Seconds())
	}
	r.Chart.Shown = min(len(r.Chart.X), int((shown+shown/20)/herdStep)+1)
	return err
}

// herdOf simulates one policy. Last is when the last client was served, or the interrupt came.
func herdOf(j *job, c Contender) (result Result, last time.Duration, err error) {
	v := j.values
	outage, clients := v.Duration("outage"), v.Count("clients")
	end := outage + v.Duration("after")
	s, leave := j.sim(end, end.String()+" of "+c.Name)
	defer leave()
	arrivals := newRand(j.cfg.Seed, streamArrivals)
	server := newServer(s, newRand(j.cfg.Seed, streamServer), j.rate("capacity"), v.Duration("latency"))
	server.most, server.refuses = v.Count("queue"), true
	s.server, s.leave = server, server.leave
	each := v.Count("per-process")
	callers := crowdOf(c.Policy, false, (clients+each-1)/each)
	line := newTimeline(end, herdStep)
	served := 0
	var half, all time.Duration
	s.try = func(slot int32, _ *call, a *sent) {
		line.arrived[line.bin(s.now())]++
		server.submit(slot, a)
	}
	const begins, over = 0, 1
	s.done = func(_ int32, c *call, step virtual.Step) {
		line.ended(s.now(), step.Err == nil, int(c.attempts))
		if step.Err != nil {
			s.at(s.now()+v.Duration("pause"), c.client, begins)
			return
		}
		served++
		last = s.now()
		if served == (clients+1)/2 {
			half = last - outage
		}
		if served == clients {
			all = last - outage
		}
	}
	s.custom = func(e event) {
		if e.code == over {
			server.refuses = false
			return
		}
		s.begin(callers[int(e.who)/each], e.who, 0, 0, 0)
	}
	for i := range clients {
		s.at(time.Duration(float64(v.Duration("spread"))*arrivals.Float64()), int32(i), begins)
	}
	s.at(outage, 0, over)
	err = s.run(end)

	perSecond := float64(time.Second / herdStep)
	var during, peak float64
	back := line.bin(outage)
	for i, n := range line.arrived {
		if i < back {
			during = max(during, n*perSecond)
		} else {
			peak = max(peak, n*perSecond)
		}
	}
	capacity := j.rate("capacity")
	result = Result{Name: c.Name, Policy: c.Policy.String()}
	halfServed, allServed := unknown, unknown
	if half > 0 {
		halfServed = seconds(half)
	}
	crowd := fmt.Sprintf("at most %s/s arrive, %s times what it serves", number(peak), number(peak/capacity))
	switch {
	case err != nil:
		last = s.now()
		result.Headline = "INTERRUPTED after " + brief(s.now().Seconds())
	case served == clients:
		allServed = seconds(all)
		result.Headline = fmt.Sprintf("ALL SERVED %s after the outage; %s", brief(all.Seconds()), crowd)
	default:
		result.Stuck = true
		last = end
		result.Headline = fmt.Sprintf("NOT ALL SERVED %s after the outage, %s of the clients are not; %s",
			brief((end - outage).Seconds()), percent(1-float64(served)/float64(clients)), crowd)
	}
	result.Figures = []Figure{known(peak), known(peak / capacity), halfServed, allServed, known(float64(server.arrived) / float64(clients)), known(during)}
	result.Series = []Series{
		{"arrive", "requests arrive", PerSecond, scaled(line.arrived, perSecond)},
		{"succeed", "clients are served", PerSecond, scaled(line.good, perSecond)},
	}
	return result, last, err
}

func scaled(values []float64, by float64) []float64 {
	list := make([]float64, len(values))
	for i, v := range values {
		list[i] = v * by
	}
	return list
}
