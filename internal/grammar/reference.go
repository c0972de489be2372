package grammar

import (
	"fmt"
	"strings"
	"time"
)

const referenceIntro = `# Directives

<!-- Written from the table in package grammar by go test ./internal/grammar -update; edit the table. -->

A directive is a comment that says what the generated wrapper does when a call
fails. It stands in the doc comment of an interface or of a method. On an
interface, it is the default for all methods:

` + "```go" + `
// PaymentClient moves money.
//
//retry:exponential-jitter attempts=4 base=100ms max=2s
//retry:timeout attempt=1s total=5s
//retry:breaker failures=5 cooldown=30s
type PaymentClient interface {
	// Charge takes the payment.
	//
	//retry:idempotency-key
	//retry:not ErrDeclined
	Charge(ctx context.Context, req *ChargeRequest) (*Receipt, error)

	//retry:linear attempts=3 base=50ms
	Balance(ctx context.Context, account string) (Money, error)

	//retry:none
	Close() error
}
` + "```" + `

A verb and its arguments follow ` + "`//retry:`" + `, separated by spaces or tabs. An argument
is ` + "`key=value`" + `, without spaces around ` + "`=`" + `. Some verbs also take bare words. There
are no quotes. retrygen reports comments that look like a directive but are not one,
such as ` + "`// retry:timeout`" + ` or ` + "`//Retry:timeout`" + `.

A verb on a method replaces what the interface says about the same concern, as a
whole. With ` + "`timeout attempt=1s total=5s`" + ` on the interface and ` + "`timeout total=2s`" + ` on
the method, the method's attempts have no limit of their own. All strategy verbs
share one concern; each other verb has its own. ` + "`off`" + ` after a verb switches the
concern off, for the verbs that allow it below. A method without a strategy makes
one attempt, and its other directives still apply.

A method may be unable to do what its interface says: without a context it has no
timeout. retrygen then skips that concern for the method, and the doc comment of the
generated method says so. On the method itself, such a directive is an error.

The context of a method is its first parameter of type ` + "`context.Context`" + `. Without one, it
is the context of the first ` + "`*http.Request`" + `. Each attempt then gets its own request, with
the context of the attempt and, from the second attempt on, a body from ` + "`GetBody`" + `. A
call whose request has a body but no ` + "`GetBody`" + ` makes one attempt. A request that is
not idempotent, such as a POST, is sent again only if the server has not processed it, if it
has an idempotency key, or after an error that ` + "`on`" + ` lists.

One run reports all errors in the directives of a package, with file, line and column.
`

const referenceValues = `
## Values

| value | written | examples |
|---|---|---|
| count | a whole number from 1 to 1000000 | ` + "`3`" + ` |
| attempts | a count, or ` + "`unlimited`" + `, which needs a context and ` + "`budget off`" + ` | ` + "`5`, `unlimited`" + ` |
| duration | numbers with units, as Go's ` + "`time.ParseDuration`" + ` reads them | ` + "`100ms`, `1.5s`, `1m30s`" + ` |
| factor | a number from 1 to 1000 | ` + "`2`, `1.5`" + ` |
| percentage | from ` + "`0%`" + ` to ` + "`100%`" + `, with at most four decimals; kept exactly | ` + "`10%`, `12.5%`" + ` |
| rate | a count per second, minute or hour: ` + "`/s`, `/m` or `/h`" + ` | ` + "`100/s`, `30/m`" + ` |
`

const referenceBreaker = `
Libraries count in two ways. ` + "`failures=N`" + ` opens the breaker *at* the N-th consecutive
failure, as resilience4j and Polly do: with ` + "`failures=5`" + `, the fifth failure opens it,
and it refuses the sixth attempt. In a library whose breaker opens when the count
*exceeds* a threshold, the same setting is a threshold of 4.
`

const referencePolicy = `
## Policies as text

The verbs that take numbers are the strategies and %s.
Separated by semicolons, such directives are also the text of a ` + "`policy.Policy`" + `:

` + "```go" + `
over, err := policy.Parse("exponential attempts=5 base=100ms; timeout total=2s")
` + "```" + `

Verbs that name Go code need the generator, so a policy cannot have them.

## Overrides

A running program takes changes in the same grammar: ` + "`retry.ParseOverrides`, `retry.EnvOverrides` and `Group.SetPolicy`" + `.
There, a directive changes only the keys that it names:

` + "```text" + `
# while the bank is slow
PaymentClient: attempts=2; timeout total=10s
PaymentClient.Balance: breaker cooldown=1m
` + "```" + `

| written | what it does |
|---|---|
| ` + "`attempts=6`" + ` | keys without a verb change the strategy in force; it is an error if there is none, or if it does not have the key |
| ` + "`exponential attempts=6`" + ` | another strategy keeps the keys that both have, such as ` + "`base` and `max`" + ` |
| ` + "`timeout total=10s`" + ` | keeps ` + "`attempt`" + `; where that is longer, it becomes 10s |
| ` + "`timeout attempt=20s`" + ` | is an error if the ` + "`total`" + ` in force is shorter |
| ` + "`timeout attempt=off`" + ` | takes a key back that has no default |
| ` + "`breaker rate=50%%`" + ` | takes the place of ` + "`failures`, as `failures` does of `rate`" + ` |
| ` + "`breaker cooldown=1m`" + ` | where no breaker is in force, the other keys have their defaults |
| ` + "`breaker off`" + ` | switches the breaker off; a later ` + "`breaker`" + ` switches it on again with the keys that it had |
| ` + "`none`" + ` | switches everything off |

The line of a method goes over that of its interface. So does ` + "`RETRY_PAYMENTCLIENT_CHARGE`" + ` over
` + "`RETRY_PAYMENTCLIENT`" + `. What is for an interface leaves out what a method cannot have, and what
its source does not give it or switches off: it adds no retries to a method that makes one attempt,
and no breaker, budget, limit or hedge. It adds a timeout to each method with a context. A line
of the method itself can do more.

The combined policy is checked before it takes effect. As in a comment, it is an error if
an attempt can never start because the delays before it use up the total timeout.
` + "`retrygen explain -overrides FILE`" + ` and ` + "`retrygen explain -env RETRY_`" + ` check all of that against the source.
`

// Delays returns the shortest and the longest delay of a strategy before each of the
// first retries.
type Delays func(directive string, retries int) (least, greatest []time.Duration)

// Reference returns docs/directives.md: all verbs, their keys and their meaning, in
// Markdown. The caller computes the delays that it compares, because this package does
// not know what a directive does.
func Reference(delays Delays) string {
	var b strings.Builder
	b.WriteString(referenceIntro)
	b.WriteString("\n| verb | place | meaning |\n|---|---|---|\n")
	for _, g := range groups {
		for _, v := range g.verbs {
			fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s |\n", v.Name, v.Name, v.Place, v.Help)
		}
	}
	b.WriteString(referenceValues)
	for _, g := range groups {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", g.title, g.intro)
		for _, v := range g.verbs {
			b.WriteString(v.reference())
			if v.Concern == ConcernBreaker {
				b.WriteString(referenceBreaker)
			}
			if v.Name == lastStrategy {
				b.WriteString(referenceDelays(delays))
			}
		}
	}
	fmt.Fprintf(&b, referencePolicy, strings.Join(numericVerbs(), ", "))
	return b.String()
}

// lastStrategy is the verb after which the table of delays stands.
const lastStrategy = "schedule"

// numericVerbs returns the verbs with numbers that are not strategies.
func numericVerbs() []string {
	var names []string
	for v := range Verbs() {
		if v.Numeric && v.Concern != ConcernStrategy {
			names = append(names, "`"+v.Name+"`")
		}
	}
	return names
}

// reference returns the section on a verb.
func (v *Verb) reference() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n    //retry:%s\n\n%s\n", v.Name, v.Example, v.Meaning)
	fmt.Fprintf(&b, "\nIt stands %s.", v.Place)
	if v.Off {
		fmt.Fprintf(&b, " `%s off` switches it off.", v.Name)
	}
	b.WriteString("\n")
	if len(v.Keys) == 0 {
		return b.String()
	}
	b.WriteString("\n| key | default | range | meaning |\n|---|---|---|---|\n")
	for _, k := range v.Keys {
		def := "-"
		if k.Default != "" {
			def = "`" + k.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", k.Name, def, k.takes(), k.Help)
	}
	return b.String()
}

// delayRows are the directives whose delays the reference compares.
var delayRows = []string{
	"simple delay=100ms",
	"linear",
	"incremental step=200ms",
	"exponential",
	"randomized-exponential",
	"linear-jitter",
	"exponential-jitter jitter=full",
	"exponential-jitter jitter=equal",
	"exponential-jitter jitter=decorrelated",
	"fibonacci",
}

// referenceDelays returns the table of delays.
func referenceDelays(delays Delays) string {
	const retries = 6
	var b strings.Builder
	b.WriteString("\n### Delays compared\n\nIn milliseconds, with `base=100ms max=2s`. Random delays are shown as the shortest and the longest.\n\n| retry")
	for n := range retries {
		fmt.Fprintf(&b, " | %d", n+1)
	}
	b.WriteString(" |\n|---" + strings.Repeat("|---", retries) + "|\n")
	for _, row := range delayRows {
		fmt.Fprintf(&b, "| `%s`", row)
		least, greatest := delays(row+" max=2s", retries)
		for n := range least {
			fmt.Fprintf(&b, " | %s", milliseconds(least[n], greatest[n]))
		}
		b.WriteString(" |\n")
	}
	return b.String()
}

func milliseconds(least, greatest time.Duration) string {
	a, b := least.Round(time.Millisecond).Milliseconds(), greatest.Round(time.Millisecond).Milliseconds()
	if a == b {
		return fmt.Sprint(a)
	}
	return fmt.Sprintf("%d-%d", a, b)
}
