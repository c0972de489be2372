package retrypage

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// A concern is a part of a policy.
type concern struct {
	Name     string `json:"name"`
	Text     string `json:"text"`               // in the grammar of the comments
	Override bool   `json:"override,omitempty"` // it is not as the source says
	Source   string `json:"source,omitempty"`   // what the source says then; empty: nothing
	By       string `json:"by,omitempty"`       // the layer that has changed it: retry.LayerOverride, LayerFleet or LayerLocal
}

// Tag says on the page which layer has changed the concern.
func (c concern) Tag() string {
	switch c.By {
	case retry.LayerLocal:
		return "set while running"
	case retry.LayerFleet:
		return "fleet"
	}
	return "override"
}

// gone is the text of a part that the source says and that is not in force.
const gone = "not in force"

// concernsOf returns the parts of the policy in force, and compares them with those that the
// source declares. The layers say who has changed them, the lowest first.
func concernsOf(declared, inForce policy.Policy, layers []retry.PolicyLayer) []concern {
	by := make(map[string]string)
	for _, l := range layers {
		for _, name := range l.Concerns {
			by[name] = l.Name
		}
	}
	source := make(map[string]string)
	var left []string // of the source, in its order
	for name, p := range declared.Concerns() {
		source[name] = p.String()
		left = append(left, name)
	}
	var list []concern
	for name, p := range inForce.Concerns() {
		c := concern{Name: name, Text: p.String()}
		if c.Text != source[name] {
			c.Override, c.Source, c.By = true, source[name], by[name]
		}
		delete(source, name)
		list = append(list, c)
	}
	for _, name := range left {
		if text, ok := source[name]; ok {
			list = append(list, concern{Name: name, Text: gone, Override: true, Source: text, By: by[name]})
		}
	}
	return list
}

func anyOverride(list []concern) bool {
	for _, c := range list {
		if c.Override {
			return true
		}
	}
	return false
}

// mostWaits is how many waits a sentence lists.
const mostWaits = 6

// inWords says what a policy does to a call: how often it is tried, how long it waits, and
// how long it can take.
func inWords(p policy.Policy) []string {
	var words []string
	switch n := p.Retry.Attempts; {
	case n <= 1:
		words = append(words, "1 attempt: nothing is retried")
	case n == policy.Unlimited:
		words = append(words, "attempts without end, with waits of "+waits(p.Retry, mostWaits+1))
	default:
		words = append(words, fmt.Sprintf("up to %d attempts, with waits of %s", n, waits(p.Retry, n-1)))
	}
	switch t := p.Timeout; {
	case t.Off || t == policy.Timeout{}:
		words = append(words, "no timeout: only the caller's context ends a call")
	case t.Total > 0 && t.Attempt > 0:
		words = append(words, fmt.Sprintf("an attempt takes at most %v, a call %v", t.Attempt, t.Total))
	case t.Total > 0:
		words = append(words, fmt.Sprintf("a call takes at most %v", t.Total))
	default:
		words = append(words, fmt.Sprintf("an attempt takes at most %v", t.Attempt))
	}
	if p.Breaker.Off || p.Breaker == (policy.Breaker{}) {
		words = append(words, "no breaker")
	} else {
		words = append(words, "the breaker opens "+opensWhen(p.Breaker))
	}
	if attempt, waited := p.NeverStarts(); attempt > 0 {
		words = append(words, fmt.Sprintf("attempt %d never starts: the waits before it take %v", attempt, waited))
	}
	return words
}

// waits lists the ranges of the first waits.
func waits(r policy.Retry, retries int) string {
	if r.Strategy == nil {
		return "0s"
	}
	var list []string
	var least, most time.Duration
	for n := 1; n <= retries && n <= mostWaits; n++ {
		least = r.Strategy.Delay(n, least, 0)
		most = r.Strategy.Delay(n, most, 1)
		if round(least) == round(most) {
			list = append(list, round(most).String())
		} else {
			list = append(list, fmt.Sprintf("%v–%v", round(least), round(most)))
		}
	}
	if retries > mostWaits {
		list = append(list, "…")
	}
	return strings.Join(list, ", ")
}

// opensWhen says what opens a breaker, and for how long.
func opensWhen(b policy.Breaker) string {
	var when []string
	if b.Rate == 0 {
		when = append(when, fmt.Sprintf("after %d failures in a row", failuresOf(b)))
	} else {
		when = append(when, fmt.Sprintf("at %v failures", b.Rate))
	}
	if b.SlowRate > 0 {
		when = append(when, fmt.Sprintf("at %v slow calls (%v or more)", b.SlowRate, b.Slow))
	}
	text := strings.Join(when, ", or ")
	switch {
	case b.Rate == 0 && b.SlowRate == 0:
	case b.WindowCalls > 0:
		text += fmt.Sprintf(" of the last %d", b.WindowCalls)
	default:
		text += fmt.Sprintf(" of at least %d within %v", leastOf(b), cmp.Or(b.Window, breaker.DefaultWindow))
	}
	return fmt.Sprintf("%s, for %v", text, cmp.Or(b.Cooldown, breaker.DefaultCooldown))
}

func failuresOf(b policy.Breaker) int { return cmp.Or(b.Failures, breaker.DefaultFailures) }

// leastOf returns how many calls the window must hold before a share counts.
func leastOf(b policy.Breaker) int { return cmp.Or(b.Min, breaker.DefaultMin) }

// round drops what nobody reads.
func round(d time.Duration) time.Duration {
	switch {
	case d >= 10*time.Second:
		return d.Round(time.Second)
	case d >= time.Second:
		return d.Round(100 * time.Millisecond)
	case d >= time.Millisecond:
		return d.Round(time.Millisecond)
	}
	return d.Round(time.Microsecond)
}
