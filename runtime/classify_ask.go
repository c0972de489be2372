package retry

import (
	"io/fs"
	"net"
	"slices"
	"time"
)

// hear asks an error for what it says about itself. A method that panics says nothing,
// and the others are asked all the same.
func (w *walk) hear(err error, asks ask) {
	for asks != 0 {
		w.broken = !quietly(func() {
			for asks != 0 {
				one := asks & -asks
				asks &^= one
				w.hearOne(err, one)
			}
		}) || w.broken
	}
}

func (w *walk) hearOne(err error, one ask) {
	switch one {
	case askSQLState:
		w.says(classOfSQLState(err.(interface{ SQLState() string }).SQLState()), byError)
	case askTimeout:
		if err.(interface{ Timeout() bool }).Timeout() {
			w.timeout, w.network = true, true
			w.says(ClassTransient, byError)
		}
	case askRetryable:
		w.hearRetryable(err)
	case askSafe:
		if !w.saidSafe {
			w.saidSafe = true
			w.unsent = err.(interface{ SafeToRetry() bool }).SafeToRetry() || w.unsent
		}
	case askAfter:
		w.asksFor(err.(interface{ RetryAfter() time.Duration }).RetryAfter(), byError)
	case askCode:
		w.hearCode(classOfErrorCode(err.(interface{ ErrorCode() string }).ErrorCode()))
	case askStatus:
		if w.says(classOfStatus(err.(interface{ HTTPStatusCode() int }).HTTPStatusCode()), byError) {
			w.byStatus = true
		}
	case askRedis:
		w.says(classOfRedis(err.Error()), byError)
	case askLabels:
		w.says(classOfLabels(err.(interface{ HasErrorLabel(string) bool }).HasErrorLabel), byError)
	case askIs:
		if (w.by == byNobody || w.by > byBuiltIn) && slices.ContainsFunc(answers, err.(interface{ Is(error) bool }).Is) {
			w.says(ClassAnswer, byBuiltIn)
		}
	case askTemporary:
		if err.(interface{ Temporary() bool }).Temporary() {
			w.says(ClassTransient, byTemporary)
		}
	case askUnwrap:
		w.next = err.(interface{ Unwrap() error }).Unwrap()
	case askBranches:
		w.branches = err.(interface{ Unwrap() []error }).Unwrap()
	}
}

// hearRetryable asks the outermost error that has the method.
func (w *walk) hearRetryable(err error) {
	if w.saidRetryable {
		return
	}
	w.saidRetryable = true
	if err.(interface{ Retryable() bool }).Retryable() {
		w.says(ClassTransient, byError)
	} else {
		w.final = true
	}
}

// hearCode notes what the code of an error says. It knows more than the status of the
// response, which the SDK of AWS puts above it: DynamoDB throttles with status 400.
func (w *walk) hearCode(c Class) {
	if c != ClassUnclassified && w.byStatus {
		w.class, w.byStatus = c, false
	}
	w.says(c, byError)
}

// answers are the sentinels that an error may claim to be with an Is method, as
// syscall.Errno does.
var answers = []error{fs.ErrNotExist, fs.ErrExist, fs.ErrPermission, net.ErrClosed}
