package breaker

import (
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// As long as there is room, and each attempt ends before the next one begins, a Keyed is like
// a Breaker for each key that is never dropped. While the rest is forced, it decides for all
// keys.
func TestKeyedIsLikeABreakerForEachKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(noDeadline{t}, func(t *rapid.T) {
			config := Config{
				Failures:  rapid.IntRange(1, 3).Draw(t, "failures"),
				Cooldown:  time.Duration(rapid.IntRange(1, 3).Draw(t, "cooldown")) * time.Second,
				Successes: rapid.IntRange(1, 2).Draw(t, "successes"),
			}
			k, plain := NewKeyed[int](config, 3), [3]*Breaker{New(config), New(config), New(config)}
			rest := New(config)
			onRest := func(t *rapid.T, change func(*Breaker) bool) {
				if got, want := change(k.Rest()), change(rest); got != want {
					t.Fatalf("%v, the breaker says %v", got, want)
				}
			}
			key := rapid.IntRange(0, len(plain)-1)
			mustForce := func(t *rapid.T, err error) {
				if err != nil {
					t.Fatal(err)
				}
			}
			t.Repeat(map[string]func(*rapid.T){
				"attempt": func(t *rapid.T) {
					key := key.Draw(t, "key")
					o := rapid.SampledFrom([]Outcome{Success, Failure, Failure, Neutral, Alive}).Draw(t, "outcome")
					deciding := plain[key]
					if rest.load().forced() {
						deciding = rest
					}
					got, want := callKey(k, key, o), call(deciding, o)
					if (got == nil) != (want == nil) {
						t.Fatalf("key %d: %v, the breaker says %v", key, got, want)
					}
				},
				"wait": func(*rapid.T) { time.Sleep(time.Second) },
				"forceOpen": func(t *rapid.T) {
					key := key.Draw(t, "key")
					mustForce(t, k.Key(key).ForceOpen())
					plain[key].ForceOpen()
				},
				"forceClose": func(t *rapid.T) {
					key := key.Draw(t, "key")
					mustForce(t, k.Key(key).ForceClose())
					plain[key].ForceClose()
				},
				"reset": func(t *rapid.T) {
					key := key.Draw(t, "key")
					k.Key(key).Reset()
					plain[key].Reset()
				},
				"forceRest": func(t *rapid.T) {
					to := rapid.SampledFrom([]State{Open, Closed}).Draw(t, "to")
					onRest(t, func(b *Breaker) bool { return b.ForceRemote(to) })
				},
				"resetRest":   func(t *rapid.T) { onRest(t, (*Breaker).ResetRemote) },
				"openRestFor": func(t *rapid.T) { onRest(t, func(b *Breaker) bool { return b.OpenFor(time.Second) }) },
				"": func(t *rapid.T) {
					want := KeyedSnapshot{Rest: rest.Snapshot(), Refused: rest.Snapshot().Refused}
					for key, b := range plain {
						got, s := present(k.Key(key).Snapshot()), present(b.Snapshot())
						if got != s {
							t.Fatalf("key %d: %+v, the breaker has %+v", key, got, s)
						}
						want.Refused += b.Snapshot().Refused
						if !b.healthy() {
							want.Keys++
							*want.count(b.load())++
						}
					}
					if got := k.Snapshot(); got != want {
						t.Fatalf("%+v, the breakers have %+v", got, want)
					}
				},
			})
		})
	})
}
