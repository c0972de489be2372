package retry

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/retrygen/retrygen/breaker"
)

// KeyBreaker returns the breaker of one key of a method ("PaymentClient.Charge") whose
// //retry:breaker has key=, to inspect, force or reset that key alone. The methods that share
// a breaker share those of its keys. The key has the type of the parameter that key= names, or
// is the text that its func returns; a key from [Group.Keys] is right as it is.
//
// It returns the zero KeyBreaker, whose methods change nothing, if there is no such method,
// or if its calls have no key or no breaker under the policy in force.
func (g *Group) KeyBreaker(method string, of any) breaker.KeyBreaker {
	return g.keyed(method).Key(keyOf(of))
}

// Keys returns the keys of a method that have a breaker of their own: those whose breaker is
// open, half-open or forced, and those with something bad to remember. They come in no order.
// It returns nil where KeyBreaker returns the zero KeyBreaker.
//
// A key may be a secret, such as a token or the name of a customer. Show it only to those who
// may see it.
func (g *Group) Keys(method string) (keys []KeySnapshot) {
	for k, s := range g.keyed(method).Each() {
		keys = append(keys, KeySnapshot{k.value(), s})
	}
	return keys
}

// A KeySnapshot is the state of the breaker of one key at one moment.
type KeySnapshot struct {
	// Key is a string or a uint64. An integer n of any type is uint64(n); a bool or a number
	// with a fraction is its text.
	Key any `json:"key"`

	Breaker breaker.Snapshot `json:"breaker"`
}

// keyed returns the breakers of the keys of a method, or nil.
func (g *Group) keyed(method string) *breaker.Keyed[key] {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range g.methods[method] {
		if s.made.keyed != nil {
			return s.made.keyed
		}
	}
	return nil
}

// keyOf returns the key that generated code makes of a value.
func keyOf(of any) key {
	switch v := reflect.ValueOf(of); {
	case !v.IsValid():
		return key{}
	case v.Kind() == reflect.String:
		return key{text: v.String()}
	case v.CanInt():
		return key{number: uint64(v.Int()), numeric: true}
	case v.CanUint():
		return key{number: v.Uint(), numeric: true}
	default:
		return key{text: fmt.Sprint(basic(v))}
	}
}

// basic returns a value without the methods of its type, which the text of a key ignores.
func basic(v reflect.Value) any {
	for _, t := range basicTypes {
		if v.Kind() == t.Kind() {
			return v.Convert(t).Interface()
		}
	}
	return v.Interface()
}

var basicTypes = []reflect.Type{
	reflect.TypeFor[bool](),
	reflect.TypeFor[float32](), reflect.TypeFor[float64](),
	reflect.TypeFor[complex64](), reflect.TypeFor[complex128](),
}

// value returns the key as a string or a uint64.
func (k key) value() any {
	if k.numeric {
		return k.number
	}
	return k.text
}

// String returns the text of the key.
func (k key) String() string {
	if k.numeric {
		return strconv.FormatUint(k.number, 10)
	}
	return k.text
}
