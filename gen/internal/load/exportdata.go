package load

import (
	"context"
	"fmt"
	"go/token"
	"maps"
	"os"
	"slices"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"

	"github.com/retrygen/retrygen/gen/internal/model"
)

// exports are files with the types of compiled packages, as far as the build
// cache has them: nothing is compiled for the asking.
type exports struct {
	found        chan struct{} // closed when the go command has answered
	stop         context.CancelFunc
	files        map[string]string // by package path, of those without errors; "" where the cache has none
	withPatterns bool
	patterns     []*packages.Package // of the patterns that were asked for as well
}

// lookAhead lets the go command look for the export data of what the packages
// are likely to import, while other things are done. Where all the packages of
// the patterns are likely to be needed, it asks for their metadata in the same
// breath: most of the time goes into finding out what imports what.
func (l *loader) lookAhead() *exports {
	seen := foresee(l.cfg)
	if !seen.all {
		return l.findExports(seen.imports, nil)
	}
	return l.findExports(seen.imports, l.patterns())
}

// findExports lets the go command look for export data in the background, and
// beside it for the metadata of patterns.
func (l *loader) findExports(paths map[string]bool, patterns []string) *exports {
	ctx, stop := context.WithCancel(l.ctx)
	e := &exports{found: make(chan struct{}), stop: stop, withPatterns: len(patterns) > 0, files: make(map[string]string)}
	config := l.config(packages.NeedExportFile)
	config.Context = ctx
	// With -n the go command only prints how it would compile what its cache does
	// not have, and names no file for it.
	config.BuildFlags = append(config.BuildFlags, "-n")
	go func() {
		defer close(e.found)
		if len(paths)+len(patterns) == 0 {
			return
		}
		list, _ := packages.Load(config, slices.AppendSeq(patterns, maps.Keys(paths))...) // what is missing is noticed where it is used
		for _, meta := range list {
			if !paths[meta.PkgPath] || meta.PkgPath == model.RuntimePath {
				e.patterns = append(e.patterns, meta)
			}
			if paths[meta.PkgPath] && len(meta.Errors) == 0 && len(meta.GoFiles) > 0 {
				e.files[meta.PkgPath] = meta.ExportFile
			}
		}
	}()
	return e
}

// metadata returns what the go command says of the patterns.
func (l *loader) metadata() []*packages.Package {
	if seen := l.exports; seen.withPatterns {
		<-seen.found
		whole := len(seen.patterns) > 1 && !slices.ContainsFunc(seen.patterns, func(meta *packages.Package) bool {
			return len(meta.Errors) > 0 // which may be about what is imported, and not in the way
		})
		if whole {
			return seen.patterns
		}
	}
	return l.list(0, false, l.patterns()...)
}

// importElsewhere finds the types of the packages from elsewhere: in the build
// cache when it has them all, and from their sources when it has not, which is
// quicker than to wait for compiles. What cannot be had is missing for the type
// checker, which says where it is needed.
func (l *loader) importElsewhere() {
	defer l.exports.stop()
	if len(l.elsewhere) == 0 {
		return
	}
	paths := slices.Sorted(maps.Keys(l.elsewhere))
	files, cached := l.exportFiles(paths)
	if cached {
		l.files = files
	} else {
		l.importSources(paths)
	}
}

// importExport reads export data when it is needed, and not before: what it
// mentions of the user's own packages has been checked then.
func (l *loader) importExport(path string) {
	file := l.files[path]
	if file == "" {
		return
	}
	delete(l.files, path)
	if err := l.readExport(path, file); err != nil {
		l.ReportAt(token.Position{}, "build retrygen with the Go release that compiles the module",
			fmt.Sprintf("cannot read the types of %s: %v", path, err))
	}
}

// exportFiles returns the files with the types of packages, and whether the build
// cache has all that there can be.
func (l *loader) exportFiles(paths []string) (files map[string]string, cached bool) {
	<-l.exports.found
	files = l.exports.files
	unforeseen := make(map[string]bool)
	for _, path := range paths {
		if _, ok := files[path]; !ok {
			unforeseen[path] = true
		}
	}
	rest := l.findExports(unforeseen, nil)
	defer rest.stop()
	<-rest.found
	maps.Copy(files, rest.files)
	return files, !slices.ContainsFunc(paths, func(path string) bool {
		file, ok := files[path]
		return ok && file == ""
	})
}

func (l *loader) readExport(path, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	//lint:ignore SA1019 the export data of Go up to 1.28 is a part of an archive, which only NewReader finds
	data, err := gcexportdata.NewReader(file)
	if err != nil {
		return err
	}
	_, err = gcexportdata.Read(data, l.Fset, l.imported, path)
	return err
}
