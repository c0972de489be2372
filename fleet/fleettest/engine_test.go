package fleettest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/fleet"
)

func TestEngineConforms(t *testing.T) {
	t.Run("Bus", func(t *testing.T) {
		var e Engine
		TestBus(t, func(*testing.T) fleet.Bus { return e.Connect() })
	})
	t.Run("Store", func(t *testing.T) {
		engines := make(map[string]*Engine)
		TestStore(t, func(_ *testing.T, key string) fleet.Store {
			if engines[key] == nil {
				engines[key] = new(Engine)
			}
			return engines[key].Connect()
		})
	})
}

func TestConnFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var e Engine
		a, b := e.Connect(), e.Connect()
		messages, documents := subscribe(t, b, "x"), watch(t, b)
		synctest.Wait()
		for _, link := range []Link{Down, Hung} {
			b.Set(link)
			publish(t, a, "x", []byte("lost"))
			put(t, a, "later", get(t, a).Revision)
			synctest.Wait()
			assert.Empty(t, messages.list())
			assert.NotEqual(t, "later", documents.list()[len(documents.list())-1].Text)

			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			began := time.Now()
			_, err := b.Get(ctx)
			require.Error(t, err)
			assert.Equal(t, link == Hung, time.Since(began) == time.Second)
			cancel()

			b.Set(Up)
			synctest.Wait()
			assert.Equal(t, "later", documents.list()[len(documents.list())-1].Text)
			put(t, a, "", get(t, a).Revision)
			synctest.Wait()
		}

		a.SetDelay(time.Second)
		began := time.Now()
		publish(t, a, "x", []byte("late"))
		synctest.Wait()
		assert.Equal(t, time.Second, time.Since(began))
		assert.Len(t, messages.list(), 1)

		e.Lose()
		synctest.Wait()
		assert.Equal(t, fleet.Document{}, documents.list()[len(documents.list())-1])
		assert.Equal(t, uint64(1), put(t, a, "new", 0).Revision)
	})
}
