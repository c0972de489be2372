package adopt

import (
	"bytes"
	"fmt"
	"go/format"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
)

// width is how long the lines of a comment are, without their indentation.
const width = 96

// render writes the file. An interface and its methods have what was chosen, and why.
func (d *drafting) render(draft *Draft, c *client, all *choices) {
	names := newImportNames(d.pkg, draft)
	var body bytes.Buffer
	fmt.Fprintf(&body, "//go:generate go tool retrygen -type=%s\n\n", draft.Name)
	what := "is a part of " + c.name
	if types.IsInterface(c.typ) && len(all.methods) == len(methodsOf(c.typ)) {
		what = "has the methods of " + c.name
	}
	comment(&body, "", draft.Name+" "+what+". Its directives, and why:")
	body.WriteString("//\n")
	for _, reason := range all.reasons {
		comment(&body, "  - ", reason)
	}
	body.WriteString("//\n")
	directives(&body, all.directives)
	fmt.Fprintf(&body, "type %s interface {\n", draft.Name)
	for i, m := range all.methods {
		if i > 0 {
			body.WriteString("\n")
		}
		comment(&body, "", strings.Join(m.reasons, " "))
		if len(m.directives) > 0 {
			body.WriteString("//\n")
		}
		directives(&body, m.directives)
		body.WriteString(m.fn.Name())
		types.WriteSignature(&body, m.signature(), names.qualify)
		body.WriteString("\n")
	}
	body.WriteString("}\n\n")
	fmt.Fprintf(&body, "var _ %s = (%s)(nil)\n", draft.Name, types.TypeString(c.typ, names.qualify))

	var file bytes.Buffer
	fmt.Fprintf(&file, "package %s\n\n", d.pkg.Name)
	draft.Imports = slices.Sorted(maps.Keys(names.names))
	writeImports(&file, draft.Imports, names)
	file.Write(body.Bytes())
	content, err := format.Source(file.Bytes())
	if err != nil {
		d.refuse("", fmt.Sprintf("a bug in retrygen: the interface for %s cannot be formatted: %v\n%s", c.name, err, file.Bytes()))
	}
	draft.Content = content
}

// writeImports writes the imports, first those of the standard library.
func writeImports(b *bytes.Buffer, paths []string, names *importNames) {
	if len(paths) == 0 {
		return
	}
	var groups [2][]string
	for _, path := range paths {
		first, _, _ := strings.Cut(path, "/")
		group := 0
		if strings.Contains(first, ".") {
			group = 1
		}
		groups[group] = append(groups[group], names.spec(path))
	}
	b.WriteString("import (\n")
	for i, group := range groups {
		if i > 0 && len(groups[0]) > 0 && len(group) > 0 {
			b.WriteString("\n")
		}
		for _, spec := range group {
			b.WriteString(spec + "\n")
		}
	}
	b.WriteString(")\n\n")
}

// signature returns the signature of the method. If a directive names a parameter, all
// parameters have names.
func (c *chosen) signature() *types.Signature {
	sig := c.fn.Signature()
	params := slices.Collect(sig.Params().Variables())
	taken := make(model.Scope)
	for _, p := range params {
		taken[p.Name()] = true
	}
	_, contextAt := shape.CarrierOf(sig)
	for i, p := range params {
		name := p.Name()
		switch {
		case c.names[i] != "":
			name = c.names[i]
		case name == "" && len(c.names) > 0 && i == contextAt:
			name = taken.Take("ctx")
		case name == "" && len(c.names) > 0:
			name = taken.Take("arg")
		}
		params[i] = types.NewParam(p.Pos(), p.Pkg(), name, p.Type())
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
}

func directives(b *bytes.Buffer, list []string) {
	for _, text := range list {
		b.WriteString(grammar.Prefix + text + "\n")
	}
}

// comment writes a text as lines of a comment. Bullet begins the first line.
func comment(b *bytes.Buffer, bullet, text string) {
	line := "// " + bullet
	indent := "// " + strings.Repeat(" ", len(bullet))
	empty := true
	for word := range strings.FieldsSeq(text) {
		if !empty && len(line)+1+len(word) > width {
			b.WriteString(line + "\n")
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	b.WriteString(line + "\n")
}
