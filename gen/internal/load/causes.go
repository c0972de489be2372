package load

import (
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/diag"
)

// causes finds out why types in the sources are unknown.
type causes struct {
	loader *loader
	faults map[token.Pos]*diag.Error // errors of imports, by the position of the import path
	seen   map[*source]bool
}

// findCauses reports import cycles, and records for each package of the patterns why types
// in it may be unknown: the compiler's errors, and the go command's for failed imports.
func (l *loader) findCauses() {
	c := &causes{loader: l, faults: make(map[token.Pos]*diag.Error), seen: make(map[*source]bool)}
	for _, s := range l.roots {
		c.findCycles(s, nil)
	}
	c.findMissing()
	for _, s := range l.roots {
		if s.result == nil {
			continue
		}
		s.result.Unimported = c.unimported(s)
		if s.result.Causes = c.of(s); s.result.Causes == nil {
			s.result.Causes = c.ofImports(s, map[*source]bool{s: true})
		}
	}
}

// findCycles reports imports that lead back to a package on the way to them.
func (c *causes) findCycles(s *source, way []*source) {
	if at := slices.Index(way, s); at >= 0 {
		last := way[len(way)-1]
		var paths []string
		for _, on := range append(slices.Clone(way[at:]), s) {
			paths = append(paths, on.meta.PkgPath)
		}
		pos := importPos(last, s.meta.PkgPath)
		fault := &diag.Error{Pos: c.loader.Fset.Position(pos), Msg: "import cycle: " + strings.Join(paths, " imports ")}
		c.faults[pos] = fault
		c.loader.Errs = append(c.loader.Errs, fault)
		return
	}
	if c.seen[s] {
		return
	}
	way = append(way, s)
	for _, path := range s.imports {
		if imported := c.loader.importedSource(s, path); imported != nil {
			c.findCycles(imported, way)
		}
	}
	c.seen[s] = true
}

// findMissing asks the go command why imports failed.
func (c *causes) findMissing() {
	at := make(map[string][]token.Pos)
	for s := range c.seen {
		for _, path := range s.imports {
			if pos := importPos(s, path); path != "C" && c.faults[pos] == nil {
				if _, err := c.loader.importFor(s, path); err != nil {
					at[path] = append(at[path], pos)
				}
			}
		}
	}
	if len(at) == 0 {
		return
	}
	var paths []string
	for path, positions := range at {
		paths = append(paths, path)
		for _, pos := range positions {
			c.faults[pos] = &diag.Error{Pos: c.loader.Fset.Position(pos), Msg: "cannot import " + path}
		}
	}
	slices.Sort(paths)
	for _, meta := range c.loader.list(0, false, paths...) {
		for _, e := range meta.Errors {
			msg, hint := explain(e.Msg)
			if m := notInStd.FindStringSubmatch(msg); m != nil {
				msg = m[1]
			}
			if c.ours(meta.PkgPath) {
				msg, hint = "there is no package "+meta.PkgPath+" in the module or in one that it requires", ""
			}
			if !strings.Contains(msg, meta.PkgPath) {
				msg = "cannot import " + meta.PkgPath + ": " + msg
			}
			for _, pos := range at[meta.PkgPath] {
				c.faults[pos].Msg, c.faults[pos].Hint = msg, hint
			}
		}
	}
}

// ours reports whether a path belongs to a module of the patterns.
func (c *causes) ours(path string) bool {
	return slices.ContainsFunc(c.loader.roots, func(s *source) bool {
		m := s.meta.Module
		return m != nil && strings.HasPrefix(path, m.Path+"/")
	})
}

// importPos returns where a source imports a path.
func importPos(s *source, path string) token.Pos {
	for _, file := range s.files {
		for _, spec := range file.Syntax.Imports {
			if imported, err := strconv.Unquote(spec.Path.Value); err == nil && imported == path {
				return spec.Path.Pos()
			}
		}
	}
	return token.NoPos
}

// unimported returns the errors of a source's imports.
func (c *causes) unimported(s *source) diag.Errors {
	var list diag.Errors
	for _, path := range s.imports {
		if fault := c.faults[importPos(s, path)]; fault != nil {
			list = append(list, fault)
		}
	}
	return list
}

// of returns the errors of a source and its imports.
func (c *causes) of(s *source) diag.Errors {
	list := c.unimported(s)
	if s.result == nil {
		return list
	}
	for _, f := range s.result.Faults() {
		if !strings.HasPrefix(f.Msg, "could not import ") { // from importFor
			list = append(list, &diag.Error{Pos: c.loader.Fset.Position(f.At[0]), Msg: f.Msg})
		}
	}
	return list
}

// ofImports returns the errors of the sources that a source imports, directly or not.
func (c *causes) ofImports(s *source, seen map[*source]bool) diag.Errors {
	var list diag.Errors
	for _, path := range s.imports {
		if imported := c.loader.importedSource(s, path); imported != nil && !seen[imported] {
			seen[imported] = true
			list = append(list, c.of(imported)...)
			list = append(list, c.ofImports(imported, seen)...)
		}
	}
	return list
}
