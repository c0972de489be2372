package simulate

import (
	"fmt"
	"math"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/internal/virtual"
)

// The scenario is that of Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture
// Blog, 2015, with the model of its simulator (aws-arch-backoff-simulator).
var contention = &Scenario{
	verb: &grammar.Verb{
		Name: "contention",
		Keys: []grammar.Key{
			{Name: "clients", Kind: grammar.KindCount, Default: "100", Help: "how many clients change the same row at once"},
			{Name: "runs", Kind: grammar.KindCount, Default: "100", Help: "how often to repeat that"},
			{Name: "net", Kind: grammar.KindDuration, Default: "10ms", Help: "how long a message takes, on average"},
			{Name: "deviation", Kind: grammar.KindDelay, Default: "2ms", Help: "the standard deviation of that"},
			{Name: "longest", Kind: grammar.KindDuration, Default: "1h", Help: "how long to watch a run at most"},
		},
		Help: "clients change the same row with optimistic locking: how many writes until all have",
	},
	reason: "How much work is lost when clients get into each other's way?",
	run:    runContention,
}

func runContention(j *job) error {
	v, r := j.values, j.report
	r.Setup = fmt.Sprintf("%s read a row and write it back at the same time. A write fails if another client has written since the read; then it is an attempt that failed. %s.",
		plural(v.Count("clients"), "client", "clients"), plural(v.Count("runs"), "run", "runs"))
	r.Model = []string{
		"An attempt is four messages: read, answer, write, answer. Each takes a normally distributed time.",
		"Each client is a process, with a breaker and a budget of its own. A call that fails for good ends its client's part.",
		"Source of the model: Marc Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015.",
		onlyMachine,
	}
	r.Columns = []Column{
		{"writes", "writes", Count}, {"per_client", "writes/client", Times}, {"time", "until all are done", Seconds}, {"failed", "gave up", Share},
	}
	r.Chart = Chart{Layout: Bars, BarColumns: []string{"writes", "time"}}
	j.steps = len(j.cfg.Contenders) * v.Count("runs")
	for _, c := range j.cfg.Contenders {
		var writes, times sample
		var gaveUp, runs int
		var err error
		for run := 0; run < v.Count("runs") && err == nil; run++ {
			var w, failed int
			var took time.Duration
			w, failed, took, err = contentionOnce(j, c, run)
			if err == nil {
				runs++
				writes, times, gaveUp = append(writes, float64(w)), append(times, took.Seconds()), gaveUp+failed
			}
		}
		clients := float64(v.Count("clients"))
		result := Result{Name: c.Name, Policy: c.Policy.String()}
		w, wError := writes.mean()
		t, tError := times.mean()
		failed := share(gaveUp, runs*v.Count("clients"))
		result.Figures = []Figure{measured(w, wError), measured(w/clients, wError/clients), measured(t, tError), failed}
		result.Headline = fmt.Sprintf("%s WRITES for %s, %s each; done after %s", number(w), plural(v.Count("clients"), "client", "clients"), number(w/clients), brief(t))
		if gaveUp > 0 {
			result.Headline += fmt.Sprintf(", but %s of the clients gave up", percent(failed.Value))
		}
		if runs == 0 {
			result.Headline, result.Figures = "INTERRUPTED", []Figure{unknown, unknown, unknown, unknown}
		}
		r.Results = append(r.Results, result)
		if err != nil {
			return err
		}
	}
	return nil
}

// contentionOnce makes one run.
func contentionOnce(j *job, c Contender, run int) (writes, failed int, took time.Duration, err error) {
	v := j.values
	until := v.Duration("longest")
	seed := j.cfg.Seed + uint64(run)<<32
	s, leave := j.simWith(seed, until, fmt.Sprintf("%d runs of %s", run, c.Name))
	defer leave()
	random := newRand(seed, streamServer)
	net := func() time.Duration { return normal(random, v.Duration("net"), v.Duration("deviation")) }
	version := int32(0)
	const begins, reads, writesBack = 0, 1, 2
	callers := crowdOf(c.Policy, false, v.Count("clients"))
	s.try = func(slot int32, _ *call, a *sent) {
		s.queue.add(event{at: s.now() + net(), who: slot, n: a.serial, kind: custom, code: reads})
	}
	seen := make(map[int32]int32) // the version that the attempt of a call has read
	s.custom = func(e event) {
		switch e.code {
		case begins:
			s.begin(callers[e.who], e.who, 0, 0, 0)
		case reads:
			seen[e.who] = version
			s.queue.add(event{at: s.now() + net() + net(), who: e.who, n: e.n, kind: custom, code: writesBack})
		case writesBack:
			writes++
			code := conflict
			if seen[e.who] == version {
				version++
				code = good
			}
			s.reply(s.now()+net(), e.who, e.n, code)
		}
	}
	s.done = func(_ int32, _ *call, step virtual.Step) {
		took = s.now()
		if step.Err != nil {
			failed++
		}
	}
	for i := range v.Count("clients") {
		s.at(0, int32(i), begins)
	}
	err = s.run(until)
	return writes, failed, took, err
}

// A sample is a list of what was seen in runs that do not depend on each other.
type sample []float64

func (s sample) mean() (mean, standardError float64) {
	if len(s) == 0 {
		return 0, 0
	}
	for _, x := range s {
		mean += x
	}
	mean /= float64(len(s))
	if len(s) == 1 {
		return mean, 0
	}
	var squares float64
	for _, x := range s {
		squares += float64((x - mean) * (x - mean))
	}
	return mean, math.Sqrt(squares / float64(len(s)-1) / float64(len(s)))
}
