package retry

import (
	"fmt"
	"sync"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
)

// A Group is the state that guards one dependency: the breaker and the budget
// that an interface's methods share, and those that single methods have for
// themselves. Each wrapper has its own unless Options.Group gives one; give one to
// share it between interfaces that lead to the same host, or between wrappers
// that are made for each request. The zero value is ready for use, and a Group
// must not be copied.
//
// The first wrapper that declares a breaker or a budget sets it. A constructor
// whose wrapper declares another one panics and names both, because one of the
// two would be ignored.
type Group struct {
	mu     sync.Mutex
	scopes map[string]*guards // sharedScope, or "Interface.Method"
}

// sharedScope holds what the methods of the group's wrappers share.
const sharedScope = ""

// guards are the breaker and the budget of one scope; nil where there is none.
type guards struct {
	breaker *breaker.Breaker
	budget  *budget

	declared            policy.Policy // what they were made from
	breakerBy, budgetBy string        // who declared it
}

// Breaker returns the breaker that the methods of the group's wrappers share, to
// look at it, force it or reset it: nil when no wrapper has declared one.
func (g *Group) Breaker() *breaker.Breaker {
	g.mu.Lock()
	defer g.mu.Unlock()
	if shared := g.scopes[sharedScope]; shared != nil {
		return shared.breaker
	}
	return nil
}

// guard returns the guards of a scope, after making those that owner declares
// and that are not there yet.
func (g *Group) guard(scope, owner string, declared policy.Policy, opts *Options) *guards {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := g.scopes[scope]
	if at == nil {
		if g.scopes == nil {
			g.scopes = make(map[string]*guards)
		}
		at = new(guards)
		g.scopes[scope] = at
	}
	at.setBreaker(owner, declared.Breaker, opts)
	at.setBudget(owner, declared.Budget)
	return at
}

func (at *guards) setBreaker(owner string, p policy.Breaker, opts *Options) {
	switch at.declared.Breaker {
	case p:
		return
	case policy.Breaker{}:
		at.declared.Breaker, at.breakerBy = p, owner
		if !p.Off {
			config := p.Config(owner)
			config.OnChange = tellChange(opts)
			at.breaker = breaker.New(config)
		}
	default:
		if p != (policy.Breaker{}) {
			panicConflict(at.breakerBy, owner, policy.Policy{Breaker: at.declared.Breaker}, policy.Policy{Breaker: p})
		}
	}
}

func (at *guards) setBudget(owner string, p policy.Budget) {
	switch at.declared.Budget {
	case p:
		return
	case policy.Budget{}:
		at.declared.Budget, at.budgetBy = p, owner
		at.budget = newBudget(p)
	default:
		if p != (policy.Budget{}) {
			panicConflict(at.budgetBy, owner, policy.Policy{Budget: at.declared.Budget}, policy.Policy{Budget: p})
		}
	}
}

func panicConflict(first, second string, a, b policy.Policy) {
	panic(fmt.Sprintf("retry: one Group cannot hold both %q of %s and %q of %s", a, first, b, second))
}
