package review

import (
	"go/types"
	"slices"
	"strings"
	"unicode"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
	"github.com/retrygen/retrygen/policy"
)

// writes are the first words of methods that have another effect when they are called twice.
// Words that name a thing as often as an act, such as Order and Book, are not among them.
var writes = []string{
	"add", "append", "buy", "capture", "charge", "create", "decrement", "deposit", "emit", "enqueue", "increment", "incr", "insert",
	"pay", "post", "produce", "publish", "purchase", "push", "redeem", "refund", "register", "reserve", "send", "submit", "transfer",
	"withdraw",
}

// overwrites are the first words of methods whose second call changes nothing by itself. A
// late copy may undo what another call has written in the meantime.
var overwrites = []string{
	"clear", "delete", "disable", "enable", "patch", "put", "remove", "rename", "replace", "reset", "save", "set", "store", "update", "upsert", "write",
}

// isWrite reports whether the first word of a method's name is among words. ChargeByID names
// a charge, and does not make one.
func isWrite(name string, words []string) bool {
	first, rest := cutWord(name)
	next, _ := cutWord(rest)
	return slices.Contains(words, first) && next != "by"
}

// cutWord returns the first word of a name in lower case, and the rest of the name: add for
// AddItem, address for Address, post for POSTForm.
func cutWord(name string) (word, rest string) {
	runes := []rune(name)
	end := len(runes)
	for i := 1; i < len(runes); i++ {
		before, here := runes[i-1], runes[i]
		endsUpper := unicode.IsUpper(before) && unicode.IsUpper(here) && i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if here == '_' || unicode.IsLower(before) && !unicode.IsLower(here) || endsUpper {
			end = i
			break
		}
	}
	return strings.ToLower(string(runes[:end])), string(runes[end:])
}

// safe reports whether a retry of a write cannot have its effect twice, as far as the source
// says.
func (s *subject) safe() bool {
	chosen := s.m.On != nil && !slices.ContainsFunc(s.m.On, s.mayHaveActed)
	return s.m.Idempotent || chosen || s.m.Ctx == shape.RequestParam || takesKey(s.m.Sig)
}

// harmless are the classes of errors whose attempts had no effect.
var harmless = []string{"Unsent", "Throttled", "Quota", "Conflict"}

// mayHaveActed reports whether a name of on matches errors of attempts that may have had their
// effect: the words transient and timeout, and errors of libraries of other classes. An error
// or a func of the user is a choice.
func (s *subject) mayHaveActed(m model.Matcher) bool {
	if m.Kind == model.MatchClass {
		return m.Word == "transient" || m.Word == "timeout"
	}
	_, classes := s.classesOf(m)
	return slices.ContainsFunc(classes, func(class string) bool { return !slices.Contains(harmless, class) })
}

// takesKey reports whether the caller passes an idempotency key: as a parameter, or in a field
// of one.
func takesKey(sig *types.Signature) bool {
	isKey := func(name string) bool {
		name = strings.ToLower(strings.ReplaceAll(name, "_", ""))
		return name == "idempotencykey" || name == "idempotencytoken"
	}
	for p := range sig.Params().Variables() {
		if isKey(p.Name()) {
			return true
		}
		t := p.Type()
		if pointer, ok := t.Underlying().(*types.Pointer); ok {
			t = pointer.Elem()
		}
		if s, ok := t.Underlying().(*types.Struct); ok {
			for f := range s.Fields() {
				if isKey(f.Name()) {
					return true
				}
			}
		}
	}
	return false
}

func (s *subject) unsafeRetry() []finding {
	if s.p.Retry.Attempts <= 1 || s.m.Result != nil || !isWrite(s.m.Fn.Name(), writes) || s.safe() {
		return nil
	}
	write := "On the method, " + directive("idempotency-key") + " if the server ignores a key that it has seen, or " + directive("on unsent") + "."
	if s.m.Ctx == shape.NoContext {
		write = "On the method, " + directive("on unsent") + " or " + directive("simple attempts=1") + "."
	}
	return found(s.at(grammar.ConcernStrategy, ""), write,
		"The method writes, as its name says, and makes "+count(s.p.Retry.Attempts, "attempt")+".",
		"An attempt that seems to have failed may have been carried out, and the next one then has the effect twice.")
}

func (s *subject) unsafeHedge() []finding {
	name := s.m.Fn.Name()
	if s.m.Policy.Hedge == (policy.Hedge{}) || s.m.Idempotent || takesKey(s.m.Sig) {
		return nil
	}
	why := ""
	switch {
	case isWrite(name, writes):
		why = "Where both attempts arrive, the effect happens twice."
	case isWrite(name, overwrites):
		why = "A copy that arrives late undoes what another call has written in the meantime."
	default:
		return nil
	}
	return found(s.at(grammar.ConcernHedge, ""), "On the method, "+directive("hedge off")+".",
		"The method writes, as its name says, and a hedge makes the same call twice at once.", why)
}
