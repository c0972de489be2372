package simulate

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/retrygen/retrygen/internal/grammar"
)

// A Scenario is a situation that policies are put into.
type Scenario struct {
	verb   *grammar.Verb // its name, its settings and its help
	reason string        // the question that it answers
	run    func(*job) error
}

// scenarios are in the order of the help.
var scenarios = []*Scenario{overload, herd, shards, tail, failures, contention}

// Scenarios yields all scenarios.
func Scenarios() iter.Seq[*Scenario] {
	return func(yield func(*Scenario) bool) {
		for _, s := range scenarios {
			if !yield(s) {
				return
			}
		}
	}
}

// Find returns the scenario with a name. If there is none, near is the name that may have
// been meant.
func Find(name string) (s *Scenario, near string) {
	var names []string
	for _, s := range scenarios {
		if s.verb.Name == name {
			return s, ""
		}
		names = append(names, s.verb.Name)
	}
	return nil, grammar.Suggest(name, names)
}

// Name returns the word for the scenario.
func (s *Scenario) Name() string { return s.verb.Name }

// Help returns one line: what is simulated.
func (s *Scenario) Help() string { return s.verb.Help }

// Question returns the question that the scenario answers.
func (s *Scenario) Question() string { return s.reason }

// Keys returns the names of the settings.
func (s *Scenario) Keys() []string {
	var names []string
	for _, k := range s.verb.Keys {
		names = append(names, k.Name)
	}
	return names
}

// Usage returns a line for each setting: the key with its default, and what it means.
func (s *Scenario) Usage() string {
	var b strings.Builder
	width := 0
	for _, k := range s.verb.Keys {
		width = max(width, len(k.Name)+1+len(k.Default))
	}
	for _, k := range s.verb.Keys {
		fmt.Fprintf(&b, "    %-*s  %s\n", width, k.Name+"="+k.Default, k.Help)
	}
	return b.String()
}

// Config says what to simulate.
type Config struct {
	Contenders []Contender
	Settings   []string // key=value, as on the command line
	Seed       uint64

	// Progress is called now and then with what has been simulated of the whole, 0 to 1. Nil:
	// nobody is.
	Progress func(share float64)
}

// Run simulates the scenario with each contender. If ctx ends before that is done, the report
// has what was found until then, and says so in Partly. The errors are those of the settings.
func (s *Scenario) Run(ctx context.Context, cfg Config) (*Report, error) {
	directive, errs := s.verb.Read(strings.Join(cfg.Settings, " "))
	if len(errs) > 0 {
		list := make([]error, len(errs))
		for i, err := range errs {
			list[i] = fmt.Errorf("%s: %s", s.verb.Name, err.Msg)
			if err.Hint != "" {
				list[i] = fmt.Errorf("%w\n\thint: %s", list[i], err.Hint)
			}
		}
		return nil, errors.Join(list...)
	}
	j := &job{ctx: ctx, cfg: cfg, values: directive.Values(), report: &Report{Scenario: s.verb.Name, Seed: cfg.Seed}}
	for _, k := range s.verb.Keys {
		if v, ok := j.values[k.Name]; ok {
			j.report.Settings = append(j.report.Settings, Setting{k.Name, grammar.Format(v)})
		}
	}
	if err := s.run(j); err != nil {
		if ctx.Err() == nil {
			return nil, err
		}
		j.report.Partly = "interrupted " + j.where
	}
	return j.report, nil
}

// A job is one run of a scenario.
type job struct {
	ctx    context.Context
	cfg    Config
	values grammar.Values
	report *Report

	steps, step int    // simulations in all, and those that are done
	where       string // what is being simulated, for Partly
}

// sim starts the next simulation, which lasts until a time.
func (j *job) sim(until time.Duration, of string) (*sim, func()) {
	return j.simWith(j.cfg.Seed, until, of)
}

func (j *job) simWith(seed uint64, until time.Duration, of string) (*sim, func()) {
	s, leave := newSim(j.ctx, seed)
	s.tell = func(now time.Duration) {
		j.where = fmt.Sprintf("after %s of %s", brief(now.Seconds()), of)
		if j.cfg.Progress != nil {
			j.cfg.Progress((float64(j.step) + min(1, now.Seconds()/until.Seconds())) / float64(j.steps))
		}
	}
	return s, func() { leave(); j.step++ }
}

// rate returns a setting in events a second.
func (j *job) rate(key string) float64 {
	r := j.values.Rate(key)
	return float64(r.Events) / r.Per.Seconds()
}
