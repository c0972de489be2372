package bench

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var (
	full   = flag.Bool("full", false, "measure heavy dependencies and the empty build cache too")
	rounds = flag.Int("rounds", 9, "how often at least each tool runs on each workload; cold ones run once")
)

// BenchmarkGenerate runs the generators in turns, so that other work on the machine
// disturbs all of them alike. A round is one run of each tool.
func BenchmarkGenerate(b *testing.B) {
	root, err := filepath.Abs("..")
	if err != nil {
		b.Fatal(err)
	}
	bin := b.TempDir()
	if err := build(bin, root); err != nil {
		b.Fatal(err)
	}
	var results []result
	for _, w := range workloads {
		if w.full && !*full {
			continue
		}
		b.Run(w.name, func(b *testing.B) { results = append(results, measure(b, w, root, bin)) })
	}
	if err := print(os.Stdout, results); err != nil {
		b.Fatal(err)
	}
}

// measure runs the tools of a workload.
func measure(b *testing.B, w workload, root, bin string) result {
	temp := b.TempDir()
	content, interfaces := w.files()
	m := &module{
		dir: filepath.Join(temp, "m"), interfaces: interfaces,
		outputs: []string{"*_retry.go", "*_mock.go", "*_string.go", "p*/*_retry.go", "p*/*_mock.go", ".mockery.yml"},
	}
	if err := write(m.dir, root, w.heavy, content); err != nil {
		b.Fatal(err)
	}
	tools := w.tools(temp)
	samples := make([][]sample, len(tools))
	failed := make([]bool, len(tools))
	isCold := strings.HasSuffix(w.name, "cold")
	peaks := make([]int64, len(tools))
	round := func(watched bool, take func(i int, s sample)) {
		for i, t := range tools {
			if failed[i] {
				continue
			}
			s, err := t.run(m, bin, watched)
			switch {
			case err != nil && t.mayFail:
				failed[i] = true
			case err != nil:
				b.Fatal(err)
			default:
				take(i, s)
			}
		}
	}
	keep := func(i int, s sample) { samples[i] = append(samples[i], s) }
	if !isCold {
		round(false, func(int, sample) {}) // fills the build cache
		round(true, func(i int, s sample) { peaks[i] = s.peak })
	}
	done := 0
	for b.Loop() {
		round(false, keep)
		done++
	}
	for ; done < *rounds && !isCold; done++ {
		round(false, keep)
	}
	r := result{workload: w}
	b.ReportMetric(0, "ns/op")
	for i, t := range tools {
		one := row{workload: w.name, tool: t.name, failed: failed[i]}
		if !failed[i] {
			one.wall, one.peak = median(samples[i]), peaks[i]
			b.ReportMetric(one.wall.Seconds()*1000, fmt.Sprintf("%s-ms", strings.ReplaceAll(t.name, " ", "-")))
		}
		r.rows = append(r.rows, one)
	}
	return r
}
