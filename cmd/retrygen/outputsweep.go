package main

import (
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/retrygen/retrygen/gen"
)

// abandoned is the age after which nobody uses a temporary file any more: a running
// command renames its file within a second.
const abandoned = time.Hour

// isTemp matches names from tempName, and finds the name of the output in them.
var isTemp = regexp.MustCompile(`^\.(.+\.go)\.[0-9]+\.[0-9]+$`)

// sweep removes temporary files that earlier runs left next to the outputs because they
// were killed. A file that it cannot remove does no harm.
func (o *output) sweep() {
	outputs := make(map[string]map[string]bool) // names by folder
	for _, file := range o.result.Files {
		path, err := target(file.Path)
		if err != nil {
			continue
		}
		dir, name := filepath.Split(path)
		if outputs[dir] == nil {
			outputs[dir] = make(map[string]bool)
		}
		outputs[dir][name] = true
	}
	for dir, names := range outputs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, entry := range entries {
			m := isTemp.FindStringSubmatch(entry.Name())
			if m != nil && names[m[1]] && isAbandoned(dir, entry) {
				os.Remove(filepath.Join(dir, entry.Name()))
			}
		}
	}
}

// isAbandoned reports whether a temporary file is so old that no run will rename it.
func isAbandoned(dir string, entry os.DirEntry) bool {
	info, err := entry.Info()
	if err != nil || !info.Mode().IsRegular() || time.Since(info.ModTime()) < abandoned {
		return false
	}
	content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
	return err == nil && (len(content) == 0 || gen.IsOutput(content))
}
