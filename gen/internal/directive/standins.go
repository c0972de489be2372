package directive

import (
	"bytes"
	"go/ast"
	"go/printer"
	"go/token"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/model"
)

// StandIns returns declarations of the wrappers that a file's interfaces will get. With
// them, code that already uses the wrappers type-checks. The loader adds them to a file
// with the same imports, which their type parameters need. A stand-in embeds its
// interface, and so has its methods. StandIns leaves out names in taken, because package
// resolve reports those better than the type checker, and adds the other names to taken.
func (sc *Scanner) StandIns(fset *token.FileSet, file *load.File, taken model.Scope) string {
	var src strings.Builder
	for _, d := range sc.file(fset, file).Declarations {
		name, _ := WrapName(d)
		constructor := model.ConstructorName(name)
		if Unfit(name, file.Syntax.Name.Name) != "" || taken[name] || taken[constructor] {
			continue
		}
		taken[name], taken[constructor] = true, true
		declared, used := typeParamTexts(fset, d.Spec.TypeParams)
		iface, self := d.Name()+used, name+used
		src.WriteString("type " + name + declared + " struct{ " + iface + " }\n")
		src.WriteString("func " + constructor + declared + "(next " + iface + ", opts any) *" + self + " { return nil }\n")
	}
	return src.String()
}

// typeParamTexts returns type parameters as a declaration writes them and as a use does.
func typeParamTexts(fset *token.FileSet, params *ast.FieldList) (declared, used string) {
	if params == nil {
		return "", ""
	}
	var decl, names []string
	for _, field := range params.List {
		var constraint bytes.Buffer
		if err := printer.Fprint(&constraint, fset, field.Type); err != nil {
			return "", ""
		}
		for _, name := range field.Names {
			decl = append(decl, name.Name+" "+constraint.String())
			names = append(names, name.Name)
		}
	}
	return "[" + strings.Join(decl, ", ") + "]", "[" + strings.Join(names, ", ") + "]"
}
