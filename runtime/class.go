package retry

import (
	"fmt"

	"github.com/retrygen/retrygen/breaker"
)

// A Class says what an error means for the call and for the breaker:
//
//	class         retried                            breaker  the dependency
//	Unclassified  yes                                failure  nothing is known
//	Answer        no                                 success  works and said no: not found, invalid, denied
//	Fault         no                                 failure  is broken, and repeating is unsafe or useless
//	Transient     yes                                failure  fails in a way that tends to go away
//	Unsent        yes                                failure  the same, and the request had no effect
//	Throttled     yes, after the error's own delay   alive    works, but asks for less
//	Deadline      if an attempt timeout is in force  failure  says that its deadline passed
//	Quota         no                                 alive    refuses, and does not say until when
//	Conflict      yes, but not inside a transaction  success  works; the call lost a race
//
// A directive on decides about the retry in place of the class; the vote for the breaker
// stays that of the class. An error without a class that on does not list is no failure
// but [breaker.Alive].
//
// The package documentation says where the class of an error comes from.
type Class uint8

// The classes.
const (
	ClassUnclassified Class = iota // nobody knows the error
	ClassAnswer                    // not retried; the breaker counts a success
	ClassFault                     // not retried; a failure
	ClassTransient                 // retried; a failure
	ClassUnsent                    // retried; a failure. The request certainly had no effect
	ClassThrottled                 // retried; the breaker learns that the dependency is alive
	ClassDeadline                  // retried if an attempt timeout is in force; a failure
	ClassQuota                     // not retried; the breaker learns that the dependency is alive
	ClassConflict                  // retried, but not inside a transaction; a success
)

// classes holds what there is to know about each class. When the branches of an error
// disagree the one with the highest rank decides.
var classes = [...]struct {
	name string
	rank int
	vote breaker.Outcome
}{
	ClassFault:        {"fault", 8, breaker.Failure},
	ClassDeadline:     {"deadline", 7, breaker.Failure},
	ClassUnclassified: {"unclassified", 6, breaker.Failure},
	ClassTransient:    {"transient", 5, breaker.Failure},
	ClassUnsent:       {"unsent", 4, breaker.Failure},
	ClassThrottled:    {"throttled", 3, breaker.Alive},
	ClassQuota:        {"quota", 2, breaker.Alive},
	ClassConflict:     {"conflict", 1, breaker.Success},
	ClassAnswer:       {"answer", 0, breaker.Success},
}

// String returns the name of the class in lower case, such as "transient".
func (c Class) String() string {
	if !c.valid() {
		return fmt.Sprintf("Class(%d)", uint8(c))
	}
	return classes[c].name
}

// MarshalText returns the name of the class, so that JSON has "transient" and not a number. It
// returns an error for a class that does not exist.
func (c Class) MarshalText() ([]byte, error) {
	if !c.valid() {
		return nil, fmt.Errorf("retry: %d is not a class", uint8(c))
	}
	return []byte(classes[c].name), nil
}

func (c Class) valid() bool { return int(c) < len(classes) }

// worse returns the one of two classes that decides.
func worse(a, b Class) Class {
	if classes[a].rank >= classes[b].rank {
		return a
	}
	return b
}

// retried reports whether an error of the class is worth a retry. Limited says that the
// attempt had a timeout of ours: what the server calls its deadline may then be a part of
// the call's time only.
func (c Class) retried(limited bool) bool {
	switch c {
	case ClassAnswer, ClassFault, ClassQuota:
		return false
	case ClassDeadline:
		return limited
	}
	return true
}
