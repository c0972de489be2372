package main

import (
	"fmt"
	"math"

	"github.com/retrygen/retrygen/gen"
)

// outageFact says what happens while the dependency is down.
func outageFact(o gen.Outage) fact {
	f := fact{"fails", "each attempt after " + brief(o.Takes)}
	if o.Takes == 0 {
		f.text = "each attempt at once"
	}
	if o.Hangs {
		f = fact{"hangs", "each attempt for " + brief(o.Takes)}
	}
	its := "the breaker of a process"
	if o.Keyed {
		its = "the breaker of a key that all calls have"
	}
	switch {
	case !o.Breaker:
		f.text += "; no breaker refuses calls"
	case o.Never && o.Min > 0:
		f.text += fmt.Sprintf("; %s does not open, because its window holds %s of the %d attempts that min asks for", its, number(o.InWindow), o.Min)
	case o.Never:
		f.text += "; " + its + " does not open"
	default:
		f.text += "; " + its + " opens "
		if o.FirstAlone {
			f.text += "at the latest "
		}
		f.text += fmt.Sprintf("%s and %s later", roughly(o.Opens.Seconds()), about(o.Calls, "call"))
		if o.Refused > 0 {
			f.text += ", and then refuses " + percent(o.Refused) + " of the calls"
		}
	}
	if o.Hangs {
		f.text += "; " + underWay(o)
	}
	if o.Budget && (!o.Breaker || o.Never) {
		f.text += "; the budget bounds the retries after " + roughly(o.BudgetLasts.Seconds())
	}
	return f
}

// underWay says how many calls hang at once.
func underWay(o gen.Outage) string {
	guarded := o.Breaker && !o.Never && o.Guarded < o.InFlight-0.5
	var text string
	switch {
	case guarded && math.IsInf(o.InFlight, 1):
		text = about(o.Guarded, "call") + " at once in each process by then"
	case guarded:
		text = about(o.Guarded, "call") + " at once in each process by then, instead of " + number(math.Ceil(o.InFlight))
	case math.IsInf(o.InFlight, 1):
		return "calls do not end, so more and more are under way"
	default:
		text = about(o.InFlight, "call") + " at once in each process"
	}
	if o.Concurrently > 0 && float64(o.Concurrently) < o.InFlight {
		text += fmt.Sprintf(", and the limit lets %d make an attempt", o.Concurrently)
	}
	return text
}
