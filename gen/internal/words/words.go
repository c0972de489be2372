// Package words tells in English what is in force for a method: the rules of a doc comment,
// and what several methods have in common.
//
// What comes in are methods of package model; what goes out are sentences. It writes no
// code, and does not know how comments are laid out.
package words

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// A Rule is what a method does beside calling the wrapped method, as a phrase whose
// subject is the method.
type Rule struct {
	About Subject
	Text  string
}

func (r Rule) Topic() int { return int(r.About) }

func (r Rule) Words() string { return r.Text }

// A Subject is what a rule is about. The comments tell the rules in this order.
type Subject int

const (
	AboutRetries Subject = iota
	aboutTimeout
	aboutStreams
	aboutBreaker
	AboutBudget
	aboutLimit
	aboutHedge
	AboutOn
	AboutNot
	aboutClasses
	aboutDelays
	aboutLibraries
	AboutEOF
	AboutConflict
	aboutErrorIn
	aboutResult
	aboutRewind
	aboutFields
	aboutReuse
	AboutRequest
	aboutFallback
	aboutKey
)

// Subjects are what directives are about.
var Subjects = map[grammar.Concern]Subject{
	grammar.ConcernStrategy:       AboutRetries,
	grammar.ConcernTimeout:        aboutTimeout,
	grammar.ConcernBreaker:        aboutBreaker,
	grammar.ConcernBudget:         AboutBudget,
	grammar.ConcernLimit:          aboutLimit,
	grammar.ConcernHedge:          aboutHedge,
	grammar.ConcernOn:             AboutOn,
	grammar.ConcernNot:            AboutNot,
	grammar.ConcernClassify:       aboutClasses,
	grammar.ConcernRetryAfter:     aboutDelays,
	grammar.ConcernLibrary:        aboutLibraries,
	grammar.ConcernErrorIn:        aboutErrorIn,
	grammar.ConcernResult:         aboutResult,
	grammar.ConcernRewind:         aboutRewind,
	grammar.ConcernReuse:          aboutReuse,
	grammar.ConcernFallback:       aboutFallback,
	grammar.ConcernIdempotencyKey: aboutKey,
}

// Without says that a method has no rule about a subject, where that can be said.
var Without = map[Subject]string{
	AboutRetries:   "makes only one attempt",
	aboutTimeout:   "has no timeout",
	aboutBreaker:   "has no breaker",
	AboutBudget:    "has no retry budget",
	aboutLimit:     "has no limit",
	aboutHedge:     "starts no extra copies",
	AboutOn:        "has no list of errors to retry",
	AboutNot:       "has no list of errors never to retry",
	aboutClasses:   "has no func that classifies errors",
	aboutDelays:    "has no func that reads delays from errors",
	aboutLibraries: "knows no library's errors",
	AboutEOF:       "takes io.EOF for a connection that was cut off",
	AboutConflict:  "may retry a conflict",
	aboutErrorIn:   "reads no error from its results",
	aboutResult:    "does not poll",
	aboutFallback:  "has no fallback",
	aboutKey:       "carries no idempotency key",
}

// Listings begin the rules that list errors. A list of a method replaces that of the
// interface.
var Listings = map[Subject]string{AboutOn: "retries only ", AboutNot: "never retries "}

// RulesOf returns the rules of a method, in the order of their subjects.
func RulesOf(m *model.Method, w *model.Wrapper) []Rule {
	var rules []Rule
	add := func(about Subject, text string) {
		if text != "" {
			rules = append(rules, Rule{about, text})
		}
	}
	add(AboutRetries, attemptsInWords(m.Policy.Retry))
	add(aboutTimeout, timeoutInWords(m.Policy.Timeout))
	if m.Policy.Timeout != (policy.Timeout{}) {
		add(aboutStreams, outlives(m))
	}
	switch {
	case m.Breaker:
		which := " that opens "
		if m.Key != nil {
			which = keyWords(m.Key) + ", which opens "
		}
		add(aboutBreaker, "shares a breaker"+which+opening(w.Shared.Breaker))
	case m.Policy.Breaker != (policy.Breaker{}):
		add(aboutBreaker, "has its own breaker"+keyWords(m.Key)+", which opens "+opening(m.Policy.Breaker))
	}
	switch {
	case m.Policy.Budget != (policy.Budget{}):
		add(AboutBudget, "has its own budget, which limits retries to "+shareInWords(m.Policy.Budget))
	case m.Budget:
		add(AboutBudget, "shares a budget that limits retries to "+shareInWords(w.Shared.Budget))
	}
	switch {
	case m.Policy.Limit != (policy.Limit{}):
		add(aboutLimit, "has its own limit of "+bounds(m.Policy.Limit))
	case m.Limit:
		add(aboutLimit, "shares a limit of "+bounds(w.Shared.Limit))
	}
	if h := m.Policy.Hedge; h != (policy.Hedge{}) {
		add(aboutHedge, copiesInWords(h))
	}
	if len(m.On) > 0 {
		add(AboutOn, Listings[AboutOn]+matched(m.On, "and"))
	}
	if len(m.Not) > 0 {
		add(AboutNot, Listings[AboutNot]+matched(m.Not, "or"))
	}
	if m.Classify != nil {
		add(aboutClasses, "asks "+m.Classify.Name()+" of which class an error is")
	}
	if m.RetryAfter != nil {
		add(aboutDelays, "asks "+m.RetryAfter.Name()+" how long an error asks to wait")
	}
	add(aboutLibraries, sortedInWords(m.Sorters))
	if m.EOFEnds && m.GoesByClass() {
		add(AboutEOF, "takes io.EOF for the end, not for a failure")
	}
	if m.InTx && m.RetriesConflicts() {
		add(AboutConflict, "never retries a conflict, because that ends the transaction")
	}
	if m.ErrorIn != nil {
		add(aboutErrorIn, readInWords(m.ErrorIn))
	}
	if m.Result != nil {
		add(aboutResult, "polls while "+m.Result.Name()+" returns true, which is not a failure")
	}
	return append(rules, rulesOfParams(m)...)
}

// rulesOfParams returns the rules about what a method is given, and about what follows
// when it fails.
func rulesOfParams(m *model.Method) []Rule {
	var rules []Rule
	if len(m.Rewind) > 0 {
		var names []string
		for _, i := range m.Rewind {
			names = append(names, m.Sig.Params().At(i).Name())
		}
		rules = append(rules, Rule{aboutRewind, "rewinds " + Series(names, "and") + " before " + again(m, "each retry")})
	}
	if m.Repeats() || m.Fallback != nil {
		if text := fieldsInWords(m); text != "" {
			rules = append(rules, Rule{aboutFields, text})
		}
	}
	if names := reused(m); len(names) > 0 {
		rules = append(rules, Rule{aboutReuse, "passes the same " + Series(names, "and") + " to " + again(m, "each attempt")})
	}
	if m.Ctx == shape.RequestParam && m.Repeats() {
		text := "makes only one attempt if the request has a body but no GetBody, and repeats one that is not idempotent, such as a POST, only if the server has not processed it"
		if m.On != nil {
			text += " or the error is listed"
		}
		rules = append(rules, Rule{AboutRequest, text})
	}
	if m.Fallback != nil {
		text := "falls back to " + m.Fallback.Fn.Name() + " when the call has failed for good, unless the caller has cancelled"
		if total := m.Policy.Timeout.Total; total > 0 {
			text += "; the limit of " + diag.Short(total) + " does not cover the fallback"
		}
		rules = append(rules, Rule{aboutFallback, text})
	}
	if m.Idempotent {
		rules = append(rules, Rule{aboutKey, "puts the same idempotency key into the context of all attempts"})
	}
	return rules
}

// outlives says that what a method returns goes on after its timeouts, or "".
func outlives(m *model.Method) string {
	switch streams, closes := m.Outlives(); {
	case closes:
		return "lets its result outlive the timeouts until it is closed"
	case streams:
		return "lets its result outlive the timeouts"
	}
	return ""
}

// reused are the parameters that may be passed again, where there is a retry, a copy
// or a fallback to pass them to.
func reused(m *model.Method) []string {
	var names []string
	for _, d := range m.Decisions {
		if d.Concern() != grammar.ConcernReuse || d.By == nil || !m.Repeats() && m.Fallback == nil {
			continue
		}
		for _, word := range d.By.Words {
			names = append(names, word.Text)
		}
	}
	return names
}

// again says what gets a parameter that has been used before.
func again(m *model.Method, each string) string {
	switch {
	case m.Fallback == nil:
		return each
	case m.Repeats():
		return each + " and the fallback"
	default:
		return "the fallback"
	}
}

// attemptsInWords says how often a call is tried, and with which waits.
func attemptsInWords(p policy.Retry) string {
	switch {
	case p.Attempts <= 1:
		return ""
	case p.Attempts == policy.Unlimited:
		return "retries without limit, " + waitsInWords(p)
	default:
		return "makes up to " + strconv.Itoa(p.Attempts) + " attempts, " + waitsInWords(p)
	}
}

// timeoutInWords says how long attempts and calls may take.
func timeoutInWords(t policy.Timeout) string {
	var parts []string
	if t.Attempt > 0 {
		parts = append(parts, "each attempt to "+diag.Short(t.Attempt))
	}
	if t.Total > 0 {
		parts = append(parts, "each call to "+diag.Short(t.Total)+", including waits")
	}
	if parts == nil {
		return ""
	}
	return "limits " + strings.Join(parts, " and ")
}

func shareInWords(b policy.Budget) string {
	return b.Ratio.String() + " of the successes, after a burst of " + strconv.Itoa(b.Burst)
}

// copiesInWords says when a hedged call starts copies of an attempt.
func copiesInWords(h policy.Hedge) string {
	most := max(h.Max, 1)
	after := "after " + diag.Short(h.After)
	if most > 1 {
		after = "after every " + diag.Short(h.After)
	}
	return "starts an extra copy " + after + " without an answer, " + strconv.Itoa(most) + " at most"
}

// bounds says what a limit allows.
func bounds(l policy.Limit) string {
	var parts []string
	if l.Concurrent > 0 {
		parts = append(parts, diag.Count(l.Concurrent, "attempt")+" at a time")
	}
	if l.Rate != (policy.Rate{}) {
		parts = append(parts, l.Rate.String()+" with bursts of "+strconv.Itoa(cmp.Or(l.Burst, l.Rate.Events)))
	}
	text := strings.Join(parts, " and ")
	if l.Wait > 0 {
		return text + ", and waits up to " + diag.Short(l.Wait) + " for its turn"
	}
	return text
}

// matched lists what errors are compared with.
func matched(matchers []model.Matcher, conjunction string) string {
	texts := make([]string, len(matchers))
	for i, m := range matchers {
		texts[i] = m.Word
		switch m.Kind {
		case model.MatchClass:
			texts[i] = classNouns[m.Word]
		case model.MatchFunc:
			texts[i] = "errors accepted by " + m.Word
		}
	}
	return Series(texts, conjunction)
}

// classNouns are what the built-in words of on and not stand for.
var classNouns = map[string]string{
	"transient": "transient errors",
	"unsent":    "errors before anything was sent",
	"timeout":   "timeouts",
	"throttled": "throttled requests",
	"conflict":  "conflicts",
}

// sortedInWords says which libraries' errors a method knows.
func sortedInWords(sorters []*model.Sorter) string {
	if len(sorters) == 0 {
		return ""
	}
	var names []string
	for _, s := range sorters {
		if !slices.Contains(names, s.Library.Name) {
			names = append(names, s.Library.Name)
		}
	}
	return "sorts the errors of " + Series(names, "and")
}

// keyWords is for the calls that have a breaker together.
func keyWords(k *model.BreakerKey) string {
	if k == nil {
		return ""
	}
	if k.Fn != nil {
		return " for each result of " + k.Word
	}
	return " for each " + k.Word
}

// opening says when a breaker opens, and for how long.
func opening(b policy.Breaker) string {
	var causes, shares []string
	if b.Failures > 0 {
		causes = append(causes, "after "+inARow(b.Failures, "failure"))
	}
	if b.Rate > 0 {
		shares = append(shares, "fail")
	}
	if b.SlowRate > 0 {
		shares = append(shares, "take "+diag.Short(b.Slow)+" or longer")
	}
	if len(shares) > 0 {
		causes = append(causes, "when "+ofCalls(b, shares))
	}
	text := "for " + diag.Short(b.Cooldown)
	if b.MaxCooldown > b.Cooldown {
		text += ", doubling up to " + diag.Short(b.MaxCooldown) + ","
	}
	text += " " + strings.Join(causes, ", or ")
	var then []string
	if b.Probes > breaker.DefaultProbes {
		then = append(then, "tries "+diag.Count(b.Probes, "call")+" at a time")
	}
	if b.Successes > breaker.DefaultSuccesses {
		then = append(then, "closes after "+inARow(b.Successes, "success"))
	}
	if len(then) > 0 {
		text += "; then it " + strings.Join(then, " and ")
	}
	return text
}

// ofCalls says which shares of which calls open a breaker, where those calls do what
// verbs say.
func ofCalls(b policy.Breaker, verbs []string) string {
	ratios := []policy.Ratio{b.Rate, b.SlowRate}
	if b.Rate == 0 {
		ratios = ratios[1:]
	}
	calls := fmt.Sprintf("at least %s within %s", diag.Count(b.Min, "call"), diag.Short(b.Window))
	if b.WindowCalls > 0 {
		calls = "the last " + diag.Count(b.WindowCalls, "call")
		if b.Min < b.WindowCalls {
			calls += fmt.Sprintf(" (at least %d)", b.Min)
		}
	}
	text := fmt.Sprintf("%s of %s %s", ratios[0], calls, verbs[0])
	if len(verbs) > 1 {
		text += fmt.Sprintf(" or %s %s", ratios[1], verbs[1])
	}
	return text
}

func inARow(n int, noun string) string {
	if n == 1 {
		return diag.Count(n, noun)
	}
	return diag.Count(n, noun) + " in a row"
}

// Series joins texts as in "a, b and c".
func Series(texts []string, conjunction string) string {
	last := len(texts) - 1
	if last < 1 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:last], ", ") + " " + conjunction + " " + texts[last]
}
