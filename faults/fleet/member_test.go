package fleet

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/retrygen/retrygen/breaker"
	fleets "github.com/retrygen/retrygen/fleet"
	retry "github.com/retrygen/retrygen/runtime"
)

// A member is one member of the fleet: what a process usually is. Its calls are made at a
// fixed rate.
type member struct {
	group  *retry.Group
	fleet  *fleets.Fleet // nil without an engine
	client Stock
	sick   *atomic.Bool

	mu     sync.Mutex
	report report
}

// A report is what a member says about its calls since the last time.
type report struct {
	Name      string
	Reached   int // calls that reached the dependency or could not, ever
	Succeeded int
	Failed    int           // calls that reached the dependency, or could not
	Refused   int           // by the breaker
	Longest   time.Duration // of all calls
	Works     bool          // the last call has succeeded
	State     string        // of the breaker
	Opened    int64         // by itself or by others, since it began
	Remote    bool          // the state is that of others
	Policy    string        // of Look, in force
	Revision  uint64        // of the control document in force
	Refusal   string        // of the last document that was refused
	Alive     int           // members that this one hears of, itself included
}

// beMembers runs the members of one process until its standard input ends. Each line there is
// an order: "sick", "well" or "report", which is answered with a line for each member.
func beMembers(r role) error {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	var sick atomic.Bool
	sick.Store(r.Sick)
	var members []*member
	for _, name := range r.Members {
		m, err := newMember(ctx, name, r, &sick, &running)
		if err != nil {
			return err
		}
		members = append(members, m)
	}
	answers := json.NewEncoder(os.Stdout)
	for orders := bufio.NewScanner(os.Stdin); orders.Scan(); {
		switch order := orders.Text(); order {
		case "sick", "well":
			sick.Store(order == "sick")
		case "report":
			for _, m := range members {
				if err := answers.Encode(m.told()); err != nil {
					return err
				}
			}
		default:
			return fmt.Errorf("unknown order %q", order)
		}
	}
	return nil
}

func newMember(ctx context.Context, name string, r role, sick *atomic.Bool, running *sync.WaitGroup) (*member, error) {
	m := &member{group: new(retry.Group), sick: sick}
	m.report.Name = name
	opts := &retry.Options{Group: m.group}
	if r.Engine != "" {
		var err error
		if m.fleet, err = join(r.Engine, name); err != nil {
			return nil, err
		}
		m.fleet.Instrument(opts)
		running.Go(func() {
			if err := m.fleet.Run(ctx); err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			}
		})
	}
	m.client = NewResilientStock(&httpStock{client: &http.Client{Transport: &http.Transport{}}, url: r.Dependency, sick: sick.Load}, opts)
	running.Go(func() { m.work(ctx, r.Rate) })
	return m, nil
}

// work makes calls at a rate until ctx ends.
func (m *member) work(ctx context.Context, rate int) {
	ticker := time.NewTicker(time.Second / time.Duration(rate))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			begin := time.Now()
			err := m.client.Look(ctx)
			if ctx.Err() == nil {
				m.count(err, time.Since(begin))
			}
		}
	}
}

func (m *member) count(err error, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.report.Works = err == nil
	switch {
	case err == nil:
		m.report.Succeeded++
	case errors.Is(err, breaker.ErrOpen):
		m.report.Refused++
	default:
		m.report.Failed++
	}
	if !errors.Is(err, breaker.ErrOpen) {
		m.report.Reached++
	}
	m.report.Longest = max(m.report.Longest, took)
}

// told returns the report, and begins a new one.
func (m *member) told() report {
	m.mu.Lock()
	defer m.mu.Unlock()
	told := m.report
	m.report = report{Name: told.Name, Reached: told.Reached, Works: told.Works}
	b := m.group.Breaker().Snapshot()
	told.State, told.Opened, told.Remote = b.State.String(), b.Opened, b.Remote
	for _, method := range m.group.Snapshot().Methods {
		told.Policy = method.Policy.String()
	}
	if m.fleet != nil {
		told.status(m.fleet.Status())
	}
	return told
}
