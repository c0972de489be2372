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

// exports holds files with the types of compiled packages, if the build cache has them. It
// never compiles anything.
type exports struct {
	found        chan struct{} // closed when the go command has answered
	stop         context.CancelFunc
	files        map[string]string // by package path, of packages without errors; "" if the cache has none
	failed       map[string]string // by package path, what the go command says of packages that it did not find
	withPatterns bool
	patterns     []*packages.Package // packages of the patterns, if they were asked for too
}

// lookAhead makes the go command look in the background for the export data of packages
// that will probably be imported. If all packages of the patterns will probably be needed,
// the same command returns their metadata, because it spends most of its time on finding
// out what imports what.
func (l *loader) lookAhead() *exports {
	seen := foresee(l.cfg)
	if !seen.all {
		return l.findExports(seen.imports, nil)
	}
	return l.findExports(seen.imports, l.patterns())
}

// findExports makes the go command look for export data, and for the metadata of patterns,
// in the background.
func (l *loader) findExports(paths map[string]bool, patterns []string) *exports {
	ctx, stop := context.WithCancel(l.ctx)
	e := &exports{found: make(chan struct{}), stop: stop, withPatterns: len(patterns) > 0, files: make(map[string]string), failed: make(map[string]string)}
	config := l.config(packages.NeedExportFile)
	config.Context = ctx
	// With -n the go command does not compile what its cache does not have. It only
	// prints the commands, and names no file.
	config.BuildFlags = append(config.BuildFlags, "-n")
	go func() {
		defer close(e.found)
		if len(paths)+len(patterns) == 0 {
			return
		}
		list, _ := packages.Load(config, slices.AppendSeq(patterns, maps.Keys(paths))...) // importFor reports what is missing
		for _, meta := range list {
			if !paths[meta.PkgPath] || meta.PkgPath == model.RuntimePath {
				e.patterns = append(e.patterns, meta)
			}
			if paths[meta.PkgPath] && len(meta.Errors) == 0 && len(meta.GoFiles) > 0 {
				e.files[meta.PkgPath] = meta.ExportFile
			} else if paths[meta.PkgPath] && len(meta.Errors) > 0 {
				e.failed[meta.PkgPath] = meta.Errors[0].Msg
			}
		}
	}()
	return e
}

// metadata returns the go command's metadata of the patterns.
func (l *loader) metadata() []*packages.Package {
	if seen := l.exports; seen.withPatterns {
		<-seen.found
		whole := len(seen.patterns) > 1 && !slices.ContainsFunc(seen.patterns, func(meta *packages.Package) bool {
			return len(meta.Errors) > 0 // an error may be about an import, and not matter
		})
		if whole {
			return seen.patterns
		}
	}
	return l.list(0, false, l.patterns()...)
}

// importElsewhere finds the types of packages from elsewhere: in the build cache if it has
// all of them, and otherwise in their sources, which is faster than compiling them. If it
// cannot find one, the type checker reports where it is needed.
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

// importExport reads the export data of a package. It waits until the package is needed,
// because by then the user's packages that the data refers to are checked.
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

// exportFiles returns the files with the types of packages, and whether the build cache has
// all of them.
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
	maps.Copy(l.exports.failed, rest.failed)
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
	//lint:ignore SA1019 up to Go 1.28, export data is part of an archive, where only NewReader finds it
	data, err := gcexportdata.NewReader(file)
	if err != nil {
		return err
	}
	_, err = gcexportdata.Read(data, l.Fset, l.imported, path)
	return err
}
