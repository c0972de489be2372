package retrypage

import (
	"fmt"
	"slices"
	"time"

	"github.com/retrygen/retrygen/breaker"
	"github.com/retrygen/retrygen/policy"
	retry "github.com/retrygen/retrygen/runtime"
)

// breakersOf returns the breakers of a group: the one that methods share, then those that
// single methods have of their own.
func breakersOf(s retry.GroupSnapshot) []breakerView {
	var list []breakerView
	seen := make(drawn)
	add := func(b *breaker.Snapshot, keys *breaker.KeyedSnapshot, method string) {
		if keys != nil {
			if isFirst(seen, keys) {
				v := breakerOf(keys.Rest, keys, method, policyOf(s, b, keys), modeBy(s, keys.Rest.Mode))
				v.keyedMethod = keyedMethod(s, keys)
				list = append(list, v)
			}
		} else if isFirst(seen, b) {
			list = append(list, breakerOf(*b, nil, method, policyOf(s, b, nil), modeBy(s, b.Mode)))
		}
	}
	if isOfAMethod(s, s.Breaker) {
		add(s.Breaker, nil, "") // the breakers of keys are those of a method beside it
	} else {
		add(s.Breaker, s.Keys, "") // the breaker is their Rest
	}
	for _, m := range s.Methods {
		add(m.Breaker, m.Keys, m.Method)
	}
	return list
}

// isOfAMethod reports whether calls without a key are under a breaker.
func isOfAMethod(s retry.GroupSnapshot, b *breaker.Snapshot) bool {
	return slices.ContainsFunc(s.Methods, func(m retry.MethodSnapshot) bool { return b != nil && m.Breaker == b })
}

// drawn are the guards that a list has, by the pointers to their snapshots. Two of them may
// have equal names.
type drawn map[any]bool

// isFirst reports whether there is a guard that is not in the list, and notes it.
func isFirst[S any](list drawn, snapshot *S) bool {
	if snapshot == nil || list[snapshot] {
		return false
	}
	list[snapshot] = true
	return true
}

// policyOf returns the settings of a breaker, or of the breakers of keys.
func policyOf(s retry.GroupSnapshot, b *breaker.Snapshot, keys *breaker.KeyedSnapshot) policy.Breaker {
	for _, m := range s.Methods {
		if keys != nil && m.Keys == keys || keys == nil && m.Breaker == b {
			return m.Policy.Breaker
		}
	}
	for _, m := range s.Methods { // no method is under it now
		if b := m.Declared.Breaker; b != (policy.Breaker{}) && !b.Off {
			return b
		}
	}
	return policy.Breaker{}
}

func breakerOf(s breaker.Snapshot, keys *breaker.KeyedSnapshot, method string, p policy.Breaker, modeBy string) breakerView {
	v := breakerView{
		Name: s.Name, Method: method, State: s.State, Mode: s.Mode, ModeBy: modeBy, Forced: s.Forced, Source: sourceOf(s), Pressure: s.Pressure, Changed: s.Changed, NextProbe: span(s.RetryAfter),
		Failures: s.Failures, Calls: s.Calls, Slow: s.Slow, Openings: s.Openings, Probes: s.Probes, Successes: s.Successes, Refused: s.Refused,
		Opens: opensWhen(p),
	}
	if keys != nil && !s.Forced {
		v.Keys = &keysView{
			Keys: keys.Keys, Open: keys.Open + keys.ForcedOpen, HalfOpen: keys.HalfOpen, Closed: keys.Closed + keys.ForcedClosed,
			Forced: keys.ForcedOpen + keys.ForcedClosed,
		}
	}
	v.Level, v.Word, v.Text = v.judge()
	v.measure(p)
	return v
}

// judge says how a breaker is: how bad, in a word or two, and in a sentence.
func (v *breakerView) judge() (level, string, string) {
	switch {
	case v.Mode == breaker.Off:
		return warn, "switched off", "it counts nothing and refuses nothing." + v.modeWords()
	case v.Mode == breaker.WatchOnly && v.State == breaker.Open:
		return warn, "open, watch only", "it would refuse calls, but it only watches." + v.modeWords()
	case v.Source == remoteForced && v.State == breaker.Open:
		return bad, "forced open", "the operator of the fleet refuses every call."
	case v.Source == remoteForced:
		return warn, "forced closed", "the operator of the fleet admits every call, whatever fails."
	case v.Forced && v.State == breaker.Open:
		return bad, "forced open", "every call is refused until somebody resets it."
	case v.Forced:
		return warn, "forced closed", "every call is admitted, whatever fails, until somebody resets it."
	case v.Source == remote && v.State == breaker.Open:
		return bad, "open", "other processes of the fleet say that the dependency fails, so calls are refused at once. " + v.nextProbe()
	case v.State == breaker.Open:
		return bad, "open", "calls are refused at once. " + v.nextProbe()
	case v.State == breaker.HalfOpen:
		if v.Probes == 0 {
			return warn, "half-open", "the next call is a probe."
		}
		return warn, "half-open", fmt.Sprintf("%s under way; other calls are refused.", count(v.Probes, "probe is", "probes are"))
	case v.Keys != nil && v.Keys.Open+v.Keys.HalfOpen > 0:
		text := fmt.Sprintf("%s refused, and %s.", count(v.Keys.Open, "key is", "keys are"), count(v.Keys.HalfOpen, "is half-open", "are half-open"))
		if v.Keys.Forced > 0 {
			text += fmt.Sprintf(" Somebody has forced %s.", count(v.Keys.Forced, "key", "keys"))
		}
		return warn, "open for some keys", text
	case v.Keys != nil && v.Keys.Forced > 0:
		return warn, "forced for some keys", fmt.Sprintf("somebody has forced %s closed.", count(v.Keys.Forced, "key", "keys"))
	case v.Mode == breaker.WatchOnly:
		return note, "watch only", "it counts, but it refuses nothing." + v.modeWords()
	}
	return fine, "closed", ""
}

func (v *breakerView) modeWords() string {
	if v.ModeBy == retry.LayerFleet {
		return " The operator of the fleet has set that."
	}
	return ""
}

func (v *breakerView) nextProbe() string {
	text := "The next call is a probe."
	if v.NextProbe > 0 {
		text = fmt.Sprintf("Next probe in %v.", inSeconds(time.Duration(v.NextProbe)))
	}
	if v.Openings > 1 {
		text += fmt.Sprintf(" It has opened %d times in a row.", v.Openings)
	}
	return text
}

// measure says how far a breaker is from opening. Only a closed one counts.
func (v *breakerView) measure(p policy.Breaker) {
	if v.State != breaker.Closed || v.Forced || v.Keys != nil || v.Mode == breaker.Off {
		return
	}
	switch {
	case p.Rate > 0:
		v.Measure = fmt.Sprintf("%s of %d calls failed", percent(v.Failures, v.Calls), v.Calls)
	case v.Failures == 0:
		v.Measure = "no failure since the last success"
	default:
		v.Measure = fmt.Sprintf("%d of %d failures in a row", v.Failures, failuresOf(p))
	}
	if p.SlowRate > 0 {
		v.Measure += fmt.Sprintf(", %s slow", percent(v.Slow, v.Calls))
	}
	v.Share = meterOf(v.Pressure, 1)
	if v.Share >= 50 && v.Failures+v.Slow > 1 {
		v.Level = max(v.Level, warn)
		v.Text = fmt.Sprintf("it is %d%% of the way to opening: %s.", v.Share, v.Measure)
	}
}

func percent(part, whole int) string {
	if whole <= 0 {
		return "0%"
	}
	return fmt.Sprintf("%d%%", (100*part+whole/2)/whole)
}

// count returns a number with the words that go with it.
func count[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// inSeconds rounds up, so that a countdown ends with 1s.
func inSeconds(d time.Duration) time.Duration {
	return (d + time.Second - 1).Truncate(time.Second)
}
