package bench

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/bench/report"
)

// prepare writes a program and its wrappers. It builds the program once, so that the build
// cache has its dependencies.
func prepare(tb testing.TB, p *program) (dir string, size int64) {
	tb.Helper()
	root, err := filepath.Abs("..")
	require.NoError(tb, err)
	dir = filepath.Join(tb.TempDir(), "m")
	require.NoError(tb, write(dir, root, false, p.files()))
	require.NoError(tb, p.wrap(tb.Context(), dir))
	size, err = p.size(dir)
	require.NoError(tb, err)
	return dir, size
}

// BenchmarkBuild measures what wrappers add to a build: the time to compile their package
// after an edit, with all dependencies compiled, and the size of the program.
func BenchmarkBuild(b *testing.B) {
	for _, p := range programs() {
		b.Run(p.name, func(b *testing.B) {
			dir, size := prepare(b, p)
			for b.Loop() {
				if err := p.compile(dir); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(size), report.Binary)
		})
	}
}

// The programs differ only in their wrappers, and those are really linked.
func TestPrograms(t *testing.T) {
	for _, p := range programs() {
		t.Run(p.name, func(t *testing.T) {
			dir, size := prepare(t, p)
			assert.Positive(t, size)
			require.NoError(t, p.compile(dir))
			symbols, err := exec.Command("go", "tool", "nm", filepath.Join(dir, "program.out")).Output()
			require.NoError(t, err)
			wrappers, err := filepath.Glob(filepath.Join(dir, "clients", "*_retry.go"))
			require.NoError(t, err)
			assert.Len(t, wrappers, p.wrapped)
			linked := 0
			for i := range clientCount {
				if bytes.Contains(symbols, fmt.Appendf(nil, "/clients.(*ResilientClient%d).M%d\n", i, methodCount-1)) {
					linked++
				}
			}
			assert.Equal(t, p.wrapped, linked)
		})
	}
}
