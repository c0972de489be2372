package render

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// outlives says in words how long what a method returns goes on, or "".
func outlives(m *model.Method) string {
	var closed, loose bool
	for _, k := range m.Keeps() {
		switch k {
		case shape.KeepReader, shape.KeepResponse, shape.KeepField, shape.KeepInterface:
			closed = true
		case shape.KeepLoose, shape.KeepUntilCollected:
			loose = true
		case shape.KeepNothing:
		}
	}
	switch {
	case closed && !loose:
		return "what it returns goes on after that, until it is closed"
	case closed || loose:
		return "what it returns goes on after that"
	}
	return ""
}

// wrapperDoc is the doc comment of the wrapper, in lines.
func wrapperDoc(w *model.Wrapper) []string {
	name := w.Iface.Name()
	return []string{
		fmt.Sprintf("%s is %s %s that calls another one", w.Name, diag.Article(name), name),
		fmt.Sprintf("as the directives of %s say. It is safe for concurrent use where the", name),
		"wrapped one is.",
	}
}

// methodDoc is the doc comment of a method: what is in force, a line for each concern.
func methodDoc(m *model.Method, w *model.Wrapper) []string {
	name := m.Fn.Name()
	rules := rules(m, w)
	if len(rules) == 0 {
		return []string{name + " passes straight through."}
	}
	lines := []string{name + " calls the wrapped " + name + "."}
	if !m.Acts {
		lines[0] = name + " passes straight through."
	}
	lines = append(lines, "")
	for _, rule := range rules {
		lines = append(lines, "  - "+rule)
	}
	return lines
}

func rules(m *model.Method, w *model.Wrapper) []string {
	var rules []string
	add := func(format string, args ...any) { rules = append(rules, fmt.Sprintf(format, args...)) }
	if p := m.Policy.Retry; p.Attempts == policy.Unlimited {
		add("attempts without limit; waits of %s", delays(p))
	} else if p.Attempts > 1 {
		add("up to %d attempts; waits of %s", p.Attempts, delays(p))
	}
	if t := m.Policy.Timeout; t.Attempt > 0 {
		add("an attempt takes at most %s", diag.Short(t.Attempt))
	}
	if t := m.Policy.Timeout; t.Total > 0 && m.Fallback != nil {
		add("the call takes at most %s, waits included and the fallback not", diag.Short(t.Total))
	} else if t.Total > 0 {
		add("the call takes at most %s, waits included", diag.Short(t.Total))
	}
	if text := outlives(m); text != "" && m.Policy.Timeout != (policy.Timeout{}) {
		add("%s", text)
	}
	switch {
	case m.Breaker:
		add("a breaker%s, shared by the methods, opens %s", keyWords(m.Key), opening(w.Shared.Breaker))
	case m.Policy.Breaker != (policy.Breaker{}):
		add("a breaker of its own%s opens %s", keyWords(m.Key), opening(m.Policy.Breaker))
	}
	if b := m.Policy.Budget; b != (policy.Budget{}) {
		add("a budget of its own bounds retries to %s of the successes, after a burst of %d", b.Ratio, b.Burst)
	} else if m.Budget {
		add("a shared budget bounds retries to %s of the successes, after a burst of %d", w.Shared.Budget.Ratio, w.Shared.Budget.Burst)
	}
	if l := m.Policy.Limit; l != (policy.Limit{}) {
		add("a limit of its own: %s", bounds(l))
	} else if m.Limit {
		add("a shared limit: %s", bounds(w.Shared.Limit))
	}
	if h := m.Policy.Hedge; h != (policy.Hedge{}) {
		add("a copy is started beside an attempt without an answer after %s, %s at most", diag.Short(h.After), diag.Count(h.Max, "time"))
	}
	if len(m.On) > 0 {
		add("retried only: %s", words(m.On))
	}
	if len(m.Not) > 0 {
		add("never retried: %s", words(m.Not))
	}
	if m.Result != nil {
		add("retried too, as no failure, while %s says so of the results", m.Result.Name())
	}
	for _, i := range m.Rewind {
		add("%s goes back to where it stood before %s", m.Sig.Params().At(i).Name(), again(m, "each retry"))
	}
	if reused := reused(m); len(reused) > 0 {
		add("handed to %s as it is: %s", again(m, "each attempt"), strings.Join(reused, ", "))
	}
	if m.Ctx == shape.RequestParam && m.Repeats() {
		add("a request with a body and no GetBody makes one attempt")
	}
	if m.Fallback != nil {
		add("when it has failed for good, and the caller has not cancelled: %s", m.Fallback.Fn.Name())
	}
	if m.Idempotent {
		add("all attempts carry the same idempotency key in the context")
	}
	for _, d := range m.Decisions {
		if d.Skipped != "" {
			add("not in force, though the interface says so: %s: %s", d.By.Verb.Name, d.Skipped)
		}
	}
	return rules
}

// reused are the parameters that may be handed over again, where there is a retry, a
// copy or a fallback to hand them to.
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

// again says what a parameter is handed to when it has been used before.
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

// bounds says what a limit allows.
func bounds(l policy.Limit) string {
	var parts []string
	if l.Concurrent > 0 {
		parts = append(parts, diag.Count(l.Concurrent, "attempt")+" at a time")
	}
	if l.Rate != (policy.Rate{}) {
		parts = append(parts, l.Rate.String()+" with "+strconv.Itoa(cmp.Or(l.Burst, l.Rate.Events))+" at once")
	}
	text := strings.Join(parts, ", ")
	if l.Wait > 0 {
		return text + ", after a wait of " + diag.Short(l.Wait) + " at most"
	}
	return text
}

func words(list []model.Matcher) string {
	texts := make([]string, len(list))
	for i, m := range list {
		texts[i] = m.Word
	}
	return strings.Join(texts, ", ")
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
		causes = append(causes, "at "+diag.Count(b.Failures, "failure")+" in a row")
	}
	if b.Rate > 0 {
		shares = append(shares, b.Rate.String()+" fail")
	}
	if b.SlowRate > 0 {
		shares = append(shares, b.SlowRate.String()+" take "+diag.Short(b.Slow)+" or longer")
	}
	if len(shares) > 0 {
		causes = append(causes, "when of "+lookingBack(b)+" "+strings.Join(shares, " or "))
	}
	text := strings.Join(causes, ", or ") + ", for " + diag.Short(b.Cooldown)
	if b.MaxCooldown > b.Cooldown {
		text += ", doubling up to " + diag.Short(b.MaxCooldown)
	}
	if b.Probes > breaker.DefaultProbes {
		text += ", then lets " + diag.Count(b.Probes, "call") + " through at a time"
	}
	if b.Successes > breaker.DefaultSuccesses {
		text += ", and closes after " + strconv.Itoa(b.Successes) + " successes in a row"
	}
	return text
}

// lookingBack says which calls the shares of a breaker are of.
func lookingBack(b policy.Breaker) string {
	if b.WindowCalls > 0 {
		return fmt.Sprintf("the last %s, %d at least,", diag.Count(b.WindowCalls, "call"), b.Min)
	}
	return fmt.Sprintf("at least %s in %s", diag.Count(b.Min, "call"), diag.Short(b.Window))
}

// delays lists the waits of a policy, those of a jittered strategy as ranges. What
// repeats at the end is said once.
func delays(p policy.Retry) string {
	const most = 6
	var list []string
	var low, high time.Duration
	for n := 1; n < p.Attempts && n <= most; n++ {
		low = p.Strategy.Delay(n, low, 0)
		high = model.BoundOf(p.Strategy, n, high)
		text := diag.Short(low)
		if high > low {
			text += " to " + diag.Short(high)
		}
		list = append(list, text)
	}
	more := p.Attempts-1 > most
	for !more && len(list) > 1 && list[len(list)-1] == list[len(list)-2] {
		list = list[:len(list)-1]
	}
	text := strings.Join(list, ", ")
	if more {
		text += ", and so on"
	}
	return text
}
