// Package virtual holds virtual time and randomness for simulations of calls.
//
// In a program no [World] is installed, and the funcs of this package are those of package
// time, context and math/rand/v2. While a World is installed, they ask it first. So a
// simulation runs the code of the runtime and of the breaker, and none of it waits.
//
// A simulation makes a [Crowd], a [Caller] for each of its processes, and then calls:
//
//	call := caller.Begin(id, key, deadline)
//	for {
//		switch step := call.Next(); step.Kind {
//		case virtual.Attempt: // call the dependency for step.Copy, and ask Next again
//		case virtual.Wait:    // return; go on with Returned, with Timer at step.At, or when woken
//		case virtual.Done:    // the call is over
//		}
//	}
//
// After Begin, Returned and Timer, and after World.Wake for the call, ask Next until it
// returns Wait or Done.
package virtual
