package load

import (
	"bytes"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/retrygen/retrygen/gen/internal/model"
	"github.com/retrygen/retrygen/internal/grammar"
)

// A foresight is a guess at what the packages of the patterns import from elsewhere. It
// only looks at folders. The go command needs time to list imports, and more to find
// export data; with a guess it can do both at once. A wrong guess only costs time.
type foresight struct {
	imports map[string]bool
	all     bool // every package of the patterns has directives

	build  build.Context
	module string // path of the module, "" if unknown
	root   string // its folder
	seen   map[string]bool
}

// foresee guesses the imports of patterns that name folders.
func foresee(cfg Config) *foresight {
	f := &foresight{imports: make(map[string]bool), build: buildContext(cfg), seen: make(map[string]bool)}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil || inWorkspace(cfg) {
		return f
	}
	if f.root, f.module = moduleOf(dir); f.module == "" {
		return f
	}
	f.all = true
	patterns := cfg.Patterns
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	for _, pattern := range patterns {
		pattern = filepath.FromSlash(pattern)
		folder, whole := strings.CutSuffix(pattern, "...")
		if !isFolder(pattern) || strings.Contains(folder, "...") {
			f.all = false
			continue
		}
		if !filepath.IsAbs(folder) {
			folder = filepath.Join(dir, folder)
		}
		if whole {
			f.tree(filepath.Clean(folder))
		} else {
			f.folder(folder, len(cfg.Types) > 0 || cfg.All)
		}
	}
	return f
}

// isFolder reports whether the go command takes a pattern for a folder.
func isFolder(pattern string) bool {
	first, _, _ := strings.Cut(filepath.ToSlash(pattern), "/")
	return first == "." || first == ".." || filepath.IsAbs(pattern)
}

// tree looks at the folders that root/... matches.
func (f *foresight) tree(root string) {
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir
		case !d.IsDir():
			return nil
		case path == root:
		case strings.HasPrefix(d.Name(), "."), strings.HasPrefix(d.Name(), "_"), d.Name() == "testdata", d.Name() == "vendor":
			return fs.SkipDir
		default:
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
				return fs.SkipDir // another module
			}
		}
		f.folder(path, false)
		return nil
	})
}

// folder records the imports of the package in a folder, and those of the packages of the
// module that it imports. Unless always is set, it skips a package that mentions no
// directive, because nothing needs its types.
func (f *foresight) folder(dir string, always bool) {
	if f.seen[dir] {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var contents [][]byte
	wanted := always
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || model.IsOutput(content) {
			continue
		}
		directives := grammar.Mentions(content)
		if strings.HasSuffix(name, "_test.go") && !directives || !f.matches(dir, name, content) {
			continue
		}
		wanted = wanted || directives
		contents = append(contents, content)
	}
	if !wanted {
		f.all = f.all && len(contents) == 0
		return
	}
	f.seen[dir] = true
	for _, content := range contents {
		f.file(content)
	}
}

// matches reports whether a file is part of the build.
func (f *foresight) matches(dir, name string, content []byte) bool {
	f.build.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	ok, err := f.build.MatchFile(dir, name)
	return ok && err == nil
}

func (f *foresight) file(content []byte) {
	syntax, err := parser.ParseFile(token.NewFileSet(), "", content, parser.ImportsOnly)
	if err != nil {
		return
	}
	for _, spec := range syntax.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		switch {
		case err != nil || path == "C" || path == "unsafe" || isPattern(path):
		case path == f.module:
			f.folder(f.root, true)
		case strings.HasPrefix(path, f.module+"/"):
			f.folder(filepath.Join(f.root, filepath.FromSlash(strings.TrimPrefix(path, f.module+"/"))), true)
		default:
			f.imports[path] = true
			for _, needed := range alsoNeeded(path) {
				f.imports[needed] = true
			}
		}
	}
}

// isPattern reports whether the go command would take an import path for a pattern. Such an
// import is wrong anyway.
func isPattern(path string) bool {
	switch path {
	case "", "all", "std", "cmd", "tool", "work", "main":
		return true
	}
	return strings.Contains(path, "...") || strings.ContainsAny(path, "=@ ") || strings.ContainsAny(path[:1], "./-")
}

// buildContext returns the context that decides which files are part of the build.
func buildContext(cfg Config) build.Context {
	c := build.Default
	if goos := setting(cfg, "GOOS"); goos != "" {
		c.GOOS = goos
	}
	if arch := setting(cfg, "GOARCH"); arch != "" {
		c.GOARCH = arch
	}
	if cgo := setting(cfg, "CGO_ENABLED"); cgo != "" {
		c.CgoEnabled = cgo == "1"
	}
	if cfg.Tags != "" {
		c.BuildTags = strings.Split(cfg.Tags, ",")
	}
	return c
}

// setting returns the value of an environment variable of the go command.
func setting(cfg Config, name string) string {
	if cfg.Env == nil {
		return os.Getenv(name)
	}
	value := ""
	for _, entry := range cfg.Env {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value = v // the last one counts
		}
	}
	return value
}

// moduleOf finds the module of a folder. The path is "" if there is none, or if go.mod
// writes it in an unusual way.
func moduleOf(dir string) (root, path string) {
	for {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil {
			for line := range bytes.Lines(content) {
				if words := strings.Fields(string(line)); len(words) >= 2 && words[0] == "module" {
					return dir, strings.Trim(words[1], `"`)
				}
			}
			return dir, ""
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", ""
		}
		dir = parent
	}
}
