package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/explain"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/grammar"
)

// A rule finds one kind of advice.
type rule struct {
	code   string
	source string // of the claim; a finding may have its own
	find   func(s *subject) []finding

	// knows reports whether a person has said what the rule needs. Nil: it needs nothing. An
	// allow is only unused if its rule knew enough to find something.
	knows func(q Question) bool
}

// A finding is advice about one method.
type finding struct {
	pos           explain.Position
	reason, write string
	source        string // "": that of the rule
}

// The sources that several rules name.
const (
	buildersLibrary = `M. Brooker, "Timeouts, retries, and backoff with jitter", Amazon Builders' Library, https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/`
	breakerPattern  = `Azure Architecture Center, "Circuit Breaker pattern", https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker`
)

// rules are all kinds of advice.
var rules = []rule{
	{
		code: grammar.AdviceUnsafeRetry, find: (*subject).unsafeRetry,
		source: `M. Featonby, "Making retries safe with idempotent APIs", Amazon Builders' Library, https://aws.amazon.com/builders-library/making-retries-safe-with-idempotent-APIs/`,
	},
	{
		code: grammar.AdviceUnsafeHedge, find: (*subject).unsafeHedge,
		source: `gRPC proposal A6, "gRPC Retry Design", section "Hedging Policy", https://github.com/grpc/proposal/blob/master/A6-client-retries.md`,
	},
	{
		code: grammar.AdviceBlindBreaker, find: (*subject).blindBreaker,
		source: `M. Nygard, "Release It!", 2nd edition, chapter 5, "Timeouts" and "Circuit Breaker"`,
	},
	{code: grammar.AdviceNoTimeout, find: (*subject).noTimeout, source: buildersLibrary},
	{
		code: grammar.AdviceDoubleRetry, find: (*subject).doubleRetry,
		source: `"Site Reliability Engineering", chapter 22, https://sre.google/sre-book/addressing-cascading-failures/`,
	},
	{
		code: grammar.AdviceNoBudget, find: (*subject).noBudget,
		source: `"Site Reliability Engineering", chapter 21, https://sre.google/sre-book/handling-overload/`,
	},
	{
		code: grammar.AdviceLargeBurst, find: (*subject).largeBurst,
		source: `M. Brooker, "Fixing retries with token buckets and circuit breakers", https://brooker.co.za/blog/2022/02/28/retries.html`,
		knows:  func(q Question) bool { return q.Rate > 0 },
	},
	{
		code: grammar.AdviceNoJitter, find: (*subject).noJitter,
		source: `M. Brooker, "Exponential Backoff And Jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/`,
	},
	{
		code: grammar.AdviceShortWindow, find: (*subject).shortWindow,
		source: `Microsoft.Extensions.Http.Resilience, HttpStandardResilienceOptionsCustomValidator, which refuses such options, https://github.com/dotnet/extensions`,
	},
	{
		code: grammar.AdviceFewCalls, find: (*subject).fewCalls,
		source: `resilience4j, "minimumNumberOfCalls", https://resilience4j.readme.io/docs/circuitbreaker`,
		knows:  func(q Question) bool { return q.Rate > 0 },
	},
	{code: grammar.AdviceLongCooldown, find: (*subject).longCooldown, source: breakerPattern,
		knows: func(q Question) bool { return q.Deadline > 0 }},
	{
		code: grammar.AdviceNoLibrary, find: (*subject).noLibrary,
		source: `"Site Reliability Engineering", chapter 22, "Retries", on separating retriable errors from others, https://sre.google/sre-book/addressing-cascading-failures/`,
	},
	{
		code: grammar.AdviceRedundantName, find: (*subject).redundantName,
		source: `retrygen, https://github.com/retrygen/retrygen/blob/main/docs/libraries.md`,
	},
}

// advice returns the advice about a method that no allow silences.
func (s *subject) advice() []Advice {
	var list []Advice
	for _, rule := range rules {
		found := rule.find(s)
		if len(found) == 0 || s.silenced(rule.code) {
			continue
		}
		for _, f := range found {
			list = append(list, Advice{
				Code: rule.code, Pos: f.pos, Methods: []string{s.m.Fn.Name()}, Reason: f.reason, Source: cmp.Or(f.source, rule.source), Write: f.write,
			})
		}
	}
	return list
}

// silenced reports whether an allow of the method or of the interface silences a code.
func (s *subject) silenced(code string) bool {
	silenced := false
	for _, d := range slices.Concat(s.m.Allows, s.w.Allows) {
		if allowed, _ := d.Allowed(); allowed == code {
			s.used[d] = true
			silenced = true
		}
	}
	return silenced
}

// unusedAllows adds advice about allows that silence nothing.
func (r *reviewer) unusedAllows(review *Review) {
	reported := make(map[*model.Directive]bool)
	for i := range review.Interfaces {
		iface := &review.Interfaces[i]
		for _, w := range r.wrappers {
			if w.Iface.Name() != iface.Name || w.Path != iface.File {
				continue
			}
			for _, d := range w.Allows {
				r.unusedAllow(iface, w, d, nil, reported)
			}
			for _, m := range w.Methods {
				for _, d := range m.Allows {
					r.unusedAllow(iface, w, d, []string{m.Fn.Name()}, reported)
				}
			}
		}
	}
}

func (r *reviewer) unusedAllow(iface *Interface, w *model.Wrapper, d *model.Directive, methods []string, reported map[*model.Directive]bool) {
	code, _ := d.Allowed()
	at := slices.IndexFunc(rules, func(rule rule) bool { return rule.code == code })
	if r.used[d] || reported[d] || rules[at].knows != nil && !rules[at].knows(r.q) {
		return
	}
	reported[d] = true
	iface.Advice = append(iface.Advice, Advice{
		Code: grammar.AdviceUnusedAllow, Pos: w.Pkg.Fset.Position(d.Pos), Methods: methods,
		Reason: "The directive allow " + code + " silences nothing.", Source: "retrygen, docs/review.md", Write: "Remove it.",
	})
}

// at returns the place of what is in force for a concern: the directive, or a key of it, or
// else the method.
func (s *subject) at(concern grammar.Concern, key string) explain.Position {
	for _, d := range s.m.Decisions {
		switch {
		case d.Concern() != concern || d.Skipped != "":
		case d.Over != nil:
			return d.At
		case d.By != nil && key != "":
			return s.w.Pkg.Fset.Position(d.By.KeyAt(key))
		case d.By != nil:
			return s.w.Pkg.Fset.Position(d.By.Said())
		}
	}
	return s.atMethod()
}

// atAny returns the place of the first concern that is in force, or else the method.
func (s *subject) atAny(concerns ...grammar.Concern) explain.Position {
	for _, c := range concerns {
		if pos := s.at(c, ""); pos != s.atMethod() {
			return pos
		}
	}
	return s.atMethod()
}

func (s *subject) atMethod() explain.Position { return s.w.Pkg.Fset.Position(s.m.Pos) }

// found returns one finding. Reasons are texts that follow each other.
func found(pos explain.Position, write string, reasons ...string) []finding {
	return []finding{{pos: pos, reason: strings.Join(reasons, " "), write: write}}
}

// directive writes a directive as code in Markdown, as all texts of advice write code.
func directive(format string, args ...any) string {
	return code(model.Prefix + fmt.Sprintf(format, args...))
}

func code(text string) string { return "`" + text + "`" }
