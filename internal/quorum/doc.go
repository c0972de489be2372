// Package quorum decides what one process makes of the openings of other processes' breakers.
//
// Processes that call the same dependency tell each other when their breakers open. A single
// process may be wrong: it may be the process that is cut off, and not the dependency that is
// down. So a process follows the others only if enough of them agree (see [Of]) and if it has
// seen half of what would open its own breaker, or makes no attempts.
//
// When enough agree, the first three processes by name probe as usual. The others wait 1.25 to
// 1.75 times as long, and then go on to follow while enough processes have seen failures of
// their own. No process goes without an attempt of its own for longer than four cooldowns, or
// its max-cooldown. A good probe of one process ends what the others do because of each other.
//
// A [Node] is the rule for one process. It has no clock, no goroutine and no network. Its
// driver gives it the time, what others say and what happens to the breakers of the process.
// It answers with what to do and what to tell the others:
//
//	node, err := quorum.New(quorum.Config{Name: "host:1:abc", Incarnation: started})
//	node.Add("PaymentClient") // for each breaker
//	for {
//		// on a message:           node.Receive(message, now)
//		// on a breaker.Change:    node.Changed(name, change, now)
//		answer := node.Step(now, look) // after each of these, and at answer.Next
//		// do answer.Actions, publish answer.Message unless it is nil
//	}
//
// Times are readings of a monotonic clock that never goes back. Its zero does not matter.
// Only durations travel between processes, so their clocks need not agree.
package quorum
