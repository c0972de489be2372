package grammar

import (
	"fmt"
	"strings"
	"time"
)

const referenceIntro = `# Directives

<!-- Written from the table in package grammar by go test ./internal/grammar -update; edit the table. -->

A directive is a comment that says what the generated wrapper does when a call
fails. It stands in the doc comment of an interface, where it is the default for
all methods, or of a method:

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

` + "`//retry:`" + ` is followed by a verb and its arguments, with spaces or tabs between
them. An argument is ` + "`key=value`" + `, without spaces around ` + "`=`" + `, or a bare word where
the verb takes them. There are no quotes. A comment that is spelled nearly so
(` + "`// retry:timeout`" + `, ` + "`//Retry:timeout`" + `) is reported and not passed over.

A verb on a method replaces what the interface says of the same concern as a
whole: with ` + "`timeout attempt=1s total=5s`" + ` on the interface and ` + "`timeout total=2s`" + ` on
the method, the method's attempts have no timeout of their own. All strategy
verbs are one concern, each other verb is its own. ` + "`off`" + ` behind a verb, where
the list below has it, switches the concern off. A method without a strategy
makes one attempt; what else is said of it acts all the same.

What the interface says is skipped, concern by concern, on a method that cannot
honour it (one without a context has no timeout), and the doc comment of the
generated method tells so. Said on the method itself, it is an error.

The context of a method is its first parameter of type ` + "`context.Context`" + `. Where there
is none it is that of the first ` + "`*http.Request`" + `: each attempt gets a request of its own,
with the context of the attempt and, from the second on, a body from ` + "`GetBody`" + `. A call
whose request has a body and no ` + "`GetBody`" + ` makes one attempt.

Everything that is wrong in the directives of a package is reported in one run,
with file, line and column.
`

const referenceValues = `
## Values

| value | written | examples |
|---|---|---|
| count | a whole number from 1 to 1000000 | ` + "`3`" + ` |
| attempts | a count, or ` + "`unlimited`" + `, on a method with a context and with ` + "`budget off`" + ` | ` + "`5`, `unlimited`" + ` |
| duration | numbers with units, as Go's ` + "`time.ParseDuration`" + ` reads them | ` + "`100ms`, `1.5s`, `1m30s`" + ` |
| factor | a number from 1 to 1000 | ` + "`2`, `1.5`" + ` |
| percentage | from ` + "`0%`" + ` to ` + "`100%`" + `, with four decimals at most; kept exactly | ` + "`10%`, `12.5%`" + ` |
| rate | a count and ` + "`/s`, `/m` or `/h`: in a second, a minute or an hour" + ` | ` + "`100/s`, `30/m`" + ` |
`

const referenceBreaker = `
Other libraries count otherwise. ` + "`failures=N`" + ` opens *at* the N-th failure in a row, as
resilience4j and Polly do: with ` + "`failures=5`" + ` the fifth failure opens the breaker,
and the sixth call is refused. Where the breaker opens when the count *exceeds*
its threshold, a threshold of 4 is our ` + "`failures=5`" + `.
`

const referencePolicy = `
## Policies as text

The verbs that are numbers only, the strategies, ` + "`none`, `timeout`, `breaker`," + `
` + "`budget`, `limit` and `hedge`" + `, also make up the text of a ` + "`policy.Policy`" + `, separated by semicolons:

` + "```go" + `
over, err := policy.Parse("exponential attempts=5 base=100ms; timeout total=2s")
` + "```" + `

Laid over another policy it replaces the concerns that it names and leaves the
others alone. The verbs that name Go code need the generator, and are refused.
What the two make together is checked when it is put into force: attempts that can
never start, because the delays before them take the whole of the total timeout, are
refused as they are in a comment.
`

// Delays returns the shortest and the longest delays of a strategy, one for each of
// as many retries.
type Delays func(directive string, retries int) (least, greatest []time.Duration)

// Reference returns docs/directives.md: every verb that acts in this version,
// its keys and its meaning, in Markdown. The delays that it compares are computed
// by the caller: here nobody knows what a directive does.
func Reference(delays Delays) string {
	var b strings.Builder
	b.WriteString(referenceIntro)
	b.WriteString("\n| verb | stands | meaning |\n|---|---|---|\n")
	for _, g := range groups {
		for _, v := range g.verbs() {
			fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s |\n", v.Name, v.Name, v.Place, v.Help)
		}
	}
	b.WriteString(referenceValues)
	for _, g := range groups {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", g.title, g.intro)
		for _, v := range g.verbs() {
			b.WriteString(v.reference())
			if v.Concern == ConcernBreaker {
				b.WriteString(referenceBreaker)
			}
			if v.Name == lastStrategy {
				b.WriteString(referenceDelays(delays))
			}
		}
	}
	b.WriteString(referencePolicy)
	return b.String()
}

// lastStrategy is the one behind which the table of delays stands.
const lastStrategy = "schedule"

// reference returns the section of a verb.
func (v *Verb) reference() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n    //retry:%s\n\n%s\n", v.Name, v.Example, v.Meaning)
	fmt.Fprintf(&b, "\nStands %s.", v.Place)
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

// delayRows are the directives whose delays the reference shows.
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
	b.WriteString("\n### Delays compared\n\nIn milliseconds, with `base=100ms max=2s`; where delays are drawn at random, from the least to the greatest.\n\n| retry")
	for n := range retries {
		fmt.Fprintf(&b, " | %d", n+1)
	}
	b.WriteString(" |\n|---" + strings.Repeat("|---", retries) + "|\n")
	for _, row := range delayRows {
		fmt.Fprintf(&b, "| `%s`", row)
		least, greatest := delays(row+" max=2s", retries)
		for n := range retries {
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
