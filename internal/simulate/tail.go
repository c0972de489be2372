package simulate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/internal/virtual"
	"github.com/retrygen/retrygen/policy"
)

// The scenario is that of Jeffrey Dean and Luiz André Barroso, "The Tail at Scale",
// Communications of the ACM 56(2), 2013: a lookup reads 1000 values, and a hedged request
// after 10 ms takes its 99.9th percentile from 1800 ms to 74 ms with 2 % more requests. The
// defaults are the log-normal distribution through the two points of that: 2 % of the reads
// take more than 10 ms, and one in a million more than 1800 ms.
var tail = &Scenario{
	verb: &grammar.Verb{
		Name: "tail",
		Keys: []grammar.Key{
			{Name: "lookups", Kind: grammar.KindCount, Default: "2000", Help: "how many lookups to make"},
			{Name: "reads", Kind: grammar.KindCount, Default: "1000", Help: "calls of a lookup, all at once; it waits for the last"},
			{Name: "median", Kind: grammar.KindDuration, Default: "192us", Help: "the median time of a call"},
			{Name: "factor", Kind: grammar.KindFactor, Default: "6.85", Help: "how many times as long a call takes one standard deviation above the median"},
		},
		Help: "a lookup waits for the slowest of many calls: what a hedge gains, and what it costs",
	},
	reason: "What does a hedge gain, and what does it cost?",
	run:    runTail,
}

func runTail(j *job) error {
	v, r := j.values, j.report
	r.Setup = fmt.Sprintf("%s, each of %s at once. A lookup is as slow as its slowest call.",
		plural(v.Count("lookups"), "lookup", "lookups"), plural(v.Count("reads"), "call", "calls"))
	r.Model = []string{
		"All calls succeed. Each attempt and each copy takes a log-normally distributed time, independent of the others.",
		"The dependency carries out copies to the end, even those that have lost. A write is then done twice.",
		"Source of the defaults: Jeffrey Dean and Luiz André Barroso, The Tail at Scale, Communications of the ACM 56(2), 2013.",
		onlyMachine,
	}
	r.Columns = []Column{
		{"p50", "p50", Seconds}, {"p99", "p99", Seconds}, {"p999", "p99.9", Seconds}, {"extra", "more requests", Share}, {"twice", "done twice", Share},
	}
	r.Chart = Chart{Layout: Bars, BarColumns: []string{"p50", "p99", "p999"}}
	var contenders []Contender
	for _, c := range j.cfg.Contenders {
		if c.Policy.Hedge.After > 0 {
			plain := c.Policy.Overlay(policy.Policy{Hedge: policy.Hedge{Off: true}})
			if plain.Retry.Attempts <= 1 {
				plain.Budget = policy.Budget{} // there is nothing for it to bound
			}
			if !slices.ContainsFunc(contenders, func(o Contender) bool { return o.Policy.WithoutOff().String() == plain.WithoutOff().String() }) {
				contenders = append(contenders, Contender{c.Name + " without the hedge", plain})
			}
		}
		contenders = append(contenders, c)
	}
	j.steps = len(contenders)
	before := math.NaN()
	for _, c := range contenders {
		result, err := tailOf(j, c)
		if err != nil {
			result.Headline = "INTERRUPTED: " + result.Headline
		} else if c.Policy.Hedge.After > 0 && !math.IsNaN(before) {
			result.Headline = fmt.Sprintf("p99.9 FALLS FROM %s TO %s with %s more requests; a write would be done twice in %s of the calls",
				brief(before), brief(result.Figures[2].Value), percent(result.Figures[3].Value), percent(result.Figures[4].Value))
		} else {
			before = result.Figures[2].Value
		}
		r.Results = append(r.Results, result)
		if err != nil {
			return err
		}
	}
	return nil
}

func tailOf(j *job, c Contender) (Result, error) {
	v := j.values
	lookups, reads := v.Count("lookups"), v.Count("reads")
	s, leave := j.sim(math.MaxInt64, strconv.Itoa(lookups)+" lookups of "+c.Name)
	defer leave()
	work := newRand(j.cfg.Seed, streamServer)
	caller := crowdOf(c.Policy, false, 1)[0]
	factor := v.Factor("factor")
	var times []time.Duration
	var began time.Duration
	var requests, twice, calls, open int
	s.try = func(slot int32, _ *call, a *sent) {
		requests++
		s.reply(s.now()+logNormal(work, v.Duration("median"), factor), slot, a.serial, good)
	}
	s.tell = func(time.Duration) {
		j.where = fmt.Sprintf("after %d of %d lookups of %s", len(times), lookups, c.Name)
		if j.cfg.Progress != nil {
			j.cfg.Progress((float64(j.step) + float64(len(times))/float64(lookups)) / float64(j.steps))
		}
	}
	s.done = func(_ int32, c *call, _ virtual.Step) {
		calls++
		if c.attempts > 1 {
			twice++
		}
		if open--; open == 0 {
			times = append(times, s.now()-began)
			if len(times) < lookups {
				s.at(s.now(), 0, 0)
			}
		}
	}
	s.custom = func(event) {
		began, open = s.now(), reads
		for range reads {
			s.begin(caller, 0, 0, 0, 0)
		}
	}
	s.at(0, 0, 0)
	err := s.run(math.MaxInt64)
	slices.Sort(times)
	quantile := func(q float64) Figure {
		if len(times) == 0 {
			return unknown
		}
		return seconds(times[min(len(times)-1, int(math.Ceil(q*float64(len(times))))-1)])
	}
	result := Result{Name: c.Name, Policy: c.Policy.String(), all: times}
	result.Figures = []Figure{quantile(0.5), quantile(0.99), quantile(0.999), share(requests-calls, calls), share(twice, calls)}
	result.Headline = fmt.Sprintf("p99.9 IS %s, and half of the lookups take %s", brief(result.Figures[2].Value), brief(result.Figures[0].Value))
	return result, err
}
