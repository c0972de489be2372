package proxy

import (
	"math/rand/v2"
	"time"
)

// A Fault is what goes wrong with a connection.
type Fault int

// The faults. All except Refuse and Blackhole strike in one direction, after some bytes have
// passed in it.
const (
	None      Fault = iota
	Refuse          // connections are refused for a while
	Reset           // both ends are reset
	Truncate        // the receiver sees the end of the data
	Stall           // no more data passes, and the receiver waits
	Delay           // the rest comes late
	Blackhole       // the connection is open, but nothing passes in either direction
	faults    = iota
)

func (f Fault) String() string {
	return [faults]string{"none", "refuse", "reset", "truncate", "stall", "delay", "blackhole"}[f]
}

// A Way is a direction.
type Way int

// The directions.
const (
	Request Way = iota // from the client to the server
	Answer             // from the server to the client
)

// A Fate says what happens to one connection.
type Fate struct {
	Fault Fault
	Way   Way           // the direction of the fault
	After int64         // bytes that pass in that direction before the fault
	For   time.Duration // of Refuse and Delay
}

// A Plan gives the n-th connection its fate. A nil Plan is a network that works.
type Plan func(n uint64) Fate

// Always returns the plan that gives all connections the same fate.
func Always(f Fate) Plan { return func(uint64) Fate { return f } }

// fate returns the fate of the n-th connection.
func (p Plan) fate(n uint64) Fate {
	if p == nil {
		return Fate{}
	}
	return p(n)
}

// A Mix says how a plan is drawn.
type Mix struct {
	Weights  map[Fault]int // the relative frequency of each fault; one is positive at least
	MaxAfter int64         // After is drawn from 0 to this
	MaxFor   time.Duration // For is drawn from 0 to this
}

// Plan returns the plan that the seed draws from the mix. A fate depends only on the seed
// and on n.
func (m Mix) Plan(seed uint64) Plan {
	return func(n uint64) Fate {
		draw := rand.New(rand.NewPCG(seed, n))
		return Fate{
			Fault: m.fault(draw),
			Way:   Way(draw.IntN(2)),
			After: draw.Int64N(m.MaxAfter + 1),
			For:   time.Duration(draw.Int64N(int64(m.MaxFor) + 1)),
		}
	}
}

func (m Mix) fault(draw *rand.Rand) Fault {
	sum := 0
	for _, weight := range m.Weights {
		sum += weight
	}
	at := draw.IntN(sum)
	for f := range Fault(faults) { // not over the map, whose order changes
		if at -= m.Weights[f]; at < 0 {
			return f
		}
	}
	panic("unreachable: at is less than the sum of the weights")
}
