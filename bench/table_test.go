package bench

import (
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	samples := []sample{{3 * time.Second, 1}, {time.Second, 9}, {2 * time.Second, 5}}
	if got := median(samples); got != 2*time.Second {
		t.Errorf("median of the times: %v", got)
	}
}

// An unknown peak does not count as a small one.
func TestUnknownPeakMeetsNoGoal(t *testing.T) {
	r := result{workload: workload{goals: []goal{{"retrygen", "", 50}}}, rows: []row{{tool: "retrygen", wall: time.Second}}}
	if v := r.verdicts()[0]; v.met {
		t.Errorf("%v", v)
	}
}

func TestTable(t *testing.T) {
	r := result{
		workload: workload{name: "one", about: "a test", goals: []goal{
			{"retrygen", "L", 1.3}, {"retrygen", "moq", 0.5}, {"retrygen", "", 50}, {"retrygen", "broken", 1},
		}},
		rows: []row{
			{"one", "L", 100 * time.Millisecond, 20 << 20, false},
			{"one", "retrygen", 120 * time.Millisecond, 60 << 20, false},
			{"one", "moq", 200 * time.Millisecond, 30 << 20, false},
			{"one", "broken", 0, 0, true},
		},
	}
	want := `
one: a test
      tool   median   × L  peak MB
         L  0.100 s  1.00       20
  retrygen  0.120 s  1.20       60
       moq  0.200 s  2.00       30
    broken    fails     -        -
  goal: retrygen at most 1.30 × L: 1.20, met
  goal: retrygen at most 0.50 × moq: 0.60, missed
  goal: retrygen at most 50 MB: 60, missed
  goal: retrygen at most 1.00 × broken: 0.00, missed
`
	var got strings.Builder
	if err := print(&got, []result{r}); err != nil {
		t.Fatal(err)
	}
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

// The modules of the workloads have what the tools should work on.
func TestWorkloads(t *testing.T) {
	for _, w := range workloads {
		files, interfaces := w.files()
		text := ""
		for _, content := range files {
			text += content
		}
		for _, name := range interfaces {
			if !strings.Contains(text, "type "+name+" interface {") {
				t.Errorf("%s: no interface %s", w.name, name)
			}
		}
		tools := make(map[string]bool)
		for _, tool := range w.tools("") {
			tools[tool.name] = true
		}
		for _, g := range w.goals {
			if !tools[g.tool] || g.than != "" && !tools[g.than] {
				t.Errorf("%s: the goal %v is of tools that do not run", w.name, g)
			}
		}
	}
}
