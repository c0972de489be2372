package load

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// addImports reads the packages of the user's modules that the roots import, directly or
// not. All other imports are from elsewhere.
func (l *loader) addImports() {
	queue := make([]*source, 0, len(l.roots))
	for _, s := range l.roots {
		if len(s.files) > 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		var ask []string
		for _, s := range queue {
			for _, path := range s.imports {
				if l.sources[path] == nil && !l.elsewhere[path] && path != "C" && path != "unsafe" {
					if l.mayBeOurs(path) {
						ask = append(ask, path)
					} else {
						l.elsewhere[path] = true
					}
				}
			}
		}
		queue = queue[:0]
		slices.Sort(ask)
		if ask = slices.Compact(ask); len(ask) == 0 {
			return
		}
		for _, meta := range l.list(0, false, ask...) {
			if meta.Module == nil || !meta.Module.Main {
				l.elsewhere[meta.PkgPath] = true
				continue
			}
			queue = append(queue, l.read(meta, false))
		}
		for _, path := range ask {
			if l.sources[path] == nil {
				l.elsewhere[path] = true
			}
		}
	}
}

// mayBeOurs reports whether a package can belong to a module of the user. Such a package is
// read from source, because it may need wrappers that do not exist yet, too.
func (l *loader) mayBeOurs(path string) bool {
	if first, _, _ := strings.Cut(path, "/"); l.workspace && strings.Contains(first, ".") {
		return true
	}
	return slices.ContainsFunc(l.roots, func(s *source) bool {
		m := s.meta.Module
		return m != nil && (path == m.Path || strings.HasPrefix(path, m.Path+"/"))
	})
}

// inWorkspace reports whether a go.work file is in force.
func inWorkspace(cfg Config) bool {
	if file := setting(cfg, "GOWORK"); file != "" {
		return file != "off"
	}
	dir, err := filepath.Abs(cfg.Dir)
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return false
}
