package grammar

import "strings"

// Advice is a kind of advice that "retrygen review" gives and the verb allow silences.
type Advice struct {
	Code string
	Help string // what it is about, to follow "| CODE |" in the reference
}

// The codes of advice.
const (
	AdviceShortWindow   = "short-window"
	AdviceNoTimeout     = "no-timeout"
	AdviceBlindBreaker  = "blind-breaker"
	AdviceLongCooldown  = "long-cooldown"
	AdviceFewCalls      = "few-calls"
	AdviceNoJitter      = "no-jitter"
	AdviceNoBudget      = "no-budget"
	AdviceLargeBurst    = "large-burst"
	AdviceDoubleRetry   = "double-retry"
	AdviceUnsafeRetry   = "unsafe-retry"
	AdviceUnsafeHedge   = "unsafe-hedge"
	AdviceRedundantName = "redundant-name"
	AdviceNoLibrary     = "no-library"
	AdviceUnusedAllow   = "unused-allow" // which allow cannot silence
)

// Advices are the kinds of advice that allow can silence, the worst first.
var Advices = []Advice{
	{AdviceUnsafeRetry, "a write is retried without an idempotency key"},
	{AdviceUnsafeHedge, "a write is hedged"},
	{AdviceBlindBreaker, "a breaker guards calls without any timeout, so it does not see a hang"},
	{AdviceNoTimeout, "an attempt of a remote call has no timeout"},
	{AdviceDoubleRetry, "the client below retries by itself"},
	{AdviceNoBudget, "no budget bounds the retries"},
	{AdviceLargeBurst, "the bursts of all processes together are larger than the traffic"},
	{AdviceNoJitter, "the delays have no random part"},
	{AdviceShortWindow, "the breaker's window is shorter than two attempt timeouts"},
	{AdviceFewCalls, "the breaker's window never holds `min` attempts"},
	{AdviceLongCooldown, "the breaker's cooldown is longer than the caller waits"},
	{AdviceNoLibrary, "retrygen does not know the errors of a library in the signatures"},
	{AdviceRedundantName, "`on` or `not` lists what the class of the error says already"},
}

// Allowed returns the code and the reason of a valid allow directive.
func (d Directive) Allowed() (code, reason string) {
	var rest []string
	for _, word := range d.Words[1:] {
		rest = append(rest, word.Text)
	}
	return d.Words[0].Text, strings.Join(rest, " ")
}

// adviceCodes returns the codes that allow takes.
func adviceCodes() []string {
	codes := make([]string, len(Advices))
	for i, a := range Advices {
		codes[i] = a.Code
	}
	return codes
}

// codeAndReason reads a code, and the rest of the line as a reason.
func (r *reader) codeAndReason() {
	if len(r.rest) == 0 {
		return // complete says what is missing
	}
	code := r.rest[0]
	r.Words, r.rest = r.rest, nil
	for _, a := range Advices {
		if a.Code == code.Text && len(r.Words) == 1 {
			r.fail(errorf(code, "allow %s needs a reason", code.Text).hint("write why it is right here, in the rest of the line"))
		}
		if a.Code == code.Text {
			return
		}
	}
	err := errorf(code, "unknown code %q", code.Text).didYouMean(Suggest(code.Text, adviceCodes()))
	if err.Hint == "" {
		err.hint("retrygen help allow")
	}
	r.fail(err)
}

// allowMeaning explains the verb allow.
func allowMeaning() string {
	var b strings.Builder
	b.WriteString("It is written `allow CODE REASON`, where the reason is the rest of the line. It changes nothing in the generated code. " +
		"On an interface, it silences the advice for all methods. Several may stand in one place. `review` reports an `allow` that silences nothing. It cannot be part of a preset, because a reason is about one place.\n\n" +
		"The codes are:\n\n")
	for _, a := range Advices {
		b.WriteString("- `" + a.Code + "`: " + a.Help + "\n")
	}
	b.WriteString("\n[review.md](review.md) has the reason and the source of each.")
	return b.String()
}

// reviewVerbs answer the advice of "retrygen review".
var reviewVerbs = []*Verb{
	{
		Name: "allow", Concern: ConcernAllow, Place: OnType | OnMethod,
		Words: CodeAndReason, Args: "CODE REASON",
		Help:    "silences one kind of advice of retrygen review, with the reason",
		Meaning: allowMeaning(),
		Example: "allow no-jitter each instance has a dependency of its own",
	},
}
