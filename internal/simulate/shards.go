package simulate

import (
	"fmt"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/internal/virtual"
	"github.com/retrygen/retrygen/policy"
)

var shards = &Scenario{
	verb: &grammar.Verb{
		Name: "shards",
		Keys: []grammar.Key{
			{Name: "shards", Kind: grammar.KindCount, Default: "4", Help: "instances of the dependency; each call needs a random one"},
			{Name: "rate", Kind: grammar.KindRate, Default: "100/s", Help: "calls that begin, of all processes together"},
			{Name: "processes", Kind: grammar.KindCount, Default: "1", Help: "how many processes call, each with its own breakers and budget"},
			{Name: "latency", Kind: grammar.KindDuration, Default: "10ms", Help: "how long an attempt takes, on average"},
			{Name: "mode", Kind: grammar.KindChoice, Default: "refuses", Choices: []string{"hangs", "refuses"}, Help: "what the broken shard does: hangs (never answers) or refuses"},
			{Name: "before", Kind: grammar.KindDelay, Default: "20s", Help: "how long all is well before"},
			{Name: "outage", Kind: grammar.KindDuration, Default: "2m", Help: "how long one shard is down"},
			{Name: "after", Kind: grammar.KindDuration, Default: "1m", Help: "how long to watch it afterwards"},
			{Name: "deadline", Kind: grammar.KindDelay, Default: "0s", Help: "how long a caller waits for its call; 0s: for ever"},
		},
		Help: "one of several instances is down: what that does to calls of the others, with one breaker and with key=",
	},
	reason: "Does one broken shard take the others with it?",
	run:    runShards,
}

func runShards(j *job) error {
	v, r := j.values, j.report
	from := v.Duration("before")
	to := from + v.Duration("outage")
	r.Setup = fmt.Sprintf("%s in %s go to %s, each to a random one. From %s to %s, one of them %s.",
		v.Rate("rate"), plural(v.Count("processes"), "process", "processes"), plural(v.Count("shards"), "shard", "shards"), brief(from.Seconds()), brief(to.Seconds()), v.Text("mode"))
	r.Model = []string{
		"Calls begin at random moments, whether or not earlier ones have ended. A healthy shard has no limit to its capacity, and takes an exponentially distributed time.",
		"A policy with a breaker is simulated twice: with one breaker for all shards, and with one for each, as //retry:breaker key=shard gives.",
		onlyMachine,
	}
	r.Columns = []Column{
		{"healthy", "healthy shards", Share}, {"broken", "load on the broken one", PerSecond}, {"refused", "refused attempts", Count}, {"p99", "p99, healthy", Seconds},
	}
	r.Chart = Chart{Layout: ByResult, XLabel: "time", XUnit: Seconds, From: from.Seconds(), To: to.Seconds(), MarkLabel: "one shard is down"}
	type variant struct {
		Contender
		keyed bool
	}
	var variants []variant
	for _, c := range j.cfg.Contenders {
		if c.Policy.Breaker == (policy.Breaker{}) || c.Policy.Breaker.Off {
			variants = append(variants, variant{c, false})
			continue
		}
		variants = append(variants, variant{Contender{c.Name + ", one breaker", c.Policy}, false}, variant{Contender{c.Name + ", one for each shard", c.Policy}, true})
	}
	j.steps = len(variants)
	var err error
	for i := 0; i < len(variants) && err == nil; i++ {
		var result Result
		result, err = shardsOf(j, variants[i].Contender, variants[i].keyed, from, to)
		r.Results = append(r.Results, result)
	}
	for i := range r.Results[0].Series[0].Values {
		r.Chart.X = append(r.Chart.X, float64(i))
	}
	r.Chart.Shown = len(r.Chart.X)
	return err
}

func shardsOf(j *job, c Contender, keyed bool, from, to time.Duration) (Result, error) {
	v := j.values
	end := to + v.Duration("after")
	s, leave := j.sim(end, end.String()+" of "+c.Name)
	defer leave()
	arrivals, work := newRand(j.cfg.Seed, streamArrivals), newRand(j.cfg.Seed, streamServer)
	callers := crowdOf(c.Policy, keyed, v.Count("processes"))
	healthy, broken := newTimeline(end, time.Second), newTimeline(end, time.Second)
	var latency histogram
	const hit = 0 // the shard that breaks
	var succeeded, all int
	lineOf := func(shard int32) *timeline {
		if shard == hit {
			return broken
		}
		return healthy
	}
	isDown := func() bool { return s.now() >= from && s.now() < to }
	s.try = func(slot int32, c *call, a *sent) {
		lineOf(c.place).arrived[healthy.bin(s.now())]++
		took := exponential(work, v.Duration("latency"))
		switch {
		case c.place != hit || !isDown():
			s.reply(s.now()+took, slot, a.serial, good)
		case v.Text("mode") == "refuses":
			s.reply(s.now()+took, slot, a.serial, down)
		}
	}
	s.done = func(_ int32, c *call, step virtual.Step) {
		lineOf(c.place).ended(s.now(), step.Err == nil, int(c.attempts))
		if c.place != hit && c.began >= from && c.began < to {
			all++
			latency.add(s.now() - c.began)
			if step.Err == nil {
				succeeded++
			}
		}
	}
	gap := time.Duration(float64(time.Second) / j.rate("rate"))
	s.custom = func(event) {
		shard := arrivals.IntN(v.Count("shards"))
		s.begin(callers[arrivals.IntN(len(callers))], 0, int32(shard), uint64(shard), v.Duration("deadline"))
		s.at(s.now()+exponential(arrivals, gap), 0, 0)
	}
	s.at(exponential(arrivals, gap), 0, 0)
	err := s.run(end)

	var refused int64
	for _, caller := range callers {
		refused += caller.Guards().Refused
	}
	load := broken.load(from, to)
	result := Result{Name: c.Name, Policy: c.Policy.String()}
	result.Figures = []Figure{share(succeeded, all), known(load), known(float64(refused)), seconds(latency.quantile(0.99))}
	switch ok := result.Figures[0]; {
	case err != nil:
		result.Headline = "INTERRUPTED after " + brief(s.now().Seconds())
	case !ok.Known:
		result.Headline = "NO CALLS of healthy shards"
	case ok.Value < 0.99:
		result.Headline = fmt.Sprintf("%s OF THE CALLS OF HEALTHY SHARDS FAIL while one is down, which still gets %s/s", percent(1-ok.Value), number(load))
	default:
		result.Headline = fmt.Sprintf("THE HEALTHY SHARDS GO ON: %s of their calls succeed. The broken one gets %s/s", percent(ok.Value), number(load))
	}
	result.Series = []Series{
		{"broken_arrive", "broken shard: requests arrive", PerSecond, broken.arrived},
		{"healthy_succeed", "healthy shards: calls succeed", PerSecond, healthy.good},
		{"healthy_fail", "healthy shards: calls fail", PerSecond, healthy.failed()},
	}
	return result, err
}
