package gen

import (
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"
)

// addImports reads the packages of the user's modules that the roots import, and
// those that these import, and so on. The rest is to be had as export data.
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

// mayBeOurs reports whether a package can belong to a module of the user, so that
// it must be read from source: it may need what is to be generated too.
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
	env := cfg.Env
	if env == nil {
		env = os.Environ()
	}
	for _, setting := range env {
		if file, ok := strings.CutPrefix(setting, "GOWORK="); ok && file != "" {
			return file != "off"
		}
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

// readExports reads the export data of the packages from elsewhere. What cannot
// be had is missing for the type checker, which says where it is needed.
func (l *loader) readExports() {
	if len(l.elsewhere) == 0 {
		return
	}
	paths := make([]string, 0, len(l.elsewhere))
	for path := range l.elsewhere {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, meta := range l.list(packages.NeedExportFile, false, paths...) {
		if meta.ExportFile == "" {
			continue
		}
		if err := l.readExport(meta); err != nil {
			l.fail(token.Position{}, fmt.Sprintf("cannot read the types of %s: %v", meta.PkgPath, err),
				"build retrygen with the Go release that compiles the module")
		}
	}
}

func (l *loader) readExport(meta *packages.Package) error {
	file, err := os.Open(meta.ExportFile)
	if err != nil {
		return err
	}
	defer file.Close()
	//lint:ignore SA1019 the export data of Go up to 1.28 is a part of an archive, which only NewReader finds
	data, err := gcexportdata.NewReader(file)
	if err != nil {
		return err
	}
	_, err = gcexportdata.Read(data, l.fset, l.imported, meta.PkgPath)
	return err
}
