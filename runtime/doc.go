// Package retry is what the code that retrygen generates calls: it makes the
// attempts of a call, waits between them, and stops when another one would do
// harm.
//
// Most programs never call it. They annotate an interface, run retrygen, and
// hand the generated constructor an [Options], or nil:
//
//	client := NewResilientPaymentClient(next, &retry.Options{Logger: slog.Default()})
//
// What they meet at run time is the [Error] of a call that was given up, with
// its causes [ErrExhausted], [ErrDeadline], [ErrBudget] and [ErrRetryAfter];
// the breaker.OpenError of a call that was refused; [Permanent] for an error
// that must not be retried; and, inside the wrapped method, [Attempt] and
// [IdempotencyKey].
//
// # What a call does
//
// From the outside in: the fallback, the total timeout, the retries with their
// budget, the hedge, the circuit breaker, the limit, the attempt timeout, the
// method.
//
//  1. A context that is already done: no attempt.
//
//  2. The breaker is asked. What it refuses is not retried.
//
//  3. The method is called with the context of the attempt. Success is success,
//     even when the context ended meanwhile.
//
//  4. The error is sorted, by asking the contexts before the error:
//
//     the caller cancelled                   stop               breaker: neutral
//     total timeout or caller's deadline     stop, ErrDeadline  breaker: failure
//     attempt timeout, network error         on and not decide  breaker: failure
//     an answer (below)                      stop               breaker: success
//     refused by a limit, or further down    stop               breaker: neutral
//     on is given and does not match         stop               breaker: neutral
//     anything else                          retry              breaker: failure
//
//  5. Before a retry: attempts left, a delay that ends before the deadline and
//     after the breaker's cooldown, a token of the budget. Then the wait, and
//     the context is asked once more.
//
// An answer is an error by which the dependency shows that it works:
// [Permanent], a match in the method's not list, io.EOF, fs.ErrNotExist,
// fs.ErrExist, fs.ErrPermission, net.ErrClosed, a name that does not exist
// (DNS), and any error whose method Retryable() bool says no. A match of a
// name in the method's on list makes the built-in ones of these worth a retry,
// but never Permanent, not, or Retryable. An io.EOF inside a net.Error, as
// net/http returns for a connection that was closed before the response, is a
// network error.
//
// # What comes back
//
// An error at which the table says no more than stop, and the error of the only
// attempt that was allowed, is returned as it is. A call that the breaker
// refuses before the first attempt returns its *breaker.OpenError, one that a
// limit refuses then its *[LimitError]. Every other failure is an *[Error].
//
// # Layers
//
// In attempts 2 and later of a wrapper, the wrappers below it make one attempt,
// so two layers of three attempts make five calls and not nine. [Detach] ends
// the rule for work that outlives the call.
//
// # Streams
//
// Timeouts are for the time until the method returns. Where its results are plain
// data, the context of the attempt ends then. A result that may go on using it, such
// as the body of a response, goes on under the caller's context alone: generated
// code hands it to [KeepReadCloser], [KeepAs], [KeepUntilCollected] or [Keep], and the
// context ends when the result is closed, or at the latest with the caller's.
//
// What is dropped without being closed is found by the collector where it can be seen
// that nobody uses the context any more: a reader, and rows and transactions of
// database/sql. It is not found in a bubble of testing/synctest, nor where there may be
// a goroutine that waits for the context, such as the producer of a channel.
//
// The context tells no deadline but the caller's. A result that comes although the
// timeout has just passed is returned, with a context that has ended.
//
// # Panics
//
// Panics and runtime.Goexit pass through untouched. They count as a failure of
// the method and release what the call holds.
package retry
