package breaker

import "fmt"

// A plainBreaker is the sequential model of a Breaker. It is a comparable value, so that the
// search can remember it. Time passes only in doEndCooldown and doEndOwn, and nothing ever
// leaves the window.
type plainBreaker struct {
	state      State
	forced     bool
	remote     bool // others decided the state
	over       bool // the time of an open breaker
	prolonged  bool // by others, an opening by itself
	ownOver    bool // the time of such an opening without others
	steered    steering
	generation uint64
	failures   int // consecutive ones
	openings   int
	successes  int
	lastProbe  uint32
	probes     [maxPlainProbes]uint32 // the numbers of those under way; zero is none
	calls, bad int                    // in the window

	opened, refused int64
}

const maxPlainProbes = 2

// An action is what an operation does.
type action uint8

const (
	askAllow action = iota
	askDone
	askState
	askRefuses
	askSnapshot
	doForceOpen
	doForceClose
	doReset
	doOpenFor
	doCloseRemote
	doForceRemoteOpen
	doForceRemoteClosed
	doResetRemote
	doEndCooldown
	doEndOwn
	askEverything // a Snapshot when nothing else runs
)

func (a action) String() string {
	return [...]string{"Allow", "Done", "State", "Refuses", "Snapshot", "ForceOpen", "ForceClose", "Reset",
		"OpenFor", "CloseRemote", "ForceRemote(open)", "ForceRemote(closed)", "ResetRemote", "cooldown ends", "own cooldown ends", "Snapshot at rest"}[a]
}

// An ask is an action with its arguments.
type ask struct {
	action  action
	given   word // of the permit that is done
	outcome Outcome
}

func (a ask) String() string {
	if a.action == askDone {
		return fmt.Sprintf("Done(%v) of %#x", a.outcome, uint64(a.given))
	}
	return a.action.String()
}

// An answer is what an operation returns.
type answer struct {
	refused, forced, probing bool
	changed                  bool // what OpenFor and the like report
	given                    word
	state                    State
	snapshot                 Snapshot
}

// become returns the breaker in another state.
func (p plainBreaker) become(to State, forced bool) plainBreaker {
	next := plainBreaker{
		state: to, forced: forced, generation: p.generation + 1, openings: p.openings, lastProbe: p.lastProbe, steered: p.steered,
		opened: p.opened, refused: p.refused,
	}
	if to == Open && p.state != Open {
		next.opened++
	}
	switch {
	case to == Closed:
		next.openings = 0
	case to == Open && !forced:
		next.openings++
	}
	return next
}

// era returns the word that the permits of this state have.
func (p plainBreaker) era() word {
	w := word(p.generation)*generation + word(p.state)<<stateShift
	if p.forced {
		w |= forcedBit
	}
	return w
}

// plainStep returns the step of the model for a Config.
func plainStep(config Config) func(plainBreaker, ask, answer) (plainBreaker, bool) {
	return func(p plainBreaker, in ask, out answer) (plainBreaker, bool) {
		var right answer
		switch in.action {
		case askAllow:
			p, right = p.allow(config)
		case askDone:
			p = p.done(config, in)
		case askState:
			right.state = p.state
		case askRefuses:
			right.refused = p.state == Open && (p.forced || !p.over)
			right.forced = right.refused && p.forced
		case askSnapshot, askEverything:
			right.snapshot = p.snapshot(config, in.action == askEverything)
		case doForceOpen:
			p = p.become(Open, true)
		case doForceClose:
			p = p.become(Closed, true)
		case doReset:
			p = p.reset()
		case doOpenFor:
			p, right.changed = p.openFor(out.changed)
		case doCloseRemote:
			p, right.changed = p.closeRemote()
		case doForceRemoteOpen:
			p, right.changed = p.forceRemote(Open)
		case doForceRemoteClosed:
			p, right.changed = p.forceRemote(Closed)
		case doResetRemote:
			p, right.changed = p.resetRemote()
		case doEndCooldown, doEndOwn:
			if p.state == Open && !p.forced {
				p.ownOver = true
				p.over = p.over || in.action == doEndCooldown || !p.prolonged
			}
		}
		return p, out == right
	}
}

func (p plainBreaker) allow(config Config) (plainBreaker, answer) {
	if p.state == Open && p.over {
		p = p.become(HalfOpen, false)
	}
	switch p.state {
	case Open:
		p.refused++
		return p, answer{refused: true, forced: p.forced}
	case Closed:
		return p, answer{given: p.era()}
	}
	for i := range config.Probes {
		if p.probes[i] == 0 {
			p.lastProbe++
			p.probes[i] = p.lastProbe
			return p, answer{given: p.era() | word(p.lastProbe)}
		}
	}
	p.refused++
	return p, answer{refused: true, probing: true}
}

func (p plainBreaker) done(config Config, in ask) plainBreaker {
	if in.given.era() != p.era() || p.forced {
		return p
	}
	if p.state == HalfOpen {
		return p.vote(config, in)
	}
	if in.outcome == Neutral {
		return p
	}
	if config.Rate == 0 {
		switch in.outcome {
		case Success:
			p.failures = 0
		case Failure:
			if p.failures++; p.failures == config.Failures {
				return p.become(Open, false)
			}
		}
	}
	if config.windowed() {
		p.calls++
		if in.outcome == Failure {
			p.bad++
		}
		if config.Rate > 0 && p.calls >= config.Min && p.bad*all >= config.Rate*p.calls {
			return p.become(Open, false)
		}
	}
	return p
}

// vote is done for a probe.
func (p plainBreaker) vote(config Config, in ask) plainBreaker {
	for i := range p.probes {
		if p.probes[i] == in.given.probe() {
			p.probes[i] = 0
		}
	}
	switch in.outcome {
	case Failure:
		return p.become(Open, false)
	case Success, Alive:
		if p.successes++; p.successes == config.Successes {
			return p.become(Closed, false)
		}
	}
	return p
}

// snapshot returns the Snapshot without its times. The number of attempts in the window and
// that of refusals are there only if everything is asked for, because an attempt does not
// count and evaluate in one step, and is not refused and counted in one.
func (p plainBreaker) snapshot(config Config, everything bool) Snapshot {
	s := Snapshot{State: p.state, Forced: p.forced, Remote: p.remote, Openings: p.openings, Failures: p.failures, Successes: p.successes, Opened: p.opened}
	for _, number := range p.probes {
		if number != 0 {
			s.Probes++
		}
	}
	if everything {
		s.Refused = p.refused
	}
	if p.state == Closed {
		if config.Rate > 0 {
			s.Failures = p.bad
		}
		if everything {
			s.Calls = p.calls
			if p.calls > 0 {
				s.FailureShare = float64(p.bad) / float64(p.calls)
			}
			if !p.forced {
				s.Pressure = config.pressure(p.failures, tally{calls: int64(p.calls), failures: int64(p.bad)})
			}
		}
	}
	return s
}
