package fleet

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/quorum"
	retry "github.com/retrygen/retrygen/runtime"
)

// A Config says how a process takes part in a fleet. One of Store and Bus is needed.
type Config struct {
	// Store has the document that controls the fleet. Nil: nobody controls this process.
	Store Store

	// Bus carries hints about open breakers, and reports about documents. Nil: this process
	// neither tells others nor follows them.
	Bus Bus

	// Name tells this process apart from all others of the fleet, 1 to 256 bytes. Empty: the name
	// of the host, the number of the process, and a random number.
	Name string

	// Topic is that of the fleet on the Bus: letters, digits, hyphens, underscores and dots.
	// Programs that call the same dependencies share one. Empty: DefaultTopic.
	Topic string

	// Quorum is how many processes must say that their breakers are open before another one
	// follows them, 2 or more. Zero: 30 % of those that are alive, and 3 at least.
	Quorum int

	// Beat is how often a process of a small fleet says that it is alive, up to 2 minutes; in a
	// fleet of more than 50 processes, it is 20 ms for each process at least. Zero: 1s.
	Beat time.Duration

	// Logger gets a line for each Event. Nil: no lines.
	Logger *slog.Logger

	// OnEvent is called with each Event, one at a time, on the goroutine of Run. The Fleet does
	// nothing else meanwhile. A panic goes on in the caller of Run, after Run has ended as it does
	// when its context ends. Nil means no calls.
	OnEvent func(Event)
}

// A Fleet is the part that a process takes in a fleet.
type Fleet struct {
	config  Config
	inbox   *inbox
	groups  groups
	running atomic.Bool

	// steering is what the groups have got last; nil while Run is not under way. version counts
	// the steerings.
	steering atomic.Pointer[retry.Steering]
	version  uint64

	mu    sync.Mutex
	shown Status    // Left is the whole time of a section, and there is no Age
	born  time.Time // when the document in force was put into the store
}

// topicPattern is what both Redis and NATS take, without wildcards.
var topicPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)

const maxTopic = 128 // bytes

// New returns a Fleet. It returns an error for a Config that cannot work. Pass the Fleet's
// Instrument the options of all wrappers, and start Run.
func New(config Config) (*Fleet, error) {
	if config.Store == nil && config.Bus == nil {
		return nil, errors.New("fleet: a Config needs a Store, a Bus or both")
	}
	if config.Name == "" {
		config.Name = processName()
	}
	if config.Topic == "" {
		config.Topic = DefaultTopic
	}
	if config.Quorum == 1 {
		return nil, errors.New("fleet: a quorum of 1 would let one process that is cut off open the breakers of all others; leave Quorum out for 30% of the fleet")
	}
	if !printable(config.Name) {
		return nil, fmt.Errorf("fleet: the name %q has characters that cannot be printed", config.Name)
	}
	if len(config.Topic) > maxTopic || !topicPattern.MatchString(config.Topic) {
		return nil, fmt.Errorf("fleet: a topic is letters, digits, hyphens, underscores and dots, up to %d bytes, and not %q", maxTopic, config.Topic)
	}
	f := &Fleet{config: config, inbox: newInbox()}
	if _, err := f.node(1); err != nil {
		return nil, fmt.Errorf("fleet: %s", strings.TrimPrefix(err.Error(), "quorum: "))
	}
	f.shown = f.blank()
	return f, nil
}

// node returns the rule for hints.
func (f *Fleet) node(incarnation uint64) (*quorum.Node, error) {
	return quorum.New(quorum.Config{
		Name: f.config.Name, Incarnation: incarnation, Quorum: f.config.Quorum, Beat: f.config.Beat,
	})
}

// processName returns a name that no other process has.
func processName() string {
	host, err := os.Hostname()
	if host = strings.Map(keepPrintable, host); err != nil || host == "" {
		host = "unknown"
	}
	return fmt.Sprintf("%s:%d:%08x", host[:min(len(host), 200)], os.Getpid(), rand.Uint32())
}

func keepPrintable(r rune) rune {
	if printable(string(r)) && r < 0x80 {
		return r
	}
	return -1
}

// Instrument adds hooks to opts, so that the Fleet knows the groups of the wrappers that are
// made with them and the changes of their breakers. Hooks that are in opts already are called as
// before. Call it once for each Options, before you make a wrapper with them. Calls of a wrapper
// do not get slower. The Fleet keeps no group alive.
func (f *Fleet) Instrument(opts *retry.Options) {
	ours := retry.Hooks{Wrapped: f.wrapped}
	if f.config.Bus != nil {
		ours.BreakerChange = func(c breaker.Change) { f.inbox.changed(c) }
	}
	opts.Hooks = retry.JoinHooks(opts.Hooks, ours)
}

// wrapped notes the group of a new wrapper. If a document is in force, it applies before the
// constructor returns. Run applies it again, and reports if the group cannot take it.
func (f *Fleet) wrapped(info retry.WrapperInfo) {
	if !f.groups.add(info.Group) {
		return
	}
	for {
		before := f.steering.Load()
		if before != nil {
			_ = info.Group.Steer(*before)
		}
		if now := f.steering.Load(); now == before {
			break
		} else if now == nil {
			_ = info.Group.Steer(retry.Steering{}) // Run has ended meanwhile
			break
		}
	}
	f.inbox.grown()
}
