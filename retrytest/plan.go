package retrytest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	retry "github.com/retrygen/retrygen/runtime"
)

// Errors are the errors that a plan names.
type Errors map[string]error

// Plan returns chaos that goes by a text, for Options.Chaos or Group.SetChaos:
//
//	2*error(busy)->1*delay(1s)->off
//
// says that two attempts fail with the error of that name, one is a second late, and all others
// are left alone. The grammar is that of FreeBSD's fail(9). Terms are divided by ->, and an
// attempt takes the first one that applies:
//
//	[percent%][count*]action[(argument)]
//
// A term with a count applies that often, and one with a percentage to that share of the
// attempts that come to it. The draws are always the same. An attempt to which no term applies
// is left alone. The actions are those of [retry.ChaosKind]:
//
//	off              leave the attempt alone
//	error(NAME)      return the error of that name; without a name, an error that says nothing
//	delay(DURATION)  wait, then call the method
//	hang             wait for the end of the context
//	panic(TEXT)      panic with the text, or with one of retrygen's without it
//	half-done(NAME)  call the method, lose its answer, and return the error; the name as for error
//
// Attempts are counted over all methods that share the plan. Plan panics if the text is wrong;
// [ParsePlan] returns an error instead.
func Plan(text string, errs Errors) *retry.Chaos {
	c, err := ParsePlan(text, errs)
	if err != nil {
		panic(err.Error())
	}
	return c
}

// ParsePlan is [Plan] for a text that may be wrong. The error names the column.
func ParsePlan(text string, errs Errors) (*retry.Chaos, error) {
	p := &plan{rand: rand.New(rand.NewPCG(1, 1))}
	column := 1
	for part := range strings.SplitSeq(text, "->") {
		t, at, err := parseTerm(part, errs)
		if err != nil {
			return nil, fmt.Errorf("retrytest: plan, column %d: %w", column+at, err)
		}
		p.terms = append(p.terms, t)
		column += len(part) + len("->")
	}
	return &retry.Chaos{Choose: p.next}, nil
}

// PlanOf returns chaos that lets one attempt after the other fail with these errors. An attempt
// whose error is nil is left alone, and so are those after the last.
func PlanOf(errs ...error) *retry.Chaos {
	p := &plan{}
	for _, err := range errs {
		act := retry.ChaosAct{}
		if err != nil {
			act = retry.ChaosAct{Kind: retry.ChaosFailure, Err: err}
		}
		p.terms = append(p.terms, term{share: 1, left: 1, act: act})
	}
	return &retry.Chaos{Choose: p.next}
}

// A plan is what remains of the terms.
type plan struct {
	mu    sync.Mutex
	rand  *rand.Rand // nil if no term has a share below 1
	terms []term
}

// A term applies to a share of the attempts, so many times.
type term struct {
	share float64
	left  int // below zero: any number
	act   retry.ChaosAct
}

// next returns what becomes of an attempt.
func (p *plan) next(context.Context) retry.ChaosAct {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.terms {
		t := &p.terms[i]
		if t.left == 0 || t.share < 1 && p.rand.Float64() >= t.share {
			continue
		}
		t.left = max(t.left-1, -1)
		return t.act
	}
	return retry.ChaosAct{}
}

// parseTerm reads a term. At is where in the term the error is.
func parseTerm(text string, errs Errors) (t term, at int, err error) {
	t = term{share: 1, left: -1}
	rest := text
	skip := func(n int) { rest, at = rest[n:], at+n }
	skip(len(rest) - len(strings.TrimLeft(rest, " ")))
	name := strings.IndexByte(rest+"(", '(')
	if i := strings.IndexByte(rest[:name], '%'); i >= 0 {
		percent, err := strconv.ParseFloat(rest[:i], 64)
		if err != nil || !(percent > 0 && percent <= 100) {
			return t, at, fmt.Errorf("%q is not a percentage above 0, up to 100", rest[:i])
		}
		t.share = percent / 100
		skip(i + 1)
		name -= i + 1
	}
	if i := strings.IndexByte(rest[:name], '*'); i >= 0 {
		if t.left, err = strconv.Atoi(rest[:i]); err != nil || t.left < 1 {
			return t, at, fmt.Errorf("%q is not a count of 1 or more", rest[:i])
		}
		skip(i + 1)
	}
	rest = strings.TrimRight(rest, " ")
	action, argument, has := strings.Cut(rest, "(")
	if has && !strings.HasSuffix(argument, ")") {
		return t, at + len(rest), fmt.Errorf("want ) after %q", rest)
	}
	inside := at + len(action) + 1
	t.act, err = actOf(action, strings.TrimSuffix(argument, ")"), errs)
	if _, wrong := err.(*argumentError); wrong && has {
		at = inside
	}
	return t, at, err
}

// An argumentError is about what stands in the parentheses.
type argumentError struct{ text string }

func (e *argumentError) Error() string { return e.text }

func wrongArgument(format string, args ...any) error {
	return &argumentError{fmt.Sprintf(format, args...)}
}

// actOf returns what an action does.
func actOf(action, argument string, errs Errors) (act retry.ChaosAct, err error) {
	act.Kind = retry.ChaosKind(action)
	switch act.Kind {
	case "off":
		act.Kind = ""
	case retry.ChaosHang:
	case retry.ChaosFailure, retry.ChaosHalfDone:
		if act.Err = errs[argument]; act.Err == nil && argument != "" {
			err = wrongArgument("no error is called %q, only %s", argument, names(errs))
		}
		return act, err
	case retry.ChaosPanic:
		if argument != "" {
			act.Value = argument
		}
		return act, nil
	case retry.ChaosDelay:
		if act.Delay, err = time.ParseDuration(argument); err != nil || act.Delay <= 0 {
			return act, wrongArgument("%q is not a duration above zero, such as 100ms", argument)
		}
		return act, nil
	default:
		return act, fmt.Errorf("unknown action %q; want off, error, delay, hang, panic or half-done", action)
	}
	if argument != "" {
		return act, wrongArgument("%s takes no argument", action)
	}
	return act, nil
}

// names lists the names of errors.
func names(errs Errors) string {
	if len(errs) == 0 {
		return "those in Errors, which is empty"
	}
	var list []string
	for name := range errs {
		list = append(list, strconv.Quote(name))
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}
