// Package retry makes the calls of the wrappers that retrygen generates: it makes their
// attempts, waits between them, and stops when another attempt would do harm.
//
// Most programs annotate an interface, run retrygen, and give the generated constructor
// an [Options], or nil:
//
//	client := NewResilientPaymentClient(next, &retry.Options{Logger: slog.Default()})
//
// A program with a single call, and no interface for it, makes a Func:
//
//	geocode, err := retry.NewFunc("Maps.Geocode", "exponential attempts=4; timeout attempt=1s", nil)
//
// What else a program may need:
//
//   - An [Error] says that a call was given up. [ErrExhausted], [ErrDeadline], [ErrBudget]
//     and [ErrRetryAfter] say why. A breaker.OpenError or a [LimitError] says that a call
//     was refused.
//   - [Permanent] marks an error that must not be retried. [Transient], [Unsent] and
//     [Timeout] classify errors.
//   - [Attempt], [IdempotencyKey] and [WithoutRetry] work with the context of a call.
//   - [Hooks] and Options.Logger tell what calls do.
//   - A [Group] changes policies while calls run, switches them off and counts calls.
//     [ParseOverrides] and [EnvOverrides] change policies when a program starts.
//
// # What a call does
//
// A call passes these layers, from the outside in: fallback, total timeout, retries with
// their budget, hedge, circuit breaker, limit, attempt timeout, method.
//
//  1. If the context is already done, there is no attempt.
//  2. The breaker gives a permit. If it refuses, the call ends.
//  3. The method gets the context of the attempt. If it returns no error, the call has
//     succeeded, even if the context ended meanwhile.
//  4. The table below sorts an error. The first row that fits decides.
//  5. A retry needs an attempt that is left, a delay that ends before the deadline and
//     after the cooldown of the breaker, and a token of the budget. After the delay the
//     call asks the context again.
//
// The table asks the contexts before it looks at the error:
//
//	what happened                      the call                    the breaker counts
//	the caller cancelled               stops                       nothing
//	the total timeout or the caller's
//	  deadline passed                  stops with ErrDeadline      a failure
//	a breaker or a limit further down
//	  refused                          stops                       nothing
//	the attempt timed out, or a
//	  network error                    is retried, unless Perma-   a failure
//	                                   nent, not or on forbids it
//	Permanent, a match in not, or
//	  Retryable() bool says no         stops                       a success
//	another answer that on does
//	  not match                        stops                       a success
//	on is given and does not match     stops                       nothing
//	anything else                      is retried                  a failure
//
// An answer is an error that shows that the dependency works. Besides those in the table
// these are io.EOF, fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, net.ErrClosed, and a
// name that does not exist (DNS). An io.EOF inside a net.Error is a network error:
// net/http returns it for a connection that was closed before the response.
//
// # What a call returns
//
// If the table only stops the call, or the policy allows one attempt, the caller gets the
// error as the method returned it. If the breaker refuses the first attempt, the caller
// gets its *breaker.OpenError, and if a limit does, its *[LimitError]. Every other failure
// is an *[Error].
//
// # Layers
//
// In a retry, the wrappers below make one attempt each. So two layers with three attempts
// make five calls and not nine. [Detach] ends this rule for work that outlives the call.
//
// # Streams
//
// Timeouts end when the method returns. If its results are plain data, the context of the
// attempt ends then, too. A result that may still use the context, such as the body of a
// response, keeps it: the context ends when the result is closed, and at the latest when
// the caller's does. Its deadline is the caller's, so a server that is told the deadline
// does not cut off the stream.
//
// The garbage collector ends the context of a reader, or of rows and transactions of
// database/sql, that was dropped without being closed. It cannot do so in a bubble of
// testing/synctest, nor for a result whose context a goroutine may wait for, such as a
// channel.
//
// If a result comes just after a timeout has passed, the caller gets it, with a context
// that has ended.
//
// # Panics
//
// A panic or runtime.Goexit in the method goes on in the caller. It counts as a failure,
// and the call releases what it holds.
//
// # For generated code
//
// Generated code calls [NewWrapper], [Wrapper.Method] with a [MethodSpec], [Call],
// [Hedge], the methods of [Method], [NotYet], [FallbackError], [HasType], [NewRewind], and
// [Keep], [KeepAs], [KeepReadCloser] and [KeepUntilCollected] with a [Hold]. A program has
// no need of them, except for tests of its own wrappers. They may change with the format
// of the generated code, whose version is in the name of a constant:
// [Format1_IfUndefinedUpdateRetrygenAndRegenerate].
package retry
