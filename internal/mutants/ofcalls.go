package main

import "slices"

// ofCalls break the course of a call: when it is repeated, what it waits for, what
// it ends with.
func ofCalls() []mutant {
	return slices.Concat(
		in("runtime/call.go", []mutant{
			{name: "one attempt more", from: "return c.attempt < c.limit", to: "return c.attempt <= c.limit"},
			{name: "layers multiply", from: "c.above.single && !c.polls", to: "false"},
			{name: "attempt after a cancel", from: "	if ended := c.ended(); ended != nil {\n		return c.giveUp(stopCause(ended))\n	}\n	if era", to: "	if ended := c.ended(); c.attempt == 0 && ended != nil {\n		return c.giveUp(stopCause(ended))\n	}\n	if era"},
			{name: "answers deposit nothing", from: "		if v.vote == breaker.Success {\n			c.plan.budget.success()\n		}\n", to: ""},
			{name: "only attempt wrapped", from: "		if c.attempt == 1 {\n			return c.stop(OutcomeExhausted, err)\n		}\n", to: ""},
			{name: "queue goes on to an open breaker", from: "			c.settle(breaker.Neutral)\n			return c.ask()\n", to: "			return true\n"},
			{name: "attempt after a listener's cancel", from: "if ended := c.ended(); ended != nil {\n		c.settle", to: "if ended := c.ended(); ended != nil && false {\n		c.settle"},
			{name: "caller's cancel heard late", from: "case c.cancelWhole != nil && c.caller.Err() != nil:", to: "case false:"},
			{name: "slow hook is a slow call", from: "	c.permit.Begin()\n", to: ""},
			{name: "elapsed from nowhere", from: "		c.failed = clock()\n", to: "		c.failed = 1\n"},
		}),
		in("runtime/call_wait.go", []mutant{
			{name: "sleep not cut short", from: "	case <-c.whole.Done():\n	}\n}", to: "	}\n}"},
			{name: "wait beyond the deadline", from: "time.Until(deadline) <= c.delay", to: "time.Until(deadline) <= -c.delay"},
			{name: "wait for an open breaker", from: "refusal := c.plan.refuses(c.key, c.delay); refusal != nil", to: "refusal := c.plan.refuses(c.key, c.delay); refusal == refusal && false"},
			{name: "Retry-After uncapped", from: "if v.retryAfter > c.plan.longest {", to: "if false {"},
			{name: "Retry-After ignored", from: "	case retryAfter <= 0:\n		return c.prev", to: "	case true:\n		return c.prev"},
			{name: "polling takes tokens", from: "if v.ruling == worthARetry {\n		if !c.plan.budget.take()", to: "if true {\n		if !c.plan.budget.take()"},
		}),
		in("runtime/call_end.go", []mutant{
			{name: "token kept after a cancelled wait", from: "	if c.token {\n		c.plan.budget.giveBack()\n	}", to: ""},
			{name: "panic is neutral", from: "		vote = breaker.Failure\n", to: "		vote = breaker.Neutral\n"},
			{name: "permit kept on panic", from: "	defer c.settle(vote)\n", to: "	if c.over {\n		defer c.settle(vote)\n	}\n"},
			{name: "place kept on panic", from: "	c.releaseAttempt()\n	if c.cancelWhole", to: "	if c.over {\n		c.releaseAttempt()\n	}\n	if c.cancelWhole"},
			{name: "results left open by a panic", from: "c.lease.discard(!c.inMethod && c.failing)", to: "c.lease.end()"},
		}),
		in("runtime/call_judge.go", []mutant{
			{name: "success thrown away", from: "	if err == nil {\n		return verdict", to: "	if err == nil && ended == nil {\n		return verdict"},
			{name: "deadline is neutral", from: "return verdict{ruling: outOfTime, vote: breaker.Failure}", to: "return verdict{ruling: outOfTime, vote: breaker.Neutral}"},
			{name: "cancel is a failure", from: "return verdict{ruling: cancelled, vote: breaker.Neutral}", to: "return verdict{ruling: cancelled, vote: breaker.Failure}"},
			{name: "refusal is retried", from: "return verdict{ruling: final, vote: breaker.Neutral}", to: "return verdict{ruling: worthARetry, vote: breaker.Neutral}"},
			{name: "on closes the breaker", from: "	case found.network:\n", to: ""},
			{name: "not loses to on", from: "	switch {\n	case forbidden:\n", to: "	switch {\n	case forbidden && !listed:\n"},
		}),
		in("runtime/call_first.go", []mutant{
			{name: "panic of a first attempt uncounted", from: "			permit := p.breaker.Permit(era)\n			permit.Done(breaker.Failure)", to: ""},
			{name: "first success deposits nothing", from: "	permit.Done(breaker.Success)\n	p.budget.success()\n", to: "	permit.Done(breaker.Success)\n"},
		}),
	)
}

// ofGuards break what else bounds calls: budget, limit, hedges, leases.
func ofGuards() []mutant {
	return slices.Concat(
		in("runtime/budget.go", []mutant{
			{name: "retry for half a token", from: "if n < wholeToken {", to: "if n < wholeToken/2 {"},
			{name: "bucket without a bottom", from: "min(n+amount, b.full)", to: "n+amount"},
		}),
		in("runtime/limit.go", []mutant{
			{name: "limit waits too long", from: "l.wait-took", to: "l.wait+0*took"},
			{name: "place kept without a turn", from: "	if err != nil {\n		l.leave()\n", to: "	if err != nil {\n"},
			{name: "turn kept after a cancel", from: "		l.due.CompareAndSwap(int64(next), int64(next-l.interval))\n", to: "		_ = next\n"},
			{name: "two turns at once", from: "l.due.CompareAndSwap(int64(next), int64(next-l.interval))", to: "l.due.Add(-int64(l.interval) + 0*int64(next))"},
			{name: "wait of no time unseen", from: "		return true, time.Since(began), nil\n", to: "		took = time.Since(began)\n		return took > 0, took, nil\n"},
			{name: "burst of one more", from: "p.Rate.Events)-1, 0)", to: "p.Rate.Events), 0)"},
		}),
		in("runtime/call_hedge.go", []mutant{
			{name: "losers not cancelled", from: "		x.cancel()\n		switch", to: "		switch"},
			{name: "loser's permit kept", from: "			defer x.permit.Done(vote)\n", to: "			_ = vote\n"},
			{name: "copy after a cancel", from: "if r.ended() != nil || len(r.returned) > 0 {", to: "if len(r.returned) > 0 {"},
			{name: "copies where one attempt is allowed", from: " || alone(ctx) {", to: " {"},
			{name: "slow hook is a slow copy", from: "	x.permit.Begin()\n", to: ""},
			{name: "one copy more", from: "if len(r.runners) <= copies(r.plan) {\n				r.arm", to: "if len(r.runners) <= copies(r.plan)+1 {\n				r.arm"},
			{name: "copies cost no token", from: "case !r.plan.budget.take():", to: "case false:"},
		}),
		in("runtime/stream_keep.go", []mutant{
			{name: "streams held from below", from: "if m.spec.Lends {", to: "if false {"},
			{name: "nil is kept", from: "		return v.IsNil()\n", to: "		return false\n"},
		}),
		in("runtime/stream_lease.go", []mutant{
			{name: "stream ends with the timeout", from: "		l.unlink()\n", to: ""},
			{name: "lost results left open", from: "			defer c.Close() // all of them, even where one panics\n", to: "			_ = c\n"},
			{name: "collected while in use", from: "if holds == l.loose && !inBubble() {", to: "if !inBubble() {"},
			{name: "cancel heard late", from: "	if l.Context.Err() == nil {\n		return nil\n	}\n", to: "	select {\n	case <-l.done:\n	default:\n		return nil\n	}\n"},
			{name: "stream tells of a cancel", from: "		return context.DeadlineExceeded\n", to: "		return context.Canceled\n"},
			{name: "nothing ends a dropped lease", from: "		runtime.AddCleanup(l, endWeak, weak.Make(l.ended))\n", to: "		runtime.KeepAlive(weak.Make(l.ended))\n"},
		}),
	)
}
