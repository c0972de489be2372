package grammar

import (
	"strconv"

	"github.com/retrygen/retrygen/breaker"
)

var guardVerbs = []*Verb{
	{
		Name: "timeout", Concern: ConcernTimeout, Place: OnType | OnMethod, Numeric: true,
		Keys: []Key{
			{Name: "attempt", Kind: KindDuration, Help: "the limit of each attempt; at most total"},
			{Name: "total", Kind: KindDuration, Help: "the limit of the whole call, including its waits"},
		},
		Needs: true, Off: true,
		Help: "time limits for each attempt and for the whole call",
		Meaning: "The method needs a context. An attempt that exceeds its own limit may be retried. The limit of the whole call ends the call, and no wait starts that would exceed it.\n\n" +
			"Both limits end when the method returns. A result that is more than plain data, such as a reader or a response, then goes on under the caller's context alone, and closing it ends the context of the attempt. For that, the generated code wraps results that are interfaces with `Close`, and the bodies of responses. A wrapped `io.ReadCloser` or body stays an `io.Writer`, an `io.WriterTo` and an `io.Seeker`. Other methods that the result's type does not list are hidden. Interfaces of `net`, `database/sql/driver`, `io/fs` and `mime/multipart` are not wrapped.\n\n" +
			"Some results cannot be intercepted: channels, iterators, structs, and whatever is never closed. Their context lasts until the caller's ends. The context of `*sql.Rows`, `*sql.Row` and `*sql.Tx` lasts until nothing refers to them any more. A result that arrives just after its limit is still returned, with a context that has ended.",
		Example: "timeout attempt=1s total=5s",
		relate:  relateTimeout,
	},
	{
		Name: "breaker", Concern: ConcernBreaker, Place: OnType | OnMethod, Numeric: true,
		Keys: []Key{
			{Name: "failures", Kind: KindCount, Default: strconv.Itoa(breaker.DefaultFailures), Help: "opens after this many consecutive failures; not with rate"},
			{Name: "rate", Kind: KindShare, Help: "opens when this share of the attempts in the window failed"},
			{Name: "slow", Kind: KindDuration, Help: "an attempt that takes at least this long is slow"},
			{Name: "slow-rate", Kind: KindShare, Help: "opens when this share of the attempts in the window was slow"},
			{Name: "min", Kind: KindCount, Default: strconv.Itoa(breaker.DefaultMin), Help: "rate and slow-rate apply once the window holds this many attempts"},
			{Name: "window", Kind: KindWindow, Default: FormatDuration(breaker.DefaultWindow), Help: "how far rate and slow-rate look back: a time, or a number of attempts"},
			{Name: "cooldown", Kind: KindDuration, Default: FormatDuration(breaker.DefaultCooldown), Help: "how long it stays open before it lets a probe through"},
			{Name: "max-cooldown", Kind: KindDuration, Help: "each failed probe doubles the cooldown, up to this; at least cooldown"},
			{Name: "probes", Kind: KindCount, Default: strconv.Itoa(breaker.DefaultProbes), Help: "how many probes it lets through at once after the cooldown"},
			{Name: "successes", Kind: KindCount, Default: strconv.Itoa(breaker.DefaultSuccesses), Help: "closes after this many consecutive successful probes"},
			{Name: "key", Kind: KindGo, Help: "each value of this has its own breaker"},
		},
		Off:  true,
		Help: "stops calling a dependency that keeps failing",
		Meaning: "On an interface, all methods except `Close()` share one breaker, because they share one dependency. A refused `Close()` would leak what it closes. On a method, the breaker is the method's own. A breaker counts attempts. Without `rate` it counts consecutive failures, however far apart they are, and each success resets the count.\n\n" +
			"With `rate`, it opens instead when at least that share of the attempts in the window failed and the window holds at least `min` attempts. With `slow` and `slow-rate`, it also opens when that share of the attempts was slow, and a slow probe counts as a failure. A `slow` that no call can reach, because all of them time out earlier, is an error. A window of time is exact to a tenth of its length, and a window of attempts is exact.\n\n" +
			"While it is open, it refuses every attempt at once. After `cooldown` it is half-open: it lets `probes` attempts through at a time, closes after `successes` successes in a row, and opens again after one failure. With `max-cooldown`, the k-th opening in a row lasts `cooldown`·2^(k-1), but at most `max-cooldown`, less a random part of up to a quarter. Without it, each opening lasts `cooldown`.\n\n" +
			"With `key=NAME`, each value of NAME has its own breaker. Use it for a dependency with many instances: tenants, shards, hosts. `NAME` is a parameter whose type is a string, a number or a bool, or is declared as one; its methods are not called. Or `NAME` is a func that takes all parameters of the method and returns a string. It may take a variadic parameter as such or as a slice. On an interface, `NAME` may be a parameter that only some of the methods have, and no breaker guards the others. Only keys that have failed take memory, and at most 1024 do (`retry.Options.BreakerKeys`). All keys beyond that share one breaker. `Group.Breaker` returns this shared breaker, and what it forces or switches applies to all keys.",
		Example: "breaker failures=5 cooldown=30s",
		relate:  relateBreaker, lacks: lackInBreaker,
	},
	{
		Name: "budget", Concern: ConcernBudget, Place: OnType | OnMethod, Numeric: true,
		Keys: []Key{
			{Name: "ratio", Kind: KindPercentage, Default: "10%", Help: "how much of a token each successful call gives back"},
			{Name: "burst", Kind: KindCount, Default: "10", Help: "how many tokens the bucket holds"},
		},
		Off:  true,
		Help: "limits retries to a share of the successful calls; on by default",
		Meaning: "A bucket holds `burst` tokens and starts full. Each retry takes one token, and there is no retry when the bucket is empty. A first attempt takes no token and is never refused. Time does not refill the bucket; only successes do. So a dependency that is down gets at most `burst` retries from a wrapper, however long it is down. Each process has a budget of its own, so a fleet has `burst` retries for each of its processes.\n\n" +
			"Without this directive, each wrapper has a budget with the default values. `budget off` removes the limit, which `attempts=unlimited` requires.",
		Example: "budget ratio=20% burst=50",
	},
	{
		Name: "limit", Concern: ConcernLimit, Place: OnType | OnMethod, Numeric: true,
		Keys: []Key{
			{Name: "concurrent", Kind: KindCount, Help: "how many attempts may run at once"},
			{Name: "rate", Kind: KindRate, Help: "how many attempts may start in a second, minute or hour"},
			{Name: "burst", Kind: KindCount, Help: "how many attempts may start at once after a quiet time; by default the count of rate"},
			{Name: "wait", Kind: KindDuration, Help: "how long an attempt may wait for its turn; by default it is refused at once"},
		},
		Off:  true,
		Help: "limits how many attempts run at once and how many start in a time",
		Meaning: "On an interface, all methods share the limit. On a method, the limit is the method's own. An attempt that does not get its turn within `wait` fails with a `*retry.LimitError`. It is not retried, and the breaker does not count it. An attempt does not wait at all when its turn would come after the deadline. After waiting, an attempt checks the breaker again.\n\n" +
			"The rate follows the generic cell rate algorithm: attempts start evenly spaced, and up to `burst` of them at once.",
		Example: "limit concurrent=20 rate=100/s wait=50ms",
		lacks:   lackInLimit,
	},
}
