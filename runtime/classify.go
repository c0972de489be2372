package retry

import (
	"reflect"
	"time"
)

// sources are the funcs of a method that sort errors. The zero value knows none.
type sources struct {
	method     func(error) Class                  // MethodSpec.Classify
	options    func(error) Class                  // Options.Classify
	library    func(error) (Class, time.Duration) // MethodSpec.Sort
	retryAfter func(error) time.Duration          // MethodSpec.RetryAfter
	cutAtEOF   bool                               // MethodSpec.CutAtEOF
}

// none reports whether nobody but the error says what it means.
func (s *sources) none() bool {
	return s.method == nil && s.options == nil && s.library == nil && s.retryAfter == nil
}

// A source is who has said of which class an error is. An earlier one is believed rather
// than a later one, wherever in the tree of the error they speak.
type source uint8

const (
	byNobody    source = iota
	byContext          // the timeout of the attempt has passed
	byMethod           // MethodSpec.Classify, MethodSpec.RetryAfter
	byOptions          // Options.Classify
	byLibrary          // MethodSpec.Sort
	byError            // the error's own methods
	byBuiltIn          // the errors of the standard library
	byTemporary        // Temporary() bool, which says little
	byRefusal          // Retryable() bool, which says that the dependency has answered
)

// A finding is what a look at an error has found.
type finding struct {
	class Class
	by    source

	retryAfter time.Duration // what the server asks for; zero when it does not
	afterBy    source

	permanent bool // marked with Permanent
	refused   bool // a breaker, a limit or a Rewind further down did not let the call through
	final     bool // Retryable() bool says no
	timeout   bool // see Timeout
	network   bool // the dependency was not reached, or the connection broke: no word of the user makes it an answer
	hidden    bool // somebody has spoken whom Transient and the others do not know
	broken    bool // there is a nil pointer in the tree, or a method has panicked
}

// inspect looks at an error and all that it wraps.
func (s *sources) inspect(err error) finding {
	w := walk{sources: s}
	w.chain(err)
	return w.finding
}

// A walk looks at an error and at what it wraps, down to the first error that wraps
// several. Each of these is a walk of its own.
type walk struct {
	finding
	sources *sources

	inNet         bool // an error above is a net.Error
	unsent        bool // somebody is certain that the request had no effect
	dialled       bool // somebody is, because there was no connection
	byStatus      bool // the class is that of a status, which the code of an error below knows better
	saidRetryable bool
	saidSafe      bool

	next     error // what the error at hand wraps
	branches []error
}

// says notes the class that a source gives to the error at hand. The outermost error that
// a source knows decides.
func (w *walk) says(c Class, by source) bool {
	if c == ClassUnclassified || !c.valid() || w.by != byNobody && w.by <= by {
		return false
	}
	w.class, w.by, w.byStatus = c, by, false
	return true
}

// asksFor notes how long the server asks to wait.
func (w *walk) asksFor(d time.Duration, by source) {
	if d > 0 && (w.afterBy == byNobody || by < w.afterBy) {
		w.retryAfter, w.afterBy = d, by
	}
}

func (w *walk) chain(err error) {
	for err != nil {
		if w.sources.none() { // the usual types, sooner
			switch t := reflect.TypeOf(err); {
			case t == plainType && saysNothing(err):
				err = nil
				continue
			case t == wrapType:
				err = err.(interface{ Unwrap() error }).Unwrap()
				continue
			case t == joinType:
				w.fork(err.(interface{ Unwrap() []error }).Unwrap(), false)
				err = nil
				continue
			}
		}
		s := shapeOf(err)
		if s.pointer && isNilPointer(err) {
			w.broken = true
			break
		}
		if s.kind == ours {
			err = w.ours(err)
			continue
		}
		w.ask(err)
		w.next, w.branches = nil, nil
		if s.asks != 0 {
			w.hear(err, s.asks)
		}
		w.builtIn(err, s.kind)
		w.inNet = w.inNet || s.network
		if len(w.branches) > 0 {
			w.fork(w.branches, s.lenient)
		}
		err = w.next // nil if there are branches
	}
	w.finish()
}

// ours looks at an error that this package or the breaker makes, of which only what it
// carries speaks, and returns that.
func (w *walk) ours(err error) error {
	switch err := err.(type) {
	case *Error:
		w.refused = w.refused || isRefusal(err.Cause)
		if err.Last == nil {
			return err.Cause
		}
		return err.Last
	case *fallbackError:
		return err.call
	case *permanent:
		w.permanent = true
		return err.err
	case *seen:
		w.merge(&err.found)
		w.says(err.found.class, err.found.by)
		w.asksFor(err.found.retryAfter, err.found.afterBy)
		return nil
	}
	w.refused = true
	return nil
}

// ask asks the funcs of the method. They may be the user's, so a panic in one passes.
func (w *walk) ask(err error) {
	s := w.sources
	if s.method != nil && w.says(s.method(err), byMethod) {
		w.hidden = true
	}
	if s.options != nil && w.by != byMethod && w.says(s.options(err), byOptions) {
		w.hidden = true
	}
	if s.library != nil {
		class, after := s.library(err)
		if w.says(class, byLibrary) {
			w.hidden = true
		}
		w.asksFor(after, byLibrary)
	}
	if s.retryAfter != nil {
		w.asksFor(s.retryAfter(err), byMethod)
	}
}

// fork looks at the errors that one error wraps. The worst class among them is theirs
// together. A branch of no class counts as unclassified or, if lenient, not at all.
func (w *walk) fork(branches []error, lenient bool) {
	together, by := ClassAnswer, byNobody
	silent := false
	for _, err := range branches {
		if err == nil {
			continue
		}
		branch := w.branch(err)
		w.merge(&branch)
		w.asksFor(branch.retryAfter, branch.afterBy)
		if branch.by == byNobody {
			silent = true
			continue
		}
		together = worse(together, branch.class)
		if by == byNobody || branch.by < by {
			by = branch.by
		}
	}
	if silent && !lenient {
		together = worse(together, ClassUnclassified)
	}
	if by != byNobody && (w.by == byNobody || by < w.by) {
		w.class, w.by = together, by
	}
}

// branch looks at one of the errors that an error wraps. Inlined into the loop of fork,
// its walk would be on the heap.
//
//go:noinline
func (w *walk) branch(err error) finding {
	branch := walk{sources: w.sources, inNet: w.inNet}
	branch.chain(err)
	return branch.finding
}

// merge takes over what a branch has found besides the class.
func (w *walk) merge(f *finding) {
	w.permanent = w.permanent || f.permanent
	w.refused = w.refused || f.refused
	w.final = w.final || f.final && !w.saidRetryable
	w.timeout = w.timeout || f.timeout
	w.network = w.network || f.network
	w.hidden = w.hidden || f.hidden
	w.broken = w.broken || f.broken
}

// finish draws the conclusions from the whole chain.
func (w *walk) finish() {
	vague := w.class == ClassUnclassified || w.class == ClassTransient
	if w.unsent && vague && (w.by == byNobody || w.by >= byLibrary) {
		w.class = ClassUnsent
		if w.by == byNobody {
			w.by = byBuiltIn
		}
	}
	w.network = w.network || w.dialled && w.class != ClassAnswer
	if w.final {
		w.says(ClassAnswer, byRefusal)
	}
}
