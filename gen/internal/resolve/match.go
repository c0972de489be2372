package resolve

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
	"github.com/retrygen/retrygen/gen/internal/load"
	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/gen/internal/shape"
	"github.com/retrygen/retrygen/internal/grammar"
)

// matchers resolves the names of an on or not directive in the scope of its file.
func (r *Resolver) matchers(d *model.Directive) []model.Matcher {
	var list []model.Matcher
	for _, word := range d.Words {
		m, err := r.matcher(r.source(d), word.Text)
		if err != nil {
			err.Pos = r.Pkg.Fset.Position(d.At(word.Offset))
			r.Errs = append(r.Errs, err)
			continue
		}
		list = append(list, m)
	}
	return list
}

// source returns the file of a directive.
func (r *Resolver) source(d *model.Directive) *load.File {
	i := slices.IndexFunc(r.Pkg.Files, func(file *load.File) bool { return file.Path == d.File })
	return r.Pkg.Files[i]
}

func (r *Resolver) matcher(file *load.File, word string) (model.Matcher, *diag.Error) {
	if _, ok := model.Classes[word]; ok {
		if obj := r.Pkg.Types.Scope().Lookup(word); obj != nil {
			return model.Matcher{}, &diag.Error{Msg: strconv.Quote(word) + " is a built-in word and a name of package " + r.Pkg.Name,
				Hint: "rename the identifier: the built-in word would win"}
		}
		return model.Matcher{Kind: model.MatchClass, Word: word}, nil
	}
	obj, err := r.lookup(file, word)
	if err != nil {
		return model.Matcher{}, err
	}
	kind, ok := matches(obj)
	if code, is := obj.(*types.Const); is && !ok {
		return r.code(word, code)
	}
	if !ok {
		return model.Matcher{}, &diag.Error{Msg: word + " is " + describe(obj) + ", and cannot match an error",
			Hint: "name an error variable, an error type or a func(error) bool"}
	}
	return model.Matcher{Kind: kind, Word: word, Obj: obj}, nil
}

// lookup finds what an identifier, or pkg.Ident, means in a file.
func (r *Resolver) lookup(file *load.File, word string) (types.Object, *diag.Error) {
	scope := r.Pkg.Scope(file)
	qualifier, name, qualified := strings.Cut(word, ".")
	if !qualified {
		if _, obj := scope.LookupParent(word, 0); obj != nil {
			return obj, nil
		}
		return nil, &diag.Error{Msg: "undefined: " + word, Hint: diag.DidYouMean(word, visible(scope))}
	}
	imported := importedAs(scope, file.Syntax, r.Pkg.Types, qualifier)
	if imported == nil {
		return nil, &diag.Error{Msg: "undefined: " + qualifier + ", no package of that name is imported in this file",
			Hint: r.importHint(qualifier)}
	}
	if obj := imported.Scope().Lookup(name); obj != nil && obj.Exported() {
		return obj, nil
	}
	names := slices.DeleteFunc(imported.Scope().Names(), func(n string) bool { return !ast.IsExported(n) })
	hint := ""
	if near := grammar.Suggest(name, names); near != "" {
		hint = "did you mean " + strconv.Quote(qualifier+"."+near) + "?"
	}
	return nil, &diag.Error{Msg: "undefined: " + word, Hint: hint}
}

// importHint says how to import a package that a file names but does not import.
func (r *Resolver) importHint(name string) string {
	path := standardPaths[name]
	for _, p := range r.Pkg.Types.Imports() { // by another file
		if p.Name() == name {
			path = p.Path()
		}
	}
	if path == "" {
		return "import it; if nothing else in the file uses it, import it as _"
	}
	return fmt.Sprintf("import %q; if nothing else in the file uses it, import _ %[1]q", path)
}

// standardPaths are the packages of the standard library that directives are likely to
// name, by name.
var standardPaths = map[string]string{
	"context": "context", "driver": "database/sql/driver", "exec": "os/exec", "fs": "io/fs", "http": "net/http", "io": "io",
	"net": "net", "os": "os", "sql": "database/sql", "syscall": "syscall", "tls": "crypto/tls", "x509": "crypto/x509",
}

// importedAs returns the package that a file imports under a name, or one with that name
// that it imports as _.
func importedAs(scope *types.Scope, file *ast.File, pkg *types.Package, name string) *types.Package {
	if p, ok := scope.Lookup(name).(*types.PkgName); ok {
		return p.Imported()
	}
	for _, spec := range file.Imports {
		if spec.Name == nil || spec.Name.Name != "_" {
			continue
		}
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		for _, p := range pkg.Imports() {
			if p.Path() == path && p.Name() == name {
				return p
			}
		}
	}
	return nil
}

// visible returns the names that a file can use without a qualifier, except predeclared
// ones.
func visible(scope *types.Scope) []string {
	names := make(map[string]bool)
	for s := scope; s != nil && s != types.Universe; s = s.Parent() {
		for _, name := range s.Names() {
			names[name] = true
		}
	}
	for word := range model.Classes {
		names[word] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// matches says how to compare an object with an error.
func matches(obj types.Object) (model.MatcherKind, bool) {
	switch obj := obj.(type) {
	case *types.Var, *types.Const:
		if shape.IsError(obj.Type()) {
			return model.MatchValue, true
		}
		return model.MatchFunc, isPredicate(obj.Type())
	case *types.Func:
		return model.MatchFunc, isPredicate(obj.Type())
	case *types.TypeName:
		return matchesType(obj.Type())
	}
	return 0, false
}

func matchesType(t types.Type) (model.MatcherKind, bool) {
	if shape.Generic(t) {
		return 0, false
	}
	value := shape.IsError(t)
	if types.IsInterface(t) {
		return model.MatchType, value
	}
	pointer := shape.IsError(types.NewPointer(t))
	switch {
	case value && pointer:
		return model.MatchEither, true
	case value: // T is a named pointer type
		return model.MatchType, true
	default:
		return model.MatchPointer, pointer
	}
}

// isPredicate reports whether t is func(error) bool, or a named type of that kind.
func isPredicate(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	return ok && !sig.Variadic() && sig.TypeParams().Len() == 0 &&
		sig.Params().Len() == 1 && types.Identical(sig.Params().At(0).Type(), shape.ErrorType) &&
		sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), shape.BoolType)
}

// describe says what an object is, in words for a message.
func describe(obj types.Object) string {
	switch obj := obj.(type) {
	case *types.PkgName:
		return "a package"
	case *types.TypeName:
		if shape.Generic(obj.Type()) {
			return "a generic type"
		}
		return "a type that does not implement error"
	case *types.Nil:
		return "nil"
	case *types.Builtin:
		return "a built-in function"
	case *types.Func:
		return "a " + types.TypeString(obj.Type(), shape.ShortNames)
	default:
		return "of type " + types.TypeString(obj.Type(), shape.ShortNames)
	}
}
