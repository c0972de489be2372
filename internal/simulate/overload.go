package simulate

import (
	"fmt"
	"math"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/internal/virtual"
)

// The scenario is that of metastable failures: Bronson et al., "Metastable Failures in
// Distributed Systems", HotOS 2021. A trigger starts an overload, and retries keep it up when
// the trigger is gone.
var overload = &Scenario{
	verb: &grammar.Verb{
		Name: "overload",
		Keys: []grammar.Key{
			{Name: "rate", Kind: grammar.KindRate, Default: "80/s", Help: "calls that begin, of all processes together"},
			{Name: "capacity", Kind: grammar.KindRate, Default: "100/s", Help: "requests that the dependency can serve"},
			{Name: "latency", Kind: grammar.KindDuration, Default: "10ms", Help: "how long it works on a request, on average"},
			{Name: "processes", Kind: grammar.KindCount, Default: "80", Help: "how many processes call, each with its own breaker and budget"},
			{Name: "outage", Kind: grammar.KindDuration, Default: "10s", Help: "how long the outage lasts"},
			{Name: "mode", Kind: grammar.KindChoice, Default: "hangs", Choices: []string{"hangs", "refuses"}, Help: "what it does meanwhile: hangs (takes requests and does nothing) or refuses"},
			{Name: "before", Kind: grammar.KindDelay, Default: "20s", Help: "how long all is well before"},
			{Name: "after", Kind: grammar.KindDuration, Default: "10m", Help: "how long to watch it afterwards"},
			{Name: "deadline", Kind: grammar.KindDelay, Default: "0s", Help: "how long a caller waits for its call; 0s: for ever"},
			{Name: "queue", Kind: grammar.KindCount, Default: "1000000", Help: "requests that wait in the dependency; it refuses more"},
			{Name: "abandoned", Kind: grammar.KindChoice, Default: "served", Choices: []string{"served", "dropped"}, Help: "requests that nobody waits for any more: served all the same, or dropped from the queue"},
			{Name: "sick", Kind: grammar.KindShare, Default: "100%", Help: "share of the processes that the outage cuts off from a healthy dependency; 100%: it is the dependency that fails"},
			{Name: "fleet", Kind: grammar.KindChoice, Default: "off", Choices: []string{"off", "on"}, Help: "on: also simulate processes that tell each other when their breakers open"},
			{Name: "delay", Kind: grammar.KindDelay, Default: "5ms", Help: "how long such a message takes"},
		},
		Help: "a dependency near its capacity has an outage: does it recover, when, and how many calls fail",
	},
	reason: "Does it recover, when, and at what price?",
	run:    runOverload,
}

func runOverload(j *job) error {
	v := j.values
	from := v.Duration("before")
	to := from + v.Duration("outage")
	end := to + v.Duration("after")
	r := j.report
	r.Setup = fmt.Sprintf("%s in %s call a dependency that serves %s. From %s to %s %s. Watched for %s.",
		grammar.Rate(v.Rate("rate")), plural(v.Count("processes"), "process", "processes"), v.Rate("capacity"), brief(from.Seconds()), brief(to.Seconds()), outageIs(j), brief(end.Seconds()))
	r.Model = []string{
		"Calls begin at random moments, whether or not earlier ones have ended.",
		"The dependency has one queue, first in first out. Its work takes exponentially distributed times. Requests whose callers have given up are " + v.Text("abandoned") + ".",
		"It has recovered when at least 90 % of the calls succeed in each of ten seconds in a row.",
		onlyMachine,
	}
	if v.Text("fleet") == "on" {
		r.Model = append(r.Model, hintsAre)
	}
	r.Columns = []Column{
		{"recovers", "recovers", Seconds}, {"failed", "failed", Count}, {"succeeded", "succeed", Share},
		{"attempts", "tries/call", Times}, {"peak", "peak load", PerSecond}, {"load", "load at the end", PerSecond}, {"wasted", "wasted", Share}, {"p99", "p99", Seconds},
	}
	r.Columns = append(r.Columns, outageColumns(j)...)
	contenders := overloadedBy(j)
	j.steps = len(contenders)
	capacity := j.rate("capacity")
	r.Chart = Chart{
		Layout: ByResult, XLabel: "time", XUnit: Seconds, Line: capacity, LineLabel: "capacity",
		From: from.Seconds(), To: to.Seconds(), MarkLabel: "outage",
	}
	shown := to + 60*time.Second
	var err error
	for i := 0; i < len(contenders) && err == nil; i++ {
		var result Result
		var recovered time.Duration
		result, recovered, err = overloadOf(j, contenders[i], from, to, end)
		r.Results = append(r.Results, result)
		if recovered >= 0 {
			shown = max(shown, recovered+recovered/4)
		} else {
			shown = max(shown, to+2*time.Minute)
		}
	}
	seconds := int(math.Ceil(end.Seconds()))
	for i := range seconds {
		r.Chart.X = append(r.Chart.X, float64(i))
	}
	r.Chart.Shown = min(seconds, int(shown.Seconds()))
	return err
}

// overloadOf simulates one policy. Recovered is negative if it does not recover.
func overloadOf(j *job, c overloaded, from, to, end time.Duration) (result Result, recovered time.Duration, err error) {
	v := j.values
	s, leave := j.sim(end, end.String()+" of "+c.Name)
	defer leave()
	arrivals, work := newRand(j.cfg.Seed, streamArrivals), newRand(j.cfg.Seed, streamServer)
	server := newServer(s, work, j.rate("capacity"), v.Duration("latency"))
	server.most, server.drops = v.Count("queue"), v.Text("abandoned") == "dropped"
	s.server = server
	callers, hints := c.callers(j, s)
	o := newOutage(j, s, hints, from, to)
	line := newTimeline(end, time.Second)
	var latency histogram
	s.try = func(slot int32, c *call, a *sent) {
		if o.reaches(slot, c, a) {
			line.arrived[line.bin(s.now())]++
			server.submit(slot, a)
		}
	}
	s.leave = server.leave
	s.done = func(_ int32, c *call, step virtual.Step) {
		took := s.now() - c.began
		latency.add(took)
		line.ended(s.now(), step.Err == nil, int(c.attempts))
		o.ended(c, step.Err == nil)
	}
	gap := time.Duration(float64(time.Second) / j.rate("rate"))
	const arrive, begin, over = 0, 1, 2
	s.custom = func(e event) {
		switch e.code {
		case arrive:
			i := arrivals.IntN(len(callers))
			s.begin(callers[i], int32(i), 0, 0, v.Duration("deadline"))
			s.at(s.now()+exponential(arrivals, gap), 0, arrive)
		case begin:
			server.stands, server.refuses = o.all() && v.Text("mode") == "hangs", o.all() && v.Text("mode") == "refuses"
		case over:
			server.stands, server.refuses = false, false
			server.start()
		}
	}
	s.at(exponential(arrivals, gap), 0, arrive)
	s.at(from, 0, begin)
	s.at(to, 0, over)
	err = s.run(end)

	recovered = line.recovered(from, to, s.now())
	load := line.load(max(to, s.now()-s.now()/10), s.now())
	good, all, attempts := line.totals()
	result = Result{Name: c.Name, Policy: c.Policy.String(), mean: latency.mean()}
	capacity := j.rate("capacity")
	recovers := unknown
	switch {
	case err != nil:
		result.Headline = "INTERRUPTED after " + brief(s.now().Seconds())
	case all == 0:
		result.Headline = "NO CALL has ended"
	case recovered > to:
		recovers = seconds(recovered - to)
		result.Headline = fmt.Sprintf("RECOVERS %s after the outage", brief((recovered - to).Seconds()))
	case recovered >= 0:
		recovers = known(0)
		result.Headline = "RECOVERS at once when the outage is over"
	case j.rate("rate") > capacity:
		result.Stuck = true
		result.Headline = fmt.Sprintf("OVERLOADED without any outage: %s call, and the dependency serves %s", v.Rate("rate"), v.Rate("capacity"))
	case line.share(from/2, from) < healthyShare:
		result.Stuck = true
		result.Headline = fmt.Sprintf("UNSTABLE before the outage: %s of the calls succeed, though they are %s of the capacity",
			percent(line.share(from/2, from)), percent(j.rate("rate")/capacity))
	case load >= 0.97*capacity:
		result.Stuck = true
		result.Headline = fmt.Sprintf("STUCK: %s/s arrive at a dependency that serves %s/s", number(load), number(capacity))
	default:
		result.Stuck = true
		result.Headline = fmt.Sprintf("NOT RECOVERED %s after the outage: %s/s arrive, and %d requests wait", brief((s.now() - to).Seconds()), number(load), server.waiting.len())
	}
	result.Figures = []Figure{
		recovers, known(float64(all - good)), share(good, all), ratio(attempts, all), known(line.peak()), known(load), share(server.wasted, max(server.done, server.wasted)), seconds(latency.quantile(0.99)),
	}
	result.Figures = append(result.Figures, o.figures()...)
	result.Series = []Series{
		{"arrive", "requests arrive", PerSecond, line.arrived},
		{"succeed", "calls succeed", PerSecond, line.good},
		{"fail", "calls fail", PerSecond, line.failed()},
	}
	return result, recovered, err
}

const onlyMachine = "The code of the wrapper's retries, breaker, budget, limit and hedge runs as it is, in virtual time. Its shortcut for a call that succeeds at once does not, nor do on, not and the classes of errors: each error is one that is retried and that the breaker counts."
