package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/retrygen/retrygen/bench/report"
)

// A row is what one tool used for a workload.
type row struct {
	workload, tool string
	wall           time.Duration
	peak           int64
	failed         bool
}

// A result has the rows and verdicts of a workload.
type result struct {
	workload workload
	rows     []row
}

func (r result) row(tool string) (row, bool) {
	for _, row := range r.rows {
		if row.tool == tool {
			return row, true
		}
	}
	return row{}, false
}

// A verdict says whether a goal was met.
type verdict struct {
	goal goal
	got  float64
	met  bool
}

// verdicts compares the rows with the goals.
func (r result) verdicts() []verdict {
	var list []verdict
	for _, g := range r.workload.goals {
		mine, ok := r.row(g.tool)
		if !ok || mine.failed {
			list = append(list, verdict{goal: g})
			continue
		}
		v := verdict{goal: g, got: float64(mine.peak) / (1 << 20)}
		if g.than != "" {
			other, ok := r.row(g.than)
			if !ok || other.failed {
				list = append(list, verdict{goal: g})
				continue
			}
			v.got = float64(mine.wall) / float64(other.wall)
		}
		v.met = v.got > 0 && v.got <= g.times // an unknown peak meets no goal
		list = append(list, v)
	}
	return list
}

// String says what the bound is, and what was measured.
func (v verdict) String() string {
	word := report.Word(v.met)
	if v.goal.than == "" {
		return fmt.Sprintf("%s at most %.0f MB: %.0f, %s", v.goal.tool, v.goal.times, v.got, word)
	}
	return fmt.Sprintf("%s at most %.2f × %s: %.2f, %s", v.goal.tool, v.goal.times, v.goal.than, v.got, word)
}

// print writes the results as a table.
func print(w io.Writer, results []result) error {
	for _, r := range results {
		fmt.Fprintf(w, "\n%s: %s\n", r.workload.name, r.workload.about)
		floor, hasFloor := r.row("L")
		tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprint(tw, "tool\tmedian\t× L\tpeak MB\t\n")
		for _, row := range r.rows {
			ratio := "-"
			switch {
			case row.failed:
				fmt.Fprintf(tw, "%s\tfails\t-\t-\t\n", row.tool)
				continue
			case hasFloor:
				ratio = fmt.Sprintf("%.2f", float64(row.wall)/float64(floor.wall))
			}
			peak := "-"
			if row.peak > 0 {
				peak = fmt.Sprintf("%.0f", float64(row.peak)/(1<<20))
			}
			fmt.Fprintf(tw, "%s\t%.3f s\t%s\t%s\t\n", row.tool, row.wall.Seconds(), ratio, peak)
		}
		if err := tw.Flush(); err != nil {
			return err
		}
		for _, v := range r.verdicts() {
			fmt.Fprintf(w, "  goal: %s\n", v)
		}
	}
	return nil
}
