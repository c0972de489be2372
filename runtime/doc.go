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
//   - [Permanent] marks an error that must not be retried. Options.Classify says of which
//     [Class] the errors of a program are. [Transient], [Unsent], [Throttled], [Conflict]
//     and [Timeout] report what the package knows about an error.
//   - [Attempt], [IdempotencyKey] and [WithoutRetry] work with the context of a call.
//   - [Hooks] and Options.Logger tell what calls do.
//   - A [Group] changes policies while calls run, switches them off and counts calls. In an
//     incident, [Group.SetBreakerMode] stops breakers from refusing, and [Group.KeyBreaker]
//     blocks one key. [Group.Snapshot] shows all of it.
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
//  4. An error is sorted as the next section says.
//  5. A retry needs an attempt that is left, a delay that ends before the deadline and
//     after the cooldown of the breaker, and a token of the budget. After the delay the
//     call asks the context again.
//
// A call deposits into the budget once, if it ends in a success or in an answer that on
// does not list. Each retry takes a token, except those of //retry:result. A fallback is
// not called after such an answer, nor after the caller has cancelled.
//
// # What an error means
//
// The first line of this table that fits decides:
//
//	                                       retried             breaker
//	the caller cancelled                   no                  neutral
//	total timeout, or caller's deadline    no, ErrDeadline     failure
//	a breaker or a limit below refused     no                  neutral
//	Permanent, or not matches              no                  success; failure for a network error
//	Retryable() bool returns false         no                  by the class; success without one
//	on is given and matches                yes                 by the class
//	on is given and does not match         no                  by the class; alive without one
//	nothing of these                       by the class        by the class
//
// A [Class] says what the error tells about the dependency:
//
//	class         retried                             breaker
//	Answer        no                                  success
//	Fault         no                                  failure
//	Transient     yes                                 failure
//	Unsent        yes                                 failure
//	Throttled     yes, after the delay it asks for    alive
//	Deadline      if an attempt timeout is in force   failure
//	Quota         no                                  alive
//	Conflict      yes, but not in a transaction       success
//	none          yes                                 failure
//
// Alive is breaker.Alive, proof of life that is no success. A network error is an attempt
// timeout, an error whose method Timeout() bool returns true, a dial that failed, and a
// connection that was refused or broke: it is a failure even if on does not list it. An
// attempt that ran into its own timeout is Transient, whatever its error says.
//
// # Where the class comes from
//
// These are asked in turn, each of them about the outermost error first, and then about
// what it wraps. The first that knows the error decides.
//
//  1. the method's Classify; see [MethodSpec]
//  2. [Options].Classify
//  3. the method's Sort, which holds what the generator knows about the library
//  4. the methods of the error, by the first table below
//  5. errors of the standard library, by the second table
//  6. Temporary() bool, if it returns true: Transient
//
// The methods of an error:
//
//	SQLState() string             Transient  08000 08003 08006 08P01 57P01 57P02 57P05
//	                              Unsent     08001 08004 53300 57P03
//	                              Conflict   40001 40P01
//	                              Answer     classes 0A 2x 3x 42 44 54 55 P0, and 40002
//	                              Fault      08007 25006 40003 57014, and the rest of 53 57 58 F0 HV XX
//	Timeout() bool                Transient  true
//	Retryable() bool              Transient  true
//	SafeToRetry() bool            Unsent     true, of an error that is Transient or has no class
//	ErrorCode() string            Throttled  the throttle codes of the AWS SDK
//	                              Transient  RequestTimeout, RequestTimeoutException
//	HTTPStatusCode() int          Transient  408, and each 5xx that is not named here
//	                              Unsent     421
//	                              Throttled  425 429
//	                              Fault      501 505 511
//	                              Answer     each other 4xx
//	RedisError()                  Unsent     LOADING MASTERDOWN CLUSTERDOWN TRYAGAIN NOREPLICAS READONLY, max clients
//	                              Conflict   a WATCH that failed
//	                              Fault      OOM MISCONF
//	                              Answer     any other
//	HasErrorLabel(string) bool    Unsent     NoWritesPerformed with a retryable label
//	                              Transient  NetworkError
//	                              Throttled  SystemOverloadedError
//	                              Conflict   TransientTransactionError
//	                              Transient  RetryableWriteError
//	RetryAfter() time.Duration    the delay that the server asks for
//
// A code of ErrorCode counts before the status of an error that wraps it.
//
// Errors of the standard library, and a few that are known by their text:
//
//	Transient  a connection that was reset or aborted, a broken pipe, io.ErrUnexpectedEOF, io.EOF inside
//	           a net.Error, and any io.EOF of a method with MethodSpec.CutAtEOF
//	Unsent     a dial that failed, a connection that was refused, a temporary failure of the DNS
//	Answer     any other io.EOF, fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, net.ErrClosed,
//	           a name that the DNS does not know, sql.ErrNoRows,
//	           mongo.ErrNoDocuments
//	Fault      a certificate that is not accepted, a URL or a scheme that makes no sense, too many redirects
//
// When an error wraps several, the worst decides: Fault, Deadline, no class, Transient,
// Unsent, Throttled, Quota, Conflict, Answer. So errors.Join of an answer and an error of
// no class is retried, and a failure. In an error of fmt.Errorf those of no class do not
// count. Of an [*Error] its Last speaks, and of a [FallbackError] the error of the call.
//
// Looking at an error breaks no call. No method is called on a nil pointer, and one that
// panics says nothing.
//
// # What a call returns
//
// If an error is not retried, or the policy allows one attempt, the caller gets the error
// as the method returned it. If the breaker refuses the first attempt, the caller
// gets its *breaker.OpenError, and if a limit does, its *[LimitError]. Every other failure
// is an *[Error].
//
// A method with //retry:error-in goes by the error that a func finds in its results, and
// all of the above is about that error. Its caller gets the results of the last attempt and
// the error that the method returned with them. Only if that is not nil is it inside an
// *Error. If no attempt has results for the caller, the method returns the error of the
// call, or a result that is made of it.
//
// # Layers
//
// In a retry, the wrappers below make one attempt each. So two layers with three attempts
// make five calls and not nine. [Detach] ends this rule for work that outlives the call.
//
// A wrapper may call another one that shares its breaker through a [Group], or itself. If
// the outer attempt is a probe of the half-open breaker, the inner call is part of that
// probe: it needs no permit, and only the outer attempt reports to the breaker. In a closed
// breaker, both report. A limit that both share counts both, so its concurrent= must have
// room for them.
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
// A result may come beside an error, as a response does beside the error about its status.
// The caller gets that of the last attempt as it is, and can read it. It also keeps its
// context until it is closed or collected. The results of earlier attempts are closed when
// the next attempt begins.
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
// [Hedge], the methods of [Method] and [FallbackCall], [NotYet], [Reading], [HasType],
// [HasStatus], [HasCode], [HasGRPCCode], [Bare], [SortBy], [ClassOfStatus], [Worse],
// [RetryInfo], [NewRewind], [Discard], [WithoutResults], and [Keep], [KeepAs],
// [KeepReadCloser] and [KeepUntilCollected] with a [Hold]. A program has no need of them,
// except for tests of its own wrappers. They may change with the format of the generated
// code, whose version is in the name of a constant:
// [Format2_IfUndefinedUpdateRetrygenAndRegenerate].
package retry
