package grammar

// matchVerbs name Go code that says which errors and results are retried.
var matchVerbs = []*Verb{
	{
		Name: "on", Concern: ConcernOn, Place: OnType | OnMethod,
		Words: GoNames, Off: true, Args: "NAME...",
		Help: "retries only errors that match a name: one from Go, or a class such as transient or timeout",
		Meaning: "A name is `Ident` or `pkg.Ident`, spelled as in the file of the interface. An error variable or constant matches by `errors.Is`. An error type matches by `errors.As`, as a value and as a pointer. A `func(error) bool` is called with the error that the method has returned. A constant that is a code, such as `codes.NotFound`, matches errors with that code; see below. Five names are built in, and a name of the package that is spelled like one of them is refused:\n\n" +
			"- `transient`: errors of the class Transient or Unsent. Attempt timeouts and network timeouts; connections that were refused, reset, aborted or broken; an unexpected EOF, and `io.EOF` where it is not the end; temporary DNS failures; most statuses from 500 on; errors whose method `Retryable() bool` returns true.\n" +
			"- `unsent`: errors of the class Unsent, whose request had no effect. Refused connections, errors of dialling, temporary DNS failures, and errors whose method `SafeToRetry() bool` returns true. A database driver's method is trusted. A failed COMMIT may have arrived, so wrap its error in one whose method returns false.\n" +
			"- `timeout`: attempt timeouts, errors of the class Deadline, and errors whose method `Timeout() bool` returns true.\n" +
			"- `throttled`: errors of the classes Throttled and Quota. HTTP 429, and codes by which a server asks for fewer requests.\n" +
			"- `conflict`: errors of the class Conflict. Serialization failures, deadlocks and other lost races.\n\n" +
			"Codes are known by the type of the constant:\n\n" +
			"- a `codes.Code` of gRPC: an error with a method `GRPCStatus`, whose status has that code. An error that is no status has no code, not even `codes.Unknown`. The generated code imports `google.golang.org/grpc/status`.\n" +
			"- a `connect.Code`: a `*connect.Error` with that code.\n" +
			"- a constant of `net/http` whose name begins with `Status`: an error whose method `HTTPStatusCode() int` returns that status. Errors of `httpretry` have it, and those of the AWS SDK.\n\n" +
			"Where an error wraps several, each of them can match, as with `errors.Is`.\n\n" +
			"Without `on`, the class of an error decides. Not retried are answers of a dependency that works (not found, invalid, denied), faults (a certificate that is not accepted, a database that is out of order), quotas that say not until when, what is marked with `retry.Permanent`, and errors whose method `Retryable() bool` returns false. The package documentation of `runtime` has the table. All other errors are retried. " +
			"With `on`, an error that does not match is not retried. The breaker still counts it by its class: a network error is a failure. An error without a class counts as proof of life.\n\n" +
			"`io.EOF` is the end, an answer, only from a method like `Read`, and from a method that reads or sends a sequence: its name begins with Next, Read, Recv, Receive, Scan, Decode, Peek, Fetch, Poll, Pop, Token, Send or CloseAnd, and it takes only a context and what it fills or sends. From any other method it means a connection that was cut off, which is transient.\n\n" +
			"A conflict, such as a serialization failure, ends the transaction that the call is a part of. So it is not retried in an interface with a method Commit or Rollback, nor by a method that takes a transaction: `*sql.Tx`, `pgx.Tx`, or an interface with Exec and Query such as sqlc's DBTX. The `on` of a method decides about conflicts too; that of its interface does not. retrygen cannot see that a wrapped struct holds a transaction. Write `not conflict` on its interface.",
		Example: "on ErrBusy sql.ErrConnDone transient",
	},
	{
		Name: "not", Concern: ConcernNot, Place: OnType | OnMethod,
		Words: GoNames, Off: true, Args: "NAME...",
		Help:    "never retries errors that match one of the names; wins over on",
		Meaning: "It takes the same names as `on`. An error that matches is an answer: the dependency works, and its breaker counts a success. On a method, or next to a preset, it makes exceptions from an `on` that stands elsewhere. In one place, `on` and `not` must not share a name.",
		Example: "not ErrDeclined",
	},
	{
		Name: "classify", Concern: ConcernClassify, Place: OnType | OnMethod,
		Words: GoNames, One: true, Off: true, Args: "FUNC",
		Help: "a func says of which class an error is",
		Meaning: "`FUNC` is a `func(error) retry.Class`. It is called for an error and then for each error that it wraps, from the outside in, until it returns a class other than `retry.ClassUnclassified`; if it never does, others decide: `retry.Options.Classify`, the error's own methods, the built-in table. " +
			"The class decides whether the error is retried, unless `on` or `not` does, and how the breaker counts it. The package documentation of `runtime` has the table of the classes.",
		Example: "classify classOf",
	},
	{
		Name: "retry-after", Concern: ConcernRetryAfter, Place: OnType | OnMethod,
		Words: GoNames, One: true, Off: true, Args: "FUNC",
		Help:    "a func says how long the server asks to wait",
		Meaning: "`FUNC` is a `func(error) time.Duration`. It is called for an error and then for each error that it wraps, from the outside in, until it returns more than zero; if it never does, an error's own method `RetryAfter() time.Duration` decides. The wait before the next attempt is at least that long. If the server asks for more than the strategy's `max`, the call ends with `retry.ErrRetryAfter`.",
		Example: "retry-after delayOf",
	},
	{
		Name: "library", Concern: ConcernLibrary, Place: OnType | OnMethod,
		Words: Libraries, Off: true, Args: "WORD...",
		Help: "names libraries whose errors the wrapper knows, where no signature shows them",
		Meaning: "retrygen recognizes many libraries by the types in the signatures of an interface, and generates code that sorts their errors: into answers, which are not retried and do not open a breaker, and into the other classes. One method that shows a library is enough for the whole interface. " +
			"`library` adds libraries that no signature shows, such as the driver behind a repository. `library off` also switches recognition off.\n\n" +
			"The words and what they sort are in [libraries.md](libraries.md). The generated code imports the library, so a module that the user's module requires must provide it. What `classify` and `Options.Classify` say comes first.",
		Example: "library mysql",
	},
	{
		Name: "error-in", Concern: ConcernErrorIn, Place: OnType | OnMethod,
		Words: Readers, Off: true, Args: "READ [MAKE]",
		Help: "a func reads the error from the results, as from the status of a response",
		Meaning: "It is written `error-in READ` or `error-in READ MAKE`. `READ` takes all results of the method, including the error, and returns the error that counts: a `func(*http.Response, error) error` for a client that returns a response with status 500 and no error, a `func(*sqs.SendMessageBatchOutput, error) error` for a batch of which a part has failed. A parameter may be an interface that the result implements, so that one func fits many methods. `httpretry.ResponseError` is such a func for an `*http.Response`.\n\n" +
			"`.Err` stands for the method `Err() error` of the only result beside the error: its error counts where the method's own is nil. Any method of that shape may be named so. It is not called on a nil result.\n\n" +
			"The call goes by the error that counts: retries, classes, delays, the breaker, hooks, logs and `on`, `not` and `fallback`. The func of `result` is asked once `READ` has returned nil. " +
			"The caller gets the results and the error of the last attempt as the method returned them, so the body of the last response can be read. There is a `*retry.Error` only where the method's own error was not nil, which it wraps, or where no attempt has results for the caller. " +
			"Results of earlier attempts are closed when the next attempt begins, if they have a method `Close()` or `Close() error`, and so are those that a fallback replaces.\n\n" +
			"A method without an error result needs `MAKE`, a func that takes an error and returns the results of a call that ends without an attempt: the breaker is open, a limit refuses, the context has ended. With `error-in .Err .SetErr`, where the result is a pointer to a struct, it is a new struct with that error: `SetErr` has the shape `SetErr(error)`. Other directives then act on such a method, too.\n\n" +
			"On an interface, it is skipped for methods with other results than `READ` takes, or than `MAKE` makes. A method that fits `READ`, returns no error and has no `MAKE` is an error.",
		Example: "error-in httpretry.ResponseError",
	},
	{
		Name: "result", Concern: ConcernResult, Place: OnType | OnMethod,
		Words: GoNames, One: true, Off: true, Args: "FUNC",
		Help: "polls: tries again while a func says that the result is not good yet",
		Meaning: "`FUNC` takes all results of the method, including the error, and returns a bool. When it returns true, the result is not good yet, and another attempt follows after the strategy's delay. That attempt takes no token of the budget, and the breaker counts a success. When no attempt is left, the caller gets the last results and a `*retry.Error` with `retry.ErrExhausted`. " +
			"Results that are not good are closed, including the last ones, if they have a method `Close()` or `Close() error`.",
		Example: "result stillRunning",
	},
}

// besideVerbs say what happens beside the attempts of a strategy and after them.
var besideVerbs = []*Verb{
	{
		Name: "hedge", Concern: ConcernHedge, Place: OnType | OnMethod, Numeric: true,
		Keys: []Key{
			{Name: "after", Kind: KindDuration, Help: "starts a copy when an attempt has no answer after this time"},
			{Name: "max", Kind: KindCount, Default: "1", Help: "copies of an attempt, each started `after` later than the previous one"},
		},
		Off:  true,
		Help: "starts a copy of a slow attempt; the first success wins",
		Meaning: "Use it for calls that may be made twice, to a dependency that is sometimes slow. With `after` at the 95th percentile of its response times, one call in twenty is made twice. The attempts that lose are cancelled. An attempt that fails before `after` is retried by the strategy and not copied. Each copy asks the breaker, takes a token of the budget and a place under the limit, and has its own attempt timeout. There is no copy when one of them refuses it. In the method, `retry.Copy(ctx)` is the number of the copy. With it, a copy can go to another server.\n\n" +
			"The attempts run on their own goroutines. So a method that ignores its context may still run after the call has returned, and a panic in it ends the program. There are no copies inside the retries of an outer wrapper, nor under `retry.WithoutRetry`. The method needs a context, and `after` must be shorter than the timeouts. Results that nobody takes are closed, if they have a method `Close()` or `Close() error`.",
		Example: "hedge after=50ms",
		lacks:   lackInHedge,
	},
	{
		Name: "fallback", Concern: ConcernFallback, Place: OnMethod,
		Words: GoNames, One: true, Args: "FUNC",
		Help: "calls a func or a method when the call has finally failed",
		Meaning: "`FUNC` is a func that takes the method's parameters and the error, and returns the method's results. It takes a variadic parameter as a slice. `FUNC` may also be another method of the interface with the same signature, which is called under its own policy. The fallback is not called when the caller has cancelled, nor after an answer: an error by which a dependency that works says no. When the fallback fails too, the caller gets both errors, joined.\n\n" +
			"A parameter that the attempts may have used up would be empty for the fallback. That is an error, as it is for retries; say `rewind` or `reuse`. When the context comes from an `*http.Request`, the fallback gets its own request, with a body from `GetBody`, or with the original body if there was no attempt. Without `GetBody`, reading the body is an error.",
		Example: "fallback cachedBalance",
	},
}

// codeVerbs change the code that is generated.
var codeVerbs = []*Verb{
	{
		Name: "idempotency-key", Concern: ConcernIdempotencyKey, Place: OnType | OnMethod,
		Off:     true,
		Help:    "puts one random key for all attempts of a call into the context",
		Meaning: "The method gets the key from `retry.IdempotencyKey(ctx)` and sends it along, so that the server can ignore a request that it has already processed. A key that the caller has set with `retry.WithIdempotencyKey` takes its place. The method needs a context.",
		Example: "idempotency-key",
	},
	{
		Name: "rewind", Concern: ConcernRewind, Place: OnMethod,
		Words: Parameters, Args: "PARAMETER...",
		Help: "seeks an io.Seeker back to where it was, before each retry and the fallback",
		Meaning: "Use it for a body that is a file or a buffer. When a parameter cannot seek back, the call ends with the error of its Seek and the last error of the method, and without a fallback. On a method with one attempt and no fallback, it is an error.\n\n" +
			"A field of a parameter needs no word: a reader in it goes back to where it stood if it is an `io.Seeker`, and otherwise the call makes one attempt. With `rewind in.Body` the call returns an error before the first attempt if the field is neither nil nor an `io.Seeker`.",
		Example: "rewind body",
	},
	{
		Name: "reuse", Concern: ConcernReuse, Place: OnMethod,
		Words: Parameters, Args: "PARAMETER...",
		Help: "says that a reader, a channel or an iterator may be passed to several attempts",
		Meaning: "A method that is retried, hedged or has a fallback must not have a parameter that the first attempt uses up. Such a parameter is an error: an `io.Reader`, an `io.Writer` that is not a logger, a channel unless its elements are `struct{}`, an iterator (a func of the shape of `iter.Seq` or `iter.Seq2`, or a type with `Next() bool`), an `*http.Request` next to the parameter that carries the context, or a pointer, slice, array, map or variadic of these. The copies of a hedge run at once, so a hedged method that returns nothing but an error or counts must not have a pointer, a map, a `[]byte` or an `any` either: each copy might write to it. " +
			"With `reuse`, you promise that each attempt and the fallback can take the named parameters as they are.\n\n" +
			"Fields of parameters that may be used up are looked at in each call: exported fields, up to two structs deep and also in lists and maps, that are interfaces with `Read` or `Next() bool`, channels, or iterators. A nil field is free, and so is `http.NoBody`. An `io.Seeker` is put back before each retry. Anything else means one attempt and no fallback. A hedged call makes one attempt and no copies if such a field is not free. A field of elements has the name of the list before it, as in `reuse in.Parts.Body`. `reuse in.Body` lifts all of that. " +
			"It is an error for a parameter that nothing uses up, and for one that `rewind` seeks back.",
		Example: "reuse body",
	},
	{
		Name: "stream", Concern: ConcernStream, Place: OnMethod,
		Help: "says that a result goes on using the context of its call",
		Meaning: "A timeout ends when the method returns. If a result is data, the attempt's context ends with it. If a result is a stream, the result keeps the context until it is closed, committed, rolled back, stopped or released, or until it returns its last error. If nothing tells when that is, it keeps the context until the caller's context ends. " +
			"A hedge treats results in the same way.\n\n" +
			"A result is a stream in one of five ways:\n\n" +
			"- It is a channel, a func, an iterator, `*http.Response`, `*sql.Rows`, `*sql.Row` or `*sql.Tx`. `*sql.Conn` and `*sql.Stmt` are streams too, and keep the context until the caller's context ends.\n" +
			"- It has a method that returns an error, a bool or nothing, and whose name begins with the word Close, Recv, Receive, Send, Next, Commit, Rollback, Stop, Drain, Release, Unlock, Unsubscribe, Cancel, Shutdown or Wait. `Read` and `Write` of package io and `Scan(...any) error` count too.\n" +
			"- It has a method without parameters that returns one of the above.\n" +
			"- It is an interface with a method that returns an error and takes no context, such as `oauth2.TokenSource`. `Err`, names that begin with Marshal or Unmarshal, the methods of `sql.Result` and interfaces that are errors do not count.\n" +
			"- It has an exported field that is one of the first two. An `*http.Response` in a field does not count.\n\n" +
			"Pointers, slices, arrays and maps are what their elements are. Everything else is data: `any`, structs, messages of protocol buffers, type parameters. Write `stream` on a method whose result goes on using the context although it looks like data. The method needs a context and a result other than the error.",
		Example: "stream",
	},
	{
		Name: "wrap", Concern: ConcernWrap, Place: OnType,
		Keys: []Key{
			{Name: "name", Kind: KindName, Help: "the wrapper's type; by default Resilient and the interface's name"},
			{Name: "file", Kind: KindFile, Help: "the file of the wrapper, in the folder of the source"},
		},
		Needs:   true,
		Help:    "sets the name and the file of the generated wrapper",
		Meaning: "Use it when the default names do not suit you, or when something else has them: a declaration or an import of the package, or the wrapper of another interface. The constructor is `New` and the name, or `new` and the name when that is unexported.",
		Example: "wrap name=RetryingClient file=client_gen.go",
	},
}

var presetVerbs = []*Verb{
	{
		Name: "preset", Concern: ConcernPreset, Place: OnPackage,
		Words: PresetName, Args: "NAME DIRECTIVE; ...",
		Help: "names directives, for use in the whole package",
		Meaning: "It may stand in any file of the package. Leave a blank line between it and the next declaration. A name consists of letters, digits, `-` and `_`, starts with a letter, and is not a verb.\n\n" +
			"Semicolons separate the directives. Each must be one that may stand on an interface and on a method; `none`, `fallback`, `rewind`, `reuse`, `wrap`, `allow`, `preset` and `use` cannot be part of a preset. The names in `on` and `not` are spelled as in the file of the preset. A preset that nothing uses is checked all the same.",
		Example: "preset fast exponential attempts=2 base=50ms; timeout total=1s",
	},
	{
		Name: "use", Concern: ConcernUse, Place: OnType | OnMethod,
		Words: PresetName, Args: "NAME",
		Help: "the directives of a preset, as if they were written here",
		Meaning: "Directives next to `use` override the preset, concern by concern. One place may use several presets if they say different concerns. " +
			"On a method, they replace those concerns of the interface, as any directive there does. What the method cannot do is an error.",
		Example: "use fast",
	},
}
