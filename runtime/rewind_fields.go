package retry

import (
	"context"
	"errors"
	"io"
	"reflect"
)

// Fields is for generated code. It knows the fields of a call's parameters that the first
// attempt uses up, such as the Body of S3's PutObjectInput. It ignores a nil field and
// http.NoBody. An [io.Seeker] goes back to where it stood before each retry. With anything
// else the call makes one attempt. The zero Fields is ready for use.
type Fields struct {
	seekers []Rewind
	set     bool // a field is not nil
	once    bool // a field cannot be put back
	refused error
	caller  context.Context
	begun   bool // an attempt may have had the fields
}

// errNoSeeker says why a field cannot be put back.
var errNoSeeker = errors.New("it is not an io.Seeker")

// Add tells of a field, by the name that messages use for it.
func (f *Fields) Add(name string, value any) {
	if f.add(name, value) != nil {
		f.once = true
	}
}

// Demand is Add for a field that the user wants rewound. If it cannot be, the call makes
// no attempt.
func (f *Fields) Demand(name string, value any) {
	if err := f.add(name, value); err != nil && f.refused == nil {
		f.refused = &rewindError{name, err}
	}
}

func (f *Fields) add(name string, value any) error {
	if isNothing(value) {
		return nil
	}
	f.set = true
	seeker, ok := value.(io.Seeker)
	if !ok {
		return errNoSeeker
	}
	r := NewRewind(name, seeker)
	if err := r.Begin(); err != nil || r.lost != nil {
		return errors.Join(err, r.lost)
	}
	f.seekers = append(f.seekers, r)
	return nil
}

// isNothing reports whether there is nothing to read in the value of a field: it is nil, or
// http.NoBody. This package does not import net/http, so it goes by the name of the type.
func isNothing(value any) bool {
	if t := reflect.TypeOf(value); t != nil && t.Kind() == reflect.Struct {
		return t.PkgPath() == "net/http" && t.Name() == "noBody"
	}
	return isNil(value)
}

// Refused returns the error of a call that must make no attempt, or nil.
func (f *Fields) Refused() error { return f.refused }

// Context returns the context for the call. If a field cannot be put back, the call makes
// one attempt.
func (f *Fields) Context(ctx context.Context) context.Context {
	f.caller = ctx
	if f.once && ctx != nil {
		return WithoutRetry(ctx)
	}
	return ctx
}

// Alone is Context for a hedged call. Copies would read a field at the same time, so the
// call makes one attempt if a field is not nil.
func (f *Fields) Alone(ctx context.Context) context.Context {
	f.once = f.once || f.set
	f.begun = true // Begin is for attempts one after the other
	return f.Context(ctx)
}

// Inside returns the context that the method gets in an attempt. The calls that it makes
// may be retried, although this one may not.
func (f *Fields) Inside(ctx context.Context) context.Context {
	if f.once {
		return WithRetriesOf(ctx, f.caller)
	}
	return ctx
}

// Begin is called before each attempt, and before the fallback. After the first time it
// puts the fields back. An error ends the call, and the breaker does not count it.
func (f *Fields) Begin() error {
	if !f.begun {
		f.begun = true
		return nil
	}
	for i := range f.seekers {
		if err := f.seekers[i].Begin(); err != nil {
			return err
		}
	}
	return nil
}

// Once reports whether an attempt has used the fields up, so that a fallback must not have
// them.
func (f *Fields) Once() bool { return f.once && f.begun }
