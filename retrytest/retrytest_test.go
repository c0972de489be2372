package retrytest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/retrytest"
	retry "github.com/retrygen/retrygen/runtime"
)

var errBusy = errors.New("busy")

// call makes calls of a func that succeeds, under a plan, and returns what it did.
func call(t *testing.T, calls int, policy string, chaos *retry.Chaos) *retrytest.Recorder {
	t.Helper()
	rec := new(retrytest.Recorder)
	f, err := retry.NewFunc("Client.Get", policy, &retry.Options{Chaos: chaos, Hooks: rec.Hooks()})
	require.NoError(t, err)
	for range calls {
		_ = f.Do(t.Context(), func(context.Context) error { return nil })
	}
	return rec
}

func TestPlan(t *testing.T) {
	const policy = "simple attempts=3 delay=100ms; timeout attempt=2s"
	errs := retrytest.Errors{"busy": errBusy, "no": retry.Permanent(errBusy)}
	for _, tt := range []struct {
		plan string
		want []string
	}{
		{"off", []string{"success => success", "success => success"}},
		{"2*error(busy)->1*delay(1s)->off", []string{"retry, wait 100ms, retry, wait 100ms, success => success", "success => success"}},
		{"1*error(no)", []string{"answer => answer", "success => success"}},
		{"1*off -> error", []string{"success => success", "retry, wait 100ms, retry, wait 100ms, retry => exhausted"}},
		{"1*hang->1*half-done(busy)", []string{"retry, wait 100ms, retry, wait 100ms, success => success", "success => success"}},
		{"100%1*error(busy)", []string{"retry, wait 100ms, success => success", "success => success"}},
		{"1*half-done", []string{"retry, wait 100ms, success => success", "success => success"}},
	} {
		t.Run(tt.plan, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				call(t, 2, policy, retrytest.Plan(tt.plan, errs)).Expect(t, "Client.Get: "+tt.want[0], "Client.Get: "+tt.want[1])
			})
		})
	}
	assert.PanicsWithValue(t, "boom", func() { call(t, 1, policy, retrytest.Plan("panic(boom)", nil)) })
}

func TestPlanOf(t *testing.T) {
	rec := call(t, 2, "simple attempts=1", retrytest.PlanOf(nil, errBusy))
	rec.Expect(t, "Client.Get: success => success", "Client.Get: retry => exhausted")
}

// A percentage leaves about the rest of the attempts to the next term.
func TestPlanWithShares(t *testing.T) {
	failed := 0
	for _, line := range call(t, 2000, "simple attempts=1", retrytest.Plan("25%error", nil)).Calls() {
		if line == "Client.Get: retry => exhausted" {
			failed++
		}
	}
	assert.InDelta(t, 500, failed, 78, "four standard errors of 19.4")
}

// What is wrong with a plan has its column.
func TestWrongPlans(t *testing.T) {
	for text, want := range map[string]string{
		"":                        `column 1: unknown action ""; want off, error, delay, hang, panic or half-done`,
		"2*error->1*eror":         `column 12: unknown action "eror"; want off, error, delay, hang, panic or half-done`,
		"0*error":                 `column 1: "0" is not a count of 1 or more`,
		"150%error":               `column 1: "150" is not a percentage above 0, up to 100`,
		"50%x*error":              `column 4: "x" is not a count of 1 or more`,
		"2*error(slow)":           `column 9: no error is called "slow", only "busy"`,
		"delay(soon)":             `column 7: "soon" is not a duration above zero, such as 100ms`,
		"delay":                   `column 1: "" is not a duration above zero, such as 100ms`,
		"hang(1s)":                `column 6: hang takes no argument`,
		"off->error(busy":         `column 16: want ) after "error(busy"`,
		"1*panic(50% * 2)->off(x": `column 24: want ) after "off(x"`,
	} {
		_, err := retrytest.ParsePlan(text, retrytest.Errors{"busy": errBusy})
		require.EqualError(t, err, "retrytest: plan, "+want, text)
	}
	assert.PanicsWithValue(t, `retrytest: plan, column 7: no error is called "slow", only those in Errors, which is empty`,
		func() { retrytest.Plan("error(slow)", nil) })
}

// A failure shows what was expected, what came, and when.
func TestExpectFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := call(t, 1, "simple attempts=2 delay=100ms", retrytest.PlanOf(errBusy))
		var f failing
		rec.Expect(&f, "Client.Get: success => success")
		assert.Equal(t, `expected calls:
  Client.Get: success => success
got:
  Client.Get: retry, wait 100ms, success => success
timeline:
Client.Get
      0s  attempt 1 begins
      0s  chaos: error
      0s  attempt 1 ends: retry: chaos: busy
   100ms  waited 100ms
   100ms  attempt 2 begins
   100ms  attempt 2 ends: success
   100ms  call ends: success
`, f.text)
	})
}
