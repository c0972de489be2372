package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An Override is one line of an overrides text. It changes the policy of one method, or
// those of all methods of an interface.
type Override struct {
	Name   string // "PaymentClient.Charge", or "PaymentClient" for all methods
	Offset int    // of the name, in bytes from the start of the text
	At     int    // of the text of the patch
	Patch  Patch
}

// ParseOverrides reads a text in which each line names a method or an interface, and has a
// [Patch] that changes the policies:
//
//	# while the bank is slow
//	PaymentClient: attempts=2; timeout total=10s
//	PaymentClient.Balance: breaker off
//
// The line of a method goes over that of its interface. ParseOverrides skips empty lines,
// lines that start with #, and a byte order mark at the start. A name may have only one line.
// [ParsePatch] reads the text after the colon, so the errors are the same. Their offsets
// count from the start of the whole text, and [Error.Position] turns them into lines and
// columns. With an error, the list still has the valid lines.
func ParseOverrides(text string) ([]Override, error) {
	var list []Override
	var errs []*Error
	named := make(map[string]int) // the line of each name
	number := 0
	offset := 0
	if rest, marked := strings.CutPrefix(text, byteOrderMark); marked {
		text, offset = rest, len(byteOrderMark)
	}
	for line := range strings.Lines(text) {
		number++
		if words := strings.TrimSpace(line); words != "" && words[0] != '#' {
			o, faults := parseOverride(strings.TrimRight(line, "\r\n"), offset)
			switch first := named[o.Name]; {
			case o.Name == "":
			case first > 0:
				faults = append(faults, errorf(o.Offset, o.Name, fmt.Sprintf("line %d already names %s", first, o.Name), ""))
			default:
				named[o.Name] = number
			}
			if errs = append(errs, faults...); len(faults) == 0 {
				list = append(list, o)
			}
		}
		offset += len(line)
	}
	slices.SortStableFunc(errs, func(a, b *Error) int { return cmp.Compare(a.Offset, b.Offset) })
	return list, join(errs)
}

// byteOrderMark is what some editors write at the start of a file.
const byteOrderMark = "\ufeff"

// parseOverride reads one line, which starts at offset in the text.
func parseOverride(line string, offset int) (Override, []*Error) {
	before, said, colon := strings.Cut(line, ":")
	name := strings.TrimSpace(before)
	o := Override{Name: name, Offset: offset + strings.Index(before, name), At: offset + len(before) + len(":")}
	iface, fn, method := strings.Cut(name, ".")
	if !colon || iface == "" || method && fn == "" || strings.ContainsAny(name, " \t") || strings.Trim(said, " \t;") == "" {
		return Override{}, []*Error{errorf(o.Offset, name, fmt.Sprintf("bad line %q", strings.TrimSpace(line)),
			"a line is Interface.Method: and what changes, as in PaymentClient.Charge: attempts=2")}
	}
	var err error
	o.Patch, err = ParsePatch(said)
	return o, shifted(Errors(err), o.At)
}

// shifted adds a number to the offsets of errors.
func shifted(errs []*Error, by int) []*Error {
	for _, e := range errs {
		e.Offset += by
	}
	return errs
}

// Apply is [Patch.Apply] for the patch of a line. The offsets of the error count from the
// start of the whole text.
func (o Override) Apply(p Policy) (Policy, error) {
	p, err := o.Patch.Apply(p)
	return p, join(shifted(Errors(err), o.At))
}

// ForInterface reports whether the line is for all methods of an interface.
func (o Override) ForInterface() bool { return !strings.Contains(o.Name, ".") }
