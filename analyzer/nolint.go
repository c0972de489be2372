package analyzer

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// linter is the name of all analyzers together, for golangci-lint and its comments.
const linter = "retrygen"

// A silence is what the comments of a file silence.
type silence struct {
	lines map[int]bool
	funcs []*ast.FuncDecl
}

// silenceIn reads the comments of a file. A comment at the end of a line is for that line, and
// one on a line of its own is for the next line. One above a func is for the whole func.
func silenceIn(fset *token.FileSet, file *ast.File) silence {
	s := silence{lines: make(map[int]bool)}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if isNolint(comment.Text) {
				line := fset.Position(comment.Pos()).Line
				s.lines[line] = true
				if startsLine(fset, file, comment) {
					s.lines[fset.Position(group.End()).Line+1] = true
				}
			}
		}
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Doc != nil &&
			slices.ContainsFunc(f.Doc.List, func(c *ast.Comment) bool { return isNolint(c.Text) }) {
			s.funcs = append(s.funcs, f)
		}
	}
	return s
}

// isNolint reports whether a comment silences this linter, as golangci-lint reads it:
// //nolint, //nolint:all, or //nolint:a,retrygen with a reason behind a second //.
func isNolint(text string) bool {
	rest, ok := strings.CutPrefix(text, "//nolint")
	if !ok {
		return false
	}
	rest, _, _ = strings.Cut(rest, "//")
	names, ok := strings.CutPrefix(strings.TrimSpace(rest), ":")
	if !ok {
		return strings.TrimSpace(rest) == ""
	}
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name == linter || name == "all" {
			return true
		}
	}
	return false
}

// startsLine reports whether nothing but the comment is on its line: no node of the file ends
// on that line before it.
func startsLine(fset *token.FileSet, file *ast.File, comment *ast.Comment) bool {
	line := fset.Position(comment.Pos()).Line
	alone := true
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || !alone {
			return false
		}
		if _, ok := n.(*ast.CommentGroup); ok {
			return false
		}
		begins, ends := fset.Position(n.Pos()).Line, fset.Position(n.End()).Line
		if (begins == line || ends == line) && n.Pos() < comment.Pos() && n != file {
			alone = false
		}
		return begins <= line && line <= ends
	})
	return alone
}

// covers reports whether a finding at pos is silenced.
func (s silence) covers(fset *token.FileSet, pos token.Pos) bool {
	if s.lines[fset.Position(pos).Line] {
		return true
	}
	return slices.ContainsFunc(s.funcs, func(f *ast.FuncDecl) bool { return f.Pos() <= pos && pos < f.End() })
}
