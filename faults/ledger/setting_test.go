package ledger

import (
	"context"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/faults/postgres"
	"github.com/retrygen/retrygen/faults/proxy"
	"github.com/retrygen/retrygen/faults/trial"
	retry "github.com/retrygen/retrygen/runtime"
)

const (
	workers = 8

	// total is the total timeout in the directives of Ledger.
	total = 30 * time.Second

	// slack is the time that a busy machine may take to run a goroutine.
	slack = 30 * time.Second
)

// drivers are the two ways to open a ledger.
var drivers = []struct {
	name string
	open func(ctx context.Context, url string) (Ledger, error)
}{
	{"database/sql", func(_ context.Context, url string) (Ledger, error) { return openDatabase(url, workers) }},
	{"pgxpool", func(ctx context.Context, url string) (Ledger, error) { return openPool(ctx, url, workers) }},
}

// onEachDriver runs a test with a ledger of each driver, on one server.
func onEachDriver(t *testing.T, test func(t *testing.T, s *setting)) {
	server := postgres.Start(t)
	for _, driver := range drivers {
		t.Run(driver.name, func(t *testing.T) {
			trial.LevelGoroutines(t)
			s := &setting{server: server, states: make(map[string]int)}
			s.reset(t)
			var err error
			s.proxy, err = proxy.Listen(server.Addr(), nil)
			require.NoError(t, err)
			t.Cleanup(func() { assert.NoError(t, s.proxy.Close()) })
			// A pool goes on connecting after the call that needed the connection has ended, and while
			// it hangs there is one connection less for other calls.
			next, err := driver.open(t.Context(), postgres.URL(s.proxy.Addr(), time.Second))
			require.NoError(t, err)
			s.ledger = NewResilientLedger(next, &retry.Options{Hooks: retry.Hooks{Retry: s.retried}})
			t.Cleanup(func() { assert.NoError(t, s.ledger.Close()) })
			test(t, s)
		})
	}
}

// A setting is a server, a proxy in front of it, and a wrapped ledger that uses the proxy.
type setting struct {
	server *postgres.Server
	proxy  *proxy.Proxy
	ledger Ledger

	mu     sync.Mutex
	states map[string]int // retries by code
}

// reset makes the tables and the accounts.
func (s *setting) reset(t *testing.T) {
	t.Helper()
	require.NoError(t, s.server.Do(t.Context(), func(conn *pgx.Conn) error {
		if _, err := conn.Exec(t.Context(), "DROP TABLE IF EXISTS accounts, entries;"+schema); err != nil {
			return err
		}
		_, err := conn.Exec(t.Context(), "INSERT INTO accounts VALUES ($1), ($2)", alice, bob)
		return err
	}))
}

// deposit puts an opening amount into an account.
func (s *setting) deposit(t *testing.T, account string, amount int64) {
	t.Helper()
	_, err := s.ledger.Deposit(t.Context(), Entry{account, amount, "opening"})
	require.NoError(t, err)
}

func (s *setting) retried(_ context.Context, e retry.RetryEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states[sqlState(e.Err)]++
}

// retries returns how often each code was retried. The code "" stands for errors without one.
func (s *setting) retries() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.states)
}

// A row holds the entries in the database that have the same note.
type row struct {
	ids     []int64
	amounts []int64 // ascending
}

// rows closes the ledger and returns what the database holds, by note. It waits until there
// are no more sessions, because a statement may go on after its client has gone away.
func (s *setting) rows(t *testing.T) map[string]row {
	t.Helper()
	s.proxy.Set(nil)
	require.NoError(t, s.ledger.Close())
	idle := func() bool {
		sessions, err := s.server.Sessions(t.Context())
		return err == nil && sessions == 0
	}
	require.Eventually(t, idle, time.Minute, 10*time.Millisecond)
	rows := make(map[string]row)
	require.NoError(t, s.server.Do(t.Context(), func(conn *pgx.Conn) error {
		found, err := conn.Query(t.Context(),
			"SELECT note, array_agg(id), array_agg(amount ORDER BY amount) FROM entries GROUP BY note")
		if err != nil {
			return err
		}
		var note string
		var r row
		_, err = pgx.ForEachRow(found, []any{&note, &r.ids, &r.amounts}, func() error {
			rows[note] = r
			r = row{}
			return nil
		})
		return err
	}))
	return rows
}

// The accounts that transfers lock.
const (
	alice = "alice"
	bob   = "bob"
)
