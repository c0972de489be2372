package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/fleet"
	"github.com/retrygen/retrygen/fleet/fleettest"
	"github.com/retrygen/retrygen/internal/goroutines"
	retry "github.com/retrygen/retrygen/runtime"
)

func TestMain(m *testing.M) { goroutines.Main(m) }

// A process is one of a fleet in a test. It has one dependency.
type process struct {
	t     *testing.T
	conn  *fleettest.Conn
	fleet *fleet.Fleet
	group *retry.Group
	call  *retry.Func
	stop  func()

	mu     sync.Mutex
	events []fleet.Event
	kept   []*retry.Group // of wrappers; the fleet keeps none
}

// policyText is that of the call of a process.
const policyText = "simple attempts=2 delay=1ms; breaker failures=4 cooldown=10s max-cooldown=1m"

// start starts a process that runs until the test ends or stop is called.
func start(t *testing.T, e *fleettest.Engine, name string, changes ...func(*fleet.Config)) *process {
	t.Helper()
	p := &process{t: t, conn: e.Connect(), group: new(retry.Group)}
	config := fleet.Config{Store: p.conn, Bus: p.conn, Name: name, OnEvent: p.saw}
	for _, change := range changes {
		change(&config)
	}
	var err error
	p.fleet, err = fleet.New(config)
	require.NoError(t, err)
	p.call = p.wrap("Client.Get", policyText, p.group)
	p.run()
	return p
}

// run runs the fleet of the process.
func (p *process) run() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.fleet.Run(ctx) }()
	p.stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(p.t, <-ended)
	})
	p.t.Cleanup(p.stop)
	synctest.Wait()
}

// wrap makes a wrapper with hooks of the fleet.
func (p *process) wrap(name, text string, group *retry.Group) *retry.Func {
	p.t.Helper()
	opts := retry.Options{Group: group}
	p.fleet.Instrument(&opts)
	f, err := retry.NewFunc(name, text, &opts)
	require.NoError(p.t, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept = append(p.kept, group)
	return f
}

func (p *process) saw(e fleet.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events = append(p.events, e)
}

// kinds returns the events since it was called last, such as "applied 3".
func (p *process) kinds() []string {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []string
	for _, e := range p.events {
		text := string(e.Kind)
		switch {
		case e.Revision > 0:
			text += fmt.Sprintf(" %d", e.Revision)
		case e.Engine != "":
			text += " " + e.Engine
		case e.Breaker != "":
			text += " " + e.Breaker
		}
		list = append(list, text)
	}
	p.events = nil
	return list
}

// said returns the events of a kind since kinds was called last.
func (p *process) said(kind fleet.EventKind) []fleet.Event {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(p.events), func(e fleet.Event) bool { return e.Kind != kind })
}

// policy returns the policy in force of Client.Get.
func (p *process) policy() string {
	synctest.Wait()
	return strings.TrimSuffix(p.group.Snapshot().Methods[0].Policy.String(), "; budget")
}

// attempts returns how many attempts a call of Client.Get makes.
func (p *process) attempts() int {
	return p.group.Snapshot().Methods[0].Policy.Retry.Attempts
}

var errDown = errors.New("down")

// fail makes one attempt that fails.
func (p *process) fail() {
	_ = p.call.Do(p.t.Context(), func(context.Context) error { return errDown })
}

// publish puts a document into the store.
func publish(t *testing.T, e *fleettest.Engine, text string) fleet.Document {
	t.Helper()
	c := e.Connect()
	d, err := c.Get(t.Context())
	require.NoError(t, err)
	d, err = c.Put(t.Context(), text, d.Revision)
	require.NoError(t, err)
	synctest.Wait()
	return d
}

// later lets time pass.
func later(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
