package simulate

import (
	"fmt"
	"math"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/internal/virtual"
)

var failures = &Scenario{
	verb: &grammar.Verb{
		Name: "failures",
		Keys: []grammar.Key{
			{Name: "calls", Kind: grammar.KindCount, Default: "20000", Help: "how many calls to make at each rate of failures"},
			{Name: "rate", Kind: grammar.KindRate, Default: "100/s", Help: "calls that begin, of all processes together"},
			{Name: "processes", Kind: grammar.KindCount, Default: "1", Help: "how many processes call, each with its own breaker and budget"},
			{Name: "latency", Kind: grammar.KindDuration, Default: "10ms", Help: "how long an attempt takes, on average"},
			{Name: "deadline", Kind: grammar.KindDelay, Default: "0s", Help: "how long a caller waits for its call; 0s: for ever"},
		},
		Help: "attempts fail at random, at rates from 0% to 100%: how many calls succeed, at what load",
	},
	reason: "What do the retries gain, and what load do they add?",
	run:    runFailures,
}

// failureRates are the rates of failures that are simulated.
var failureRates = []float64{0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}

func runFailures(j *job) error {
	v, r := j.values, j.report
	r.Setup = fmt.Sprintf("%s begin at %s in %s, at each of %d rates of failures. Each attempt fails with that probability.",
		plural(v.Count("calls"), "call", "calls"), v.Rate("rate"), plural(v.Count("processes"), "process", "processes"), len(failureRates))
	r.Model = []string{
		"Attempts fail independently of each other. The dependency has no limit to its capacity. An attempt takes an exponentially distributed time.",
		"Load is the number of attempts that reach the dependency, for each call.",
		onlyMachine,
	}
	r.Columns = []Column{
		{"succeed_10", "succeed at 10%", Share}, {"load_10", "load", Times}, {"p99_10", "p99", Seconds},
		{"succeed_50", "at 50%", Share}, {"load_50", "load", Times}, {"load_100", "load at 100%", Times},
	}
	r.Chart = Chart{Layout: BySeries, X: failureRates, XLabel: "attempts that fail", XUnit: Share, Shown: len(failureRates)}
	j.steps = len(j.cfg.Contenders) * len(failureRates)
	for _, c := range j.cfg.Contenders {
		succeed := Series{Key: "succeed", Label: "calls that succeed", Unit: Share}
		load := Series{Key: "load", Label: "attempts for each call", Unit: Times}
		late := Series{Key: "p99", Label: "time of a call, 99th percentile", Unit: Seconds}
		result := Result{Name: c.Name, Policy: c.Policy.String(), Figures: make([]Figure, len(r.Columns))}
		var err error
		for i, p := range failureRates {
			var point failurePoint
			if point, err = failuresAt(j, c, p); err != nil {
				break
			}
			succeed.Values = append(succeed.Values, point.good)
			load.Values = append(load.Values, point.load)
			late.Values = append(late.Values, point.p99)
			n := float64(v.Count("calls"))
			good := measured(point.good, math.Sqrt(point.good*(1-point.good)/n))
			switch failureRates[i] {
			case 0.1:
				result.Figures[0], result.Figures[1], result.Figures[2] = good, measured(point.load, point.loadError), known(point.p99)
			case 0.5:
				result.Figures[3], result.Figures[4] = good, measured(point.load, point.loadError)
			case 1:
				result.Figures[5] = measured(point.load, point.loadError)
			}
		}
		result.Series = []Series{succeed, load, late}
		if err != nil {
			result.Headline = "INTERRUPTED"
		} else {
			result.Headline = fmt.Sprintf("%s SUCCEED when 10%% of the attempts fail, at %s times the load; when all fail, the load is %s times the calls",
				percent(result.Figures[0].Value), trimmed(result.Figures[1].Value, 2), trimmed(result.Figures[5].Value, 2))
		}
		r.Results = append(r.Results, result)
		if err != nil {
			return err
		}
	}
	return nil
}

// A failurePoint is what was seen at one rate of failures.
type failurePoint struct{ good, load, loadError, p99 float64 }

func failuresAt(j *job, c Contender, p float64) (failurePoint, error) {
	v := j.values
	calls := v.Count("calls")
	gap := time.Duration(float64(time.Second) / j.rate("rate"))
	s, leave := j.sim(time.Duration(calls)*gap, percent(p)+" failures of "+c.Name)
	defer leave()
	arrivals, work := newRand(j.cfg.Seed, streamArrivals), newRand(j.cfg.Seed, streamServer)
	callers := crowdOf(c.Policy, false, v.Count("processes"))
	var attempts sample
	var latency histogram
	succeeded, begun := 0, 0
	s.try = func(slot int32, _ *call, a *sent) {
		code := good
		if chance(work, p) {
			code = fails
		}
		s.reply(s.now()+exponential(work, v.Duration("latency")), slot, a.serial, code)
	}
	s.done = func(_ int32, c *call, step virtual.Step) {
		if step.Err == nil {
			succeeded++
		}
		attempts = append(attempts, float64(c.attempts))
		latency.add(s.now() - c.began)
	}
	s.custom = func(event) {
		if begun++; begun < calls {
			s.at(s.now()+exponential(arrivals, gap), 0, 0)
		}
		s.begin(callers[arrivals.IntN(len(callers))], 0, 0, 0, v.Duration("deadline"))
	}
	s.at(0, 0, 0)
	err := s.run(math.MaxInt64)
	load, loadError := attempts.mean()
	return failurePoint{float64(succeeded) / float64(calls), load, loadError, latency.quantile(0.99).Seconds()}, err
}
