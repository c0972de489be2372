package breaker

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

var (
	seedFlag = flag.Uint64("seed", 0, "the `number` that draws the schedules of TestBreakerIsLinearizable; 0 draws one")
	longFlag = flag.Duration("long", 3*time.Second, "how long TestBreakerIsLinearizable runs, such as 10m")
)

// linearConfigs are the breakers to check. Their windows are so long that nothing leaves
// them.
var linearConfigs = []Config{
	{Failures: 1},
	{Failures: 2},
	{Failures: 2, Probes: 2, Successes: 2},
	{Failures: 3},
	{Rate: 50 * Percent, Min: 2, WindowCalls: 100},
	{Rate: 50 * Percent, Min: 3, Window: 24 * time.Hour},
	{Failures: 2, Slow: time.Hour, SlowRate: 50 * Percent, Min: 2},
}

// Several goroutines use a breaker at the same time, and the results are those of some order
// of their operations, one after the other.
//
//	go test ./breaker -run Linearizable -v -long 10m
//
// runs for ten minutes. The seed repeats the schedules. It cannot repeat the order in which
// the processors run them.
func TestBreakerIsLinearizable(t *testing.T) {
	seed := cmp.Or(*seedFlag, rand.Uint64())
	t.Logf("-seed %d draws the same schedules", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	end := time.Now().Add(*longFlag)
	n := 0
	for ; time.Now().Before(end); n++ {
		config := linearConfigs[random.IntN(len(linearConfigs))]
		config.Cooldown = time.Hour
		config = config.withDefaults()
		history := run(config, drawSchedule(random))
		if !linearizable(plainBreaker{}, plainStep(config), history) {
			t.Fatalf("-seed %d, schedule %d: no order explains what happened to %+v:\n%s", seed, n, config, tell(history))
		}
	}
	t.Logf("%d schedules", n)
}

// A schedule says what one goroutine does to a breaker first, and then several at the same
// time.
type schedule struct {
	first  []turn
	beside [][]turn
}

// A turn is an operation of a schedule, after a pause. Done takes the oldest permit of its
// goroutine. The permits of the first goroutine are dealt out to the others.
type turn struct {
	action  action
	outcome Outcome
	pause   int
}

// drawSchedule draws a schedule. Every other one has only the operations of usual attempts.
func drawSchedule(random *rand.Rand) schedule {
	usual := random.IntN(2) == 0
	longest := 1 << random.IntN(10) // pause
	draw := func() turn {
		m := turn{pause: random.IntN(longest)}
		switch n := random.IntN(100); {
		case n < 60:
			m.action, m.outcome = askDone, outcomes[random.IntN(len(outcomes))]
		case n < 70:
			m.action = askAllow
		case n < 85 || usual:
			m.action = askState
		default:
			m.action = askRefuses + action(random.IntN(int(doEndOwn-askRefuses)+1))
		}
		return m
	}
	var s schedule
	for range 1 + random.IntN(4) {
		s.first = append(s.first, turn{action: askAllow})
	}
	for range random.IntN(4) {
		s.first = append(s.first, draw())
	}
	s.beside = make([][]turn, 2+random.IntN(2))
	for i := range s.beside {
		for range 1 + random.IntN(3) {
			s.beside[i] = append(s.beside[i], draw())
		}
	}
	return s
}

// outcomes are the outcomes to draw from. Those that change more come more often.
var outcomes = []Outcome{Success, Success, Success, Failure, Failure, Failure, Failure, Alive, Neutral}

type history = []operation[ask, answer]

// run runs a schedule on a new breaker and returns the operations.
func run(config Config, s schedule) history {
	b := New(config)
	var ticks atomic.Int64
	first := &player{breaker: b, ticks: &ticks}
	first.play(s.first)
	players := make([]*player, len(s.beside))
	funcs := make([]func(), len(s.beside))
	for i := range players {
		players[i] = &player{breaker: b, ticks: &ticks}
		funcs[i] = func() { players[i].play(s.beside[i]) }
	}
	for i, permit := range first.permits {
		p := players[i%len(players)]
		p.permits = append(p.permits, permit)
	}
	together(funcs...)
	h := first.history
	for _, p := range players {
		h = append(h, p.history...)
	}
	last := &player{breaker: b, ticks: &ticks}
	last.play([]turn{{action: askState}, {action: askEverything}})
	return append(h, last.history...)
}

// A player is a goroutine that runs its part of a schedule.
type player struct {
	breaker *Breaker
	ticks   *atomic.Int64
	permits []Permit
	history history
}

func (p *player) play(moves []turn) {
	for _, m := range moves {
		spin(m.pause)
		in := ask{action: m.action}
		if m.action == askDone {
			if len(p.permits) == 0 {
				continue
			}
			in.given, in.outcome = p.permits[0].given, m.outcome
		}
		op := operation[ask, answer]{in: in, called: p.ticks.Add(1)}
		op.out = p.do(in)
		op.returned = p.ticks.Add(1)
		p.history = append(p.history, op)
	}
}

func (p *player) do(in ask) (out answer) {
	b := p.breaker
	switch in.action {
	case askAllow:
		permit, err := b.Allow()
		if err != nil {
			refusal := err.(*OpenError)
			return answer{refused: true, forced: refusal.forced, probing: refusal.probing}
		}
		p.permits = append(p.permits, permit)
		out.given = permit.given
	case askDone:
		p.permits[0].Done(in.outcome)
		p.permits = p.permits[1:]
	case askState:
		out.state = b.State()
	case askRefuses:
		if e := b.Refuses(0); e != nil {
			out.refused, out.forced = true, e.forced
		}
	case askSnapshot, askEverything:
		out.snapshot = b.Snapshot()
		out.snapshot.RetryAfter, out.snapshot.Changed = 0, time.Time{}
		if in.action == askSnapshot {
			out.snapshot.Calls, out.snapshot.Refused, out.snapshot.FailureShare, out.snapshot.Pressure = 0, 0, 0, 0
		}
	case doForceOpen:
		b.ForceOpen()
	case doForceClose:
		b.ForceClose()
	case doReset:
		b.Reset()
	case doOpenFor:
		out.changed = b.OpenFor(time.Hour)
	case doCloseRemote:
		out.changed = b.CloseRemote()
	case doForceRemoteOpen:
		out.changed = b.ForceRemote(Open)
	case doForceRemoteClosed:
		out.changed = b.ForceRemote(Closed)
	case doResetRemote:
		out.changed = b.ResetRemote()
	case doEndCooldown, doEndOwn:
		b.endCooldown(in.action == doEndOwn)
	}
	return out
}

// endCooldown makes the time of an open breaker end now. With ownOnly, a prolongation by
// others goes on.
func (b *Breaker) endCooldown(ownOnly bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w := b.load(); w.state() != Open || w.forced() {
		return
	}
	over := b.openError(OpenError{until: clock()})
	prolonged := b.own != nil && !b.remote
	if prolonged {
		b.own = over
	}
	if !prolonged || !ownOnly {
		b.refusal.Store(over)
	}
}

// tell prints a history in the order of the starts.
func tell(h history) string {
	h = slices.Clone(h)
	slices.SortFunc(h, func(a, b operation[ask, answer]) int { return cmp.Compare(a.called, b.called) })
	var text strings.Builder
	for _, op := range h {
		fmt.Fprintf(&text, "%3d to %3d  %-30v %+v\n", op.called, op.returned, op.in, op.out)
	}
	return text.String()
}

// The search accepts a history if and only if some order explains it.
func TestLinearizable(t *testing.T) {
	step := plainStep(Config{Failures: 2}.withDefaults())
	fails := ask{action: askDone, outcome: Failure}
	succeeds := ask{action: askDone, outcome: Success}
	state := func(s State, called, returned int64) operation[ask, answer] {
		return operation[ask, answer]{ask{action: askState}, answer{state: s}, called, returned}
	}
	done := func(in ask, called, returned int64) operation[ask, answer] {
		return operation[ask, answer]{in: in, called: called, returned: returned}
	}
	for _, tt := range []struct {
		name string
		h    history
		want bool
	}{
		{"one after the other", history{done(fails, 1, 2), done(fails, 3, 4), state(Open, 5, 6)}, true},
		{"one is missing", history{done(fails, 1, 2), done(fails, 3, 4), state(Closed, 5, 6)}, false},
		{"seen before it is over", history{done(fails, 1, 2), done(fails, 3, 8), state(Open, 5, 6)}, true},
		{"not seen before it is over", history{done(fails, 1, 2), done(fails, 3, 8), state(Closed, 5, 6)}, true},
		{"seen and not seen", history{done(fails, 1, 2), done(fails, 3, 8), state(Open, 4, 5), state(Closed, 6, 7)}, false},
		{"a success between", history{done(fails, 1, 2), done(fails, 3, 8), done(succeeds, 3, 4), state(Closed, 5, 6), state(Closed, 9, 10)}, true},
		{"opened after a success", history{done(fails, 1, 2), done(fails, 3, 8), done(succeeds, 3, 4), state(Closed, 5, 6), state(Open, 9, 10)}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, linearizable(plainBreaker{}, step, tt.h))
		})
	}
}
