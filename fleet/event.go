package fleet

import (
	"context"
	"log/slog"
	"time"
)

// An EventKind says what an Event or a Report is about.
type EventKind string

const (
	EventApplied EventKind = "applied" // a document is in force
	EventRefused EventKind = "refused" // a document is not taken, and the one before it stays
	EventExpired EventKind = "expired" // the time of a section is over
	EventLost    EventKind = "lost"    // the store no longer has a document; the last one stays

	EventUnreachable EventKind = "unreachable" // an engine cannot be reached
	EventReachable   EventKind = "reachable"   // it can be reached again

	// EventTwin says once that another process has the same Config.Name. Each of the two takes the
	// messages of the other for its own, and the rest of the fleet takes them for one process.
	EventTwin EventKind = "twin"

	EventOpened EventKind = "opened" // a breaker is open, or stays open for longer, because others are
	EventClosed EventKind = "closed" // that is taken back, because another process had a good probe
)

// The engines of a fleet.
const (
	EngineStore = "store"
	EngineBus   = "bus"
)

// An Event is something that a Fleet has done or seen. Fields that do not concern its kind are
// zero.
type Event struct {
	Kind EventKind
	At   time.Time

	// Of EventApplied, EventRefused, EventExpired and EventLost.
	Revision uint64

	// Sections are those that came into force with EventApplied, the one that is over with
	// EventExpired, and with EventRefused those that can be read.
	Sections Sections

	// Unmatched are the names of an applied document that no wrapper of this process has, up to
	// now: those of other programs, or slips of the pen.
	Unmatched []string

	Err    error  // of EventRefused and EventUnreachable
	Engine string // of EventUnreachable and EventReachable: EngineStore or EngineBus

	// Of EventOpened and EventClosed.
	Breaker  string // the name of the breaker
	Instance string // of the breaker; see breaker.Config.Instance
	For      time.Duration
	Votes    int    // processes that say that their breakers are open
	Quorum   int    // how many it takes
	By       string // the process whose good probe closes the breaker
}

// tell logs an event and calls OnEvent.
func (f *Fleet) tell(e Event) {
	e.At = time.Now()
	f.log(e)
	if f.config.OnEvent != nil {
		f.config.OnEvent(e)
	}
}

// log writes an event. What concerns sections has a line for each.
func (f *Fleet) log(e Event) {
	if f.config.Logger == nil {
		return
	}
	level := slog.LevelInfo
	var attrs []slog.Attr
	switch e.Kind {
	case EventApplied, EventRefused, EventExpired, EventLost:
		attrs = append(attrs, slog.Uint64("revision", e.Revision))
	case EventOpened, EventClosed:
		attrs = append(attrs, slog.String("breaker", e.Breaker))
		if e.Instance != "" {
			attrs = append(attrs, slog.String("instance", e.Instance))
		}
	case EventUnreachable, EventReachable:
		attrs = append(attrs, slog.String("engine", e.Engine))
	}
	switch e.Kind {
	case EventOpened:
		attrs = append(attrs, slog.Duration("for", e.For), slog.Int("votes", e.Votes), slog.Int("quorum", e.Quorum))
	case EventClosed:
		attrs = append(attrs, slog.String("by", e.By))
	case EventRefused, EventUnreachable, EventLost, EventTwin:
		level = slog.LevelWarn
	}
	if e.Err != nil {
		attrs = append(attrs, slog.Any("error", e.Err))
	}
	if len(e.Unmatched) > 0 {
		attrs = append(attrs, slog.Any("unmatched", e.Unmatched))
	}
	message := "fleet: " + string(e.Kind)
	if len(e.Sections) == 0 {
		f.config.Logger.LogAttrs(context.Background(), level, message, attrs...)
	}
	for _, s := range e.Sections {
		of := append(attrs[:len(attrs):len(attrs)], slog.String("author", s.Author), slog.String("reason", s.Reason))
		if e.Kind != EventExpired {
			of = append(of, slog.Duration("for", s.For))
		}
		f.config.Logger.LogAttrs(context.Background(), level, message, of...)
	}
}
