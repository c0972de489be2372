package fleet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An operator changes the policy of all processes, forces their breakers, and makes a mistake.
// All processes take the good documents, and none takes the bad one. What a document says ends
// with its time, also while the engine is gone.
func TestControl(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			d := startDependency(t)
			engine := e.start(t)
			r := role{Engine: engine.url, Dependency: d.url, Rate: 20}
			c := hire(t, r, processes, 1)
			c.ready(t, r, processes)
			declared := c.reports(t)[0].Policy

			operator := func(text string) uint64 {
				document, err := put(t.Context(), engine.url, text)
				require.NoError(t, err)
				return document.Revision
			}

			slower := operator("for 1h by anna: the shop is slow\nStock.Look: timeout attempt=4s\n")
			c.wait(t, "the policy changes", func(r report) bool { return r.Revision == slower && r.Policy != declared })
			changed := c.reports(t)[0].Policy
			assert.Contains(t, changed, "attempt=4s")

			bad := operator("for 1h by anna: the shop is slow\nStock.Look: timeout atempt=4s\nStock: force open\n")
			c.wait(t, "the bad document is reported", func(r report) bool { return r.Refusal != "" })
			for _, r := range c.reports(t) {
				assert.Equal(t, slower, r.Revision)
				assert.Equal(t, changed, r.Policy)
				assert.Contains(t, r.Refusal, `2:21: unknown key "atempt"`)
				assert.Equal(t, "closed", r.State, "nothing of a bad document is in force")
			}
			require.Less(t, slower, bad)

			begin := time.Now()
			force := operator("for 15s by ben: the shop burns\nStock: force open\n")
			c.wait(t, "the breakers open", func(r report) bool { return r.Revision == force && r.State == "open" && r.Remote && r.Refusal == "" })
			engine.kill()
			c.reports(t)
			time.Sleep(2 * time.Second)
			for _, r := range c.reports(t) {
				assert.Equal(t, declared, r.Policy, "that document is not in force any more")
				assert.Positive(t, r.Refused)
				assert.Zero(t, r.Succeeded)
			}
			c.wait(t, "the time is over", func(r report) bool { return r.State == "closed" && !r.Remote && r.Works })
			assert.Greater(t, time.Since(begin), 14*time.Second, "the document held while the engine was gone")

			engine.start(t)
			time.Sleep(3 * time.Second) // the processes hear of the document again, and that its time is over
			for _, r := range c.reports(t) {
				assert.Equal(t, "closed", r.State)
				assert.Zero(t, r.Refused)
			}
		})
	}
}

// A process that starts late takes the document that is in force, for the rest of its time.
func TestControlOfALateJoiner(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			d := startDependency(t)
			engine := e.start(t)
			_, err := put(t.Context(), engine.url, "for 15s by anna: the shop burns\nStock: force open\n")
			require.NoError(t, err)
			begin := time.Now()
			time.Sleep(5 * time.Second)
			c := hire(t, role{Engine: engine.url, Dependency: d.url, Rate: 20}, 1, 1)
			c.wait(t, "the breaker opens", func(r report) bool { return r.State == "open" && r.Remote })
			c.wait(t, "the time is over", func(r report) bool { return r.State == "closed" && r.Works })
			assert.Greater(t, time.Since(begin), 14*time.Second)
			assert.Less(t, time.Since(begin), 15*time.Second+2*slack, "its time began when it was put into the store")
		})
	}
}
