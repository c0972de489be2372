package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// An Override is one line of an overrides text. Its policy is laid over that of one
// method.
type Override struct {
	Method string // "PaymentClient.Charge"
	Offset int    // of the name, in bytes from the start of the text
	Policy Policy
}

// ParseOverrides reads a text in which each line names a method and has a policy to lay
// over the method's own:
//
//	# while the bank is slow
//	PaymentClient.Charge: exponential attempts=2 base=500ms; timeout total=10s
//	PaymentClient.Balance: breaker off
//
// It skips empty lines, lines that start with #, and a byte order mark at the start. A
// method may have only one line.
// [Parse] reads the text after the colon, so the errors are the same. Their offsets count
// from the start of the whole text, and [Error.Position] turns them into lines and
// columns. With an error, the list still has the valid lines.
func ParseOverrides(text string) ([]Override, error) {
	var list []Override
	var errs []*Error
	named := make(map[string]int) // the line of each method
	number := 0
	offset := 0
	if rest, marked := strings.CutPrefix(text, byteOrderMark); marked {
		text, offset = rest, len(byteOrderMark)
	}
	for line := range strings.Lines(text) {
		number++
		if words := strings.TrimSpace(line); words != "" && words[0] != '#' {
			o, faults := parseOverride(strings.TrimRight(line, "\r\n"), offset)
			switch first := named[o.Method]; {
			case o.Method == "":
			case first > 0:
				faults = append(faults, errorf(o.Offset, o.Method, fmt.Sprintf("line %d already names %s", first, o.Method), ""))
			default:
				named[o.Method] = number
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
	name, said, _ := strings.Cut(line, ":")
	method := strings.TrimSpace(name)
	o := Override{Method: method, Offset: offset + strings.Index(name, method)}
	iface, fn, ok := strings.Cut(method, ".")
	if !ok || iface == "" || fn == "" || strings.ContainsAny(method, " \t") || strings.Trim(said, " \t;") == "" {
		return Override{}, []*Error{errorf(o.Offset, method, fmt.Sprintf("bad line %q", strings.TrimSpace(line)),
			"a line is Interface.Method: and a policy, as in PaymentClient.Charge: simple attempts=2")}
	}
	var faults []*Error
	var err error
	if o.Policy, err = Parse(said); err != nil {
		for _, fault := range Errors(err) {
			fault.Offset += offset + len(name) + len(":")
			faults = append(faults, fault)
		}
	}
	return o, faults
}
