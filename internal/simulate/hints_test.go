package simulate

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// figureOf returns a figure of a result.
func figureOf(t *testing.T, r *Report, result int, key string) Figure {
	t.Helper()
	return figure(t, &Report{Columns: r.Columns, Results: r.Results[result:]}, key)
}

// fleetSettings are those of the tables in docs/simulate.md: each process makes 10 calls in a
// second.
func fleetSettings(processes int, more string) string {
	return fmt.Sprintf("processes=%d rate=%d/s capacity=%d/s mode=refuses fleet=on after=1m %s", processes, 10*processes, 20*processes, more)
}

const (
	plainBreaker = "breaker failures=5 cooldown=3s"
	longBreaker  = "breaker failures=5 cooldown=3s max-cooldown=30s"
)

// The figures of docs/simulate.md: how many attempts reach a dependency that is down, without
// hints and with them. With hints it recovers no later than 2 s after it does without.
func TestHints(t *testing.T) {
	page, err := os.ReadFile("../../docs/simulate.md")
	require.NoError(t, err)
	for _, tt := range []struct {
		processes int
		outage    string
	}{{10, "6s"}, {10, "30s"}, {100, "6s"}, {100, "30s"}} {
		if underRace && tt.processes == 100 {
			t.Log("a hundred processes take too long with the race detector, and one goroutine runs them all")
			continue
		}
		r := simulated(t, "overload", fleetSettings(tt.processes, "outage="+tt.outage), 1, contender(t, plainBreaker), contender(t, longBreaker))
		require.Len(t, r.Results, 4)
		var row strings.Builder
		fmt.Fprintf(&row, "| %d | %s |", tt.processes, tt.outage)
		for i := range r.Results {
			fmt.Fprintf(&row, " %.0f |", figureOf(t, r, i, "vain").Value)
		}
		assert.Contains(t, string(page), row.String())
		for i := 0; i < 4; i += 2 {
			local, shared := r.Results[i], r.Results[i+1]
			assert.True(t, strings.HasSuffix(local.Name, ", local") && strings.HasSuffix(shared.Name, ", shared"))
			assert.Less(t, figureOf(t, r, i+1, "vain").Value, 0.8*figureOf(t, r, i, "vain").Value)
			assert.LessOrEqual(t, figureOf(t, r, i+1, "recovers").Value, figureOf(t, r, i, "recovers").Value+2)
			assert.False(t, figureOf(t, r, i, "followers").Known)
			assert.NotZero(t, figureOf(t, r, i+1, "followers").Value)
		}
	}
}

// One and three sick processes of ten, and a third of a hundred, do not make the others refuse
// a single call, busy or not.
func TestSickProcessesHarmNobody(t *testing.T) {
	for _, settings := range []string{
		fleetSettings(10, "outage=30s sick=10%"),
		fleetSettings(10, "outage=30s sick=30%"),
		fleetSettings(100, "outage=20s sick=33%"),
		"processes=100 rate=20/s capacity=200/s mode=refuses fleet=on after=20s outage=1m sick=33%",
		"processes=10 rate=100/s capacity=200/s mode=hangs fleet=on after=20s outage=30s sick=30%",
	} {
		if underRace && strings.HasPrefix(settings, "processes=100 ") {
			t.Log("a hundred processes take too long with the race detector, and one goroutine runs them all")
			continue
		}
		for _, policy := range []string{plainBreaker + "; timeout attempt=1s", longBreaker + "; timeout attempt=1s"} {
			r := simulated(t, "overload", settings, 1, contender(t, policy))
			assert.Zero(t, figureOf(t, r, 0, "healthy_failed").Value, settings)
			assert.Zero(t, figureOf(t, r, 1, "healthy_failed").Value, settings)
			assert.NotZero(t, figureOf(t, r, 1, "vain").Value, settings)
		}
	}
}

// Many processes that talk are simulated in bounded time: a thousand with -long. Before they
// follow, they listen for 20 ms for each process.
func TestManyProcesses(t *testing.T) {
	if underRace {
		t.Skip("a million messages take a minute with the race detector, and one goroutine makes them all")
	}
	processes, before := 300, "8s"
	if *long {
		processes, before = 1000, "22s"
	}
	r := simulated(t, "overload", fmt.Sprintf("processes=%d rate=%d/s capacity=%d/s mode=refuses fleet=on before=%s outage=4s after=5s",
		processes, 5*processes, 10*processes, before), 1, contender(t, plainBreaker))
	local, shared := figureOf(t, r, 0, "vain").Value, figureOf(t, r, 1, "vain").Value
	t.Logf("%.0f attempts in vain alone, %.0f with hints, %.0f processes followed", local, shared, figureOf(t, r, 1, "followers").Value)
	assert.Less(t, shared, 0.85*local)
	assert.LessOrEqual(t, figureOf(t, r, 1, "messages").Value, 300.0)
}

// Without a breaker there is nothing to tell, and messages that take longer help less.
func TestHintsNeedABreakerAndSpeed(t *testing.T) {
	r := simulated(t, "overload", fleetSettings(10, "outage=2s"), 1, contender(t, "linear attempts=2; budget"))
	assert.Len(t, r.Results, 1)
	quick := simulated(t, "overload", fleetSettings(20, "outage=6s"), 1, contender(t, plainBreaker))
	slow := simulated(t, "overload", fleetSettings(20, "outage=6s delay=2s"), 1, contender(t, plainBreaker))
	assert.Equal(t, figureOf(t, quick, 0, "vain"), figureOf(t, slow, 0, "vain"))
	assert.Less(t, figureOf(t, quick, 1, "vain").Value, figureOf(t, slow, 1, "vain").Value)
}

// The same seed gives the same bytes with hints, too, and what is said about the outage is
// what happens.
func TestHintsAreRepeatable(t *testing.T) {
	print := func(seed uint64, settings string) string {
		r := simulated(t, "overload", settings, seed, contender(t, whole))
		var b bytes.Buffer
		require.NoError(t, WriteJSON(&b, r))
		return Text(r) + SVG(r) + b.String()
	}
	sick := fleetSettings(20, "outage=6s sick=50%")
	first := print(1, sick)
	assert.Equal(t, first, print(1, sick))
	assert.NotEqual(t, first, print(2, sick))
	assert.Contains(t, strings.Join(strings.Fields(first), " "), "From 20s to 26s it is healthy, but 10 of the processes are cut off: their attempts fail.")
	assert.Contains(t, first, "A, shared")
	assert.Contains(t, first, `"fleet": "on"`)
	assert.Contains(t, first, "tries in vain")
}
