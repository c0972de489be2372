// Package breaker is a circuit breaker: it stops the attempts at a dependency that
// fails, and after a while lets a few through to see whether the dependency is back.
//
// Most callers put each attempt into [Breaker.Do]:
//
//	b := breaker.New(breaker.Config{Name: "payments"})
//	...
//	err := b.Do(func() error { return charge(ctx, order) })
//	if errors.Is(err, breaker.ErrOpen) {
//		// The breaker refused, and charge did not run.
//	}
//
// Do counts nearly every error as a failure. Callers who know better, for example that
// "not found" is a healthy answer, ask for a [Permit] and report the [Outcome]
// themselves:
//
//	permit, err := b.Allow()
//	if err != nil {
//		return err // an *OpenError, which knows when to come back
//	}
//	err = charge(ctx, order)
//	permit.Done(outcome(err))
//
// # States
//
//	closed ──too many failures──▶ open ──cooldown over, next attempt──▶ half-open
//	  ▲                            ▲                                     │    │
//	  │                            └────────────a probe fails────────────┘    │
//	  └──────────────────────enough probes succeed in a row───────────────────┘
//
// A closed breaker admits every attempt. An open one refuses every attempt until its
// cooldown is over. The next attempt then finds it half-open: a half-open breaker
// admits Config.Probes attempts at a time, closes after Config.Successes of them
// succeed in a row, and opens again when one fails.
//
// # What opens it
//
// Without further settings, the [DefaultFailures]-th failure in a row opens it.
// (Config.Failures is the number at which the breaker opens, as in resilience4j and
// Polly. In some libraries the breaker opens one failure later.) The count does not
// decay: failures that lie far apart still count as consecutive as long as nothing
// succeeds between them. With Config.Rate the share of failures among the recent
// attempts opens it instead, and with Config.SlowRate the share of slow attempts can
// open it too.
//
// # Outcomes
//
//	            run of failures   share of failures   half-open
//	Success     ends it           lowers it           a step towards closed
//	Alive       leaves it alone   lowers it           a step towards closed
//	Failure     adds to it        raises it           opens
//	Neutral     leaves it alone   leaves it alone     makes room for another probe
//
// Alive is for an attempt that shows that the dependency works but got no answer, because
// the dependency throttled it, for example. With Config.Slow, an attempt with any outcome
// but Neutral can also be slow.
//
// # In an incident
//
// To stop a breaker from refusing attempts, let it watch only, and put it back to work
// later:
//
//	b.SetMode(breaker.WatchOnly)
//	...
//	b.SetMode(breaker.On)
//
// Until then it keeps counting and changing its state. So Snapshot shows when it would admit
// attempts again, and when it is On again, its counts are up to date. The mode of
// [Keyed.Rest] is that of all keys. The other switches are for other purposes:
//
//	                        attempts        counts   state
//	SetMode(WatchOnly)      all admitted    yes      changes as usual
//	SetMode(Off)            all admitted    no       is kept until On, for times when failures mean nothing
//	ForceClose              all admitted    no       is forgotten; Reset ends it
//	ForceOpen               all refused     no       is forgotten; Reset ends it
//	Reset                   as usual        anew     closed, for a breaker whose memory is wrong
//
// Only ForceOpen stops all attempts, for a dependency that must not get any. [Keyed.Key] forces
// and resets one key.
//
// # On behalf of others
//
// Many processes often use the same dependency. What they tell each other, and what their
// operator says to all of them, changes a breaker by four methods:
//
//	OpenFor         opens it for some time, or prolongs the time that it is open
//	CloseRemote     takes that back
//	ForceRemote     forces it open or closed, while it is not forced here
//	ResetRemote     takes that back
//
// None of them counts as evidence of the breaker's own, so OpenFor does not make later
// cooldowns longer. While ForceOpen or ForceClose is in force, ForceRemote waits for Reset.
// Change.Remote and Snapshot.Remote mark what others decided, so that a program does not tell
// the others what it heard from them. Snapshot.Pressure says how near a breaker is to opening
// by itself, which helps to decide whether to believe them. This package sends and receives
// no messages.
//
// # More
//
// A [Keyed] holds one breaker for each tenant, shard or other key. Snapshot and
// Config.OnChange show what a breaker does.
//
// Each change of state starts a new generation. The outcome of an attempt counts only
// in the generation that admitted the attempt. The package starts no timers and no
// goroutines, and takes no lock while the breaker is closed and attempts succeed.
//
// # For generated code
//
// The code that retrygen generates, and the runtime that it calls, use a few more
// names to save nanoseconds: [Era], [Breaker.Pass], [Breaker.Clean],
// [Breaker.Permit] and [Breaker.Refusal] split Allow and Done into parts that the
// compiler can inline, and [Permit.Begin] restarts the clock of an attempt that had to
// wait after Allow. Other programs do not need them.
package breaker
