package fleet

import (
	"slices"
	"time"
	"weak"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/quorum"
)

// hints drives the rule by which processes follow each other. Only Run uses it, but for receive.
type hints struct {
	*Fleet
	node        *quorum.Node
	incarnation uint64
	began       time.Time

	breakers  map[string]weak.Pointer[breaker.Breaker] // by topic
	ambiguous []string                                 // names
	scanAt    time.Duration                            // when to look for new breakers
	dropped   int64
}

// scanEvery is how often breakers are looked for: SetPolicy can bring others.
const scanEvery = time.Second

func hintsTopic(topic string) string { return topic + ".hints" }

func newHints(f *Fleet) *hints {
	began := time.Now()
	incarnation := uint64(began.UnixNano()) //nolint:gosec // it is after 1970
	node, _ := f.node(incarnation)          // New has checked the Config
	return &hints{Fleet: f, node: node, incarnation: incarnation, began: began, breakers: make(map[string]weak.Pointer[breaker.Breaker])}
}

// receive takes a message from the bus.
func (h *hints) receive(message []byte) {
	m, ok := decode(message)
	switch {
	case !ok:
		h.inbox.drop()
	case m.From == h.config.Name && m.Incarnation != h.incarnation:
		h.inbox.seesTwin()
	default:
		h.inbox.message(m)
	}
}

// hint handles the mail about hints and what is due, and returns when it must be called again.
func (r *run) hint(m *mail) time.Time {
	h := r.hints
	now := time.Since(h.began)
	h.dropped += int64(m.dropped)
	if m.twin && !r.warned {
		r.warned = true
		r.tell(Event{Kind: EventTwin})
	}
	if now >= h.scanAt || m.grown {
		h.scan(now)
	}
	for id, c := range m.changes {
		h.node.Changed(id.topic(), quorum.Change{
			From: quorum.State(c.From), To: quorum.State(c.To), Cooldown: c.Cooldown, Forced: c.Forced, Remote: c.Remote,
		}, now)
	}
	for i := range m.messages {
		h.node.Receive(m.messages[i], now)
	}
	answer := h.node.Step(now, h.look)
	if answer.Message != nil {
		r.outbox.hint(encode(answer.Message))
	}
	for _, e := range h.act(answer.Actions) {
		r.tell(e)
	}
	return h.began.Add(min(answer.Next, h.scanAt))
}

// act does what the rule wants, and returns what it has changed.
func (h *hints) act(actions []quorum.Action) []Event {
	var done []Event
	for _, a := range actions {
		b := h.breakers[a.Breaker].Value()
		id := splitTopic(a.Breaker)
		e := Event{Breaker: id.name, Instance: id.instance}
		switch {
		case a.OpenFor > 0 && b.OpenFor(a.OpenFor):
			e.Kind, e.For, e.Votes, e.Quorum = EventOpened, a.OpenFor, a.Votes, a.Quorum
			done = append(done, e)
		case a.OpenFor == 0 && b.CloseRemote():
			e.Kind, e.By = EventClosed, a.By
			done = append(done, e)
		}
	}
	return done
}

// look returns the state of a breaker.
func (h *hints) look(topic string) quorum.Look {
	b := h.breakers[topic].Value()
	if b == nil {
		return quorum.Look{}
	}
	s, config := b.Snapshot(), b.Config()
	if s.Mode == breaker.Off {
		return quorum.Look{}
	}
	return quorum.Look{
		State: quorum.State(s.State), Forced: s.Forced, Remote: s.Remote, Left: s.RetryAfter, Pressure: s.Pressure,
		Idle:    s.State == breaker.Closed && s.Calls == 0 && config.Window > 0 && time.Since(s.Changed) >= config.Window,
		Longest: max(config.Cooldown, config.MaxCooldown), Cooldown: config.Cooldown,
	}
}

// scan looks for the breakers of the process.
func (h *hints) scan(now time.Duration) {
	h.scanAt = now + scanEvery
	found := make(map[string]*breaker.Breaker)
	twice := make(map[string]bool)
	for _, g := range h.groups.alive() {
		for _, b := range g.Breakers() {
			config := b.Config()
			id := breakerID{config.Name, config.Instance}
			topic := id.topic()
			switch other := found[topic]; {
			case !id.shareable() || other == b:
			case other != nil:
				twice[topic] = true
			default:
				found[topic] = b
			}
		}
	}
	h.ambiguous = nil
	for topic := range twice {
		delete(found, topic)
		h.ambiguous = append(h.ambiguous, splitTopic(topic).name)
	}
	slices.Sort(h.ambiguous)
	h.ambiguous = slices.Compact(h.ambiguous)
	for topic, known := range h.breakers {
		if b := found[topic]; b == nil || weak.Make(b) != known {
			h.node.Remove(topic)
			delete(h.breakers, topic)
		}
	}
	for topic, b := range found {
		if _, ok := h.breakers[topic]; !ok {
			h.breakers[topic] = weak.Make(b)
			h.node.Add(topic)
			h.begins(topic, b.Snapshot(), now)
		}
	}
}

// begins tells the rule about a breaker that was open before it was found.
func (h *hints) begins(topic string, s breaker.Snapshot, now time.Duration) {
	if s.State == breaker.Open && !s.Forced && !s.Remote && s.RetryAfter > 0 {
		h.node.Changed(topic, quorum.Change{From: quorum.Closed, To: quorum.Open, Cooldown: s.RetryAfter}, now)
	}
}
