package main

import (
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/retrygen/retrygen/gen"
)

// abandoned is the age at which a temporary file is nobody's: a run that is alive
// renames its own within the second.
const abandoned = time.Hour

// isTemp matches what tempName makes, and finds the output in it.
var isTemp = regexp.MustCompile(`^\.(.+\.go)\.[0-9]+\.[0-9]+$`)

// sweep removes the temporary files that earlier runs have left beside the outputs
// because they were killed. What it cannot remove does no harm.
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

// isAbandoned reports whether nobody is about to rename a file that a run has made.
func isAbandoned(dir string, entry os.DirEntry) bool {
	info, err := entry.Info()
	if err != nil || !info.Mode().IsRegular() || time.Since(info.ModTime()) < abandoned {
		return false
	}
	content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
	return err == nil && (len(content) == 0 || gen.IsOutput(content))
}
