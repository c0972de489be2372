package grammar

// Read reads arguments of the verb, as they stand after its name in a directive. The verb
// need not be in the table. It returns all errors, sorted by offset, and what is valid.
func (v *Verb) Read(args string) (Directive, []*Error) {
	d := Directive{Verb: v, Name: Word{Text: v.Name}, given: make(map[string]Word), values: make(Values)}
	r := reader{Directive: &d, rest: split(args, 0)}
	r.read()
	return d, byOffset(r.errs)
}

// Format writes a value of a directive as text.
func Format(value any) string { return format(value) }
