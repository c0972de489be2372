package fleet

import (
	"sync"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/internal/quorum"
)

// An inbox takes what hooks and engines have for Run. To put something in never waits for Run,
// and takes no memory for a breaker that has changed before.
type inbox struct {
	wake chan struct{} // has room for one

	mu      sync.Mutex
	mail    mail
	watched uint64 // counts the documents of Watch
}

// mail is what has come since Run looked last.
type mail struct {
	changes  map[breakerID]breaker.Change // the last one of each breaker
	messages []quorum.Message
	dropped  int // messages that did not fit
	arrival  *arrival
	store    health // of what Get says
	watch    health // of Watch
	bus      health // of Publish
	listen   health // of Subscribe
	grown    bool   // there are new groups
	twin     bool   // another process has the same name
}

// A breakerID tells the breakers of a program apart.
type breakerID struct{ name, instance string }

// An arrival is a document that has come from the store.
type arrival struct {
	Document
	at      time.Time
	fetched bool // it came from Get, and Watch has had nothing new meanwhile
}

// health is news about an engine.
type health struct {
	news bool
	err  error // nil: it can be reached
}

// maxMessages is how many messages wait for Run. Each process sends about one in a second.
const maxMessages = 4096

func newInbox() *inbox {
	return &inbox{wake: make(chan struct{}, 1), mail: mail{changes: make(map[breakerID]breaker.Change)}}
}

// poke wakes Run.
func (b *inbox) poke() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// take returns the mail. Spare is mail that has been read; its memory is used again.
func (b *inbox) take(spare mail) mail {
	if spare.changes == nil {
		spare.changes = make(map[breakerID]breaker.Change)
	}
	clear(spare.changes)
	clear(spare.messages)
	b.mu.Lock()
	defer b.mu.Unlock()
	m := b.mail
	b.mail = mail{changes: spare.changes, messages: spare.messages[:0]}
	return m
}

// changed takes the change of a breaker, in the place of an earlier one.
func (b *inbox) changed(c breaker.Change) {
	if c.Key != "" {
		return // the breaker of one key is nobody else's business
	}
	b.mu.Lock()
	b.mail.changes[breakerID{c.Name, c.Instance}] = c
	b.mu.Unlock()
	b.poke()
}

func (b *inbox) message(m quorum.Message) {
	b.mu.Lock()
	if len(b.mail.messages) < maxMessages {
		b.mail.messages = append(b.mail.messages, m)
	} else {
		b.mail.dropped++
	}
	b.mu.Unlock()
	b.poke()
}

// drop counts a message that cannot be read.
func (b *inbox) drop() {
	b.mu.Lock()
	b.mail.dropped++
	b.mu.Unlock()
	b.poke()
}

// grown says that there is a new group.
func (b *inbox) grown() {
	b.mu.Lock()
	b.mail.grown = true
	b.mu.Unlock()
	b.poke()
}

// seesTwin says that another process has the same name.
func (b *inbox) seesTwin() {
	b.mu.Lock()
	b.mail.twin = true
	b.mu.Unlock()
	b.poke()
}

// watch takes a document from Watch.
func (b *inbox) watch(d Document) {
	at := time.Now()
	b.mu.Lock()
	b.watched++
	b.mail.arrival, b.mail.store = &arrival{d, at, false}, health{news: true}
	b.mu.Unlock()
	b.poke()
}

// beforeFetch returns what fetched needs.
func (b *inbox) beforeFetch() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.watched
}

// fetched takes a document from a Get that began after beforeFetch. It reports false, and does
// not take it, if Watch had another one meanwhile, because the order of the two is not known.
func (b *inbox) fetched(d Document, watched uint64) bool {
	at := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mail.store = health{news: true}
	if b.watched == watched {
		b.mail.arrival = &arrival{d, at, true}
	}
	b.poke()
	return b.watched == watched
}

// note takes news about the health of an engine. Which is one of the fields of the mail.
func (b *inbox) note(which func(*mail) *health, err error) {
	b.mu.Lock()
	*which(&b.mail) = health{true, err}
	b.mu.Unlock()
	b.poke()
}

func ofStore(m *mail) *health  { return &m.store }
func ofWatch(m *mail) *health  { return &m.watch }
func ofBus(m *mail) *health    { return &m.bus }
func ofListen(m *mail) *health { return &m.listen }
