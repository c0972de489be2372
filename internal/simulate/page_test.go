package simulate

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the pictures of docs/simulate.md")

// The pictures of docs/simulate.md, with the commands that draw them.
var pictures = []struct {
	file, scenario, settings string
	policies                 []string
	headlines                []string // how they begin; the page says the same
}{
	{
		"simulate-jitter.svg", "herd", "clients=5000 capacity=500/s queue=50",
		[]string{"exponential attempts=20 base=100ms max=2s; budget off", "exponential-jitter attempts=20 base=100ms max=2s; budget off"},
		[]string{"ALL SERVED 94.3s", "ALL SERVED 11.1s"},
	},
	{
		"simulate-budget.svg", "overload", "",
		[]string{
			"exponential-jitter attempts=4; timeout attempt=1s; budget off", "exponential-jitter attempts=4; timeout attempt=1s; budget burst=100",
			"exponential-jitter attempts=4; timeout attempt=1s; budget", "exponential-jitter attempts=4; timeout attempt=1s; budget; breaker failures=5 cooldown=5s",
		},
		[]string{"STUCK: 322/s", "RECOVERS 457s", "RECOVERS 77s", "RECOVERS 12s"},
	},
	{
		"simulate-shards.svg", "shards", "",
		[]string{"exponential-jitter attempts=3 base=50ms; breaker failures=5 cooldown=5s; budget"},
		[]string{"51% OF THE CALLS OF HEALTHY SHARDS FAIL", "THE HEALTHY SHARDS GO ON: 100%"},
	},
	{
		"simulate-hedge.svg", "tail", "",
		[]string{"hedge after=10ms; budget burst=100"},
		[]string{"p99.9 IS 1.9s", "p99.9 FALLS FROM 1.9s TO 64.4ms with 2% more"},
	},
}

func TestPictures(t *testing.T) {
	page, err := os.ReadFile("../../docs/simulate.md")
	require.NoError(t, err)
	for _, p := range pictures {
		t.Run(p.file, func(t *testing.T) {
			if underRace && p.scenario == "tail" {
				t.Skip("four million calls take half a minute with the race detector, and one goroutine makes them all")
			}
			var list []Contender
			command := "retrygen simulate"
			for i, text := range p.policies {
				c := contender(t, text)
				c.Name = string(rune('A' + i))
				list = append(list, c)
				command += ` -policy "` + text + `"`
			}
			r := simulated(t, p.scenario, p.settings, 1, list...)
			require.Len(t, r.Results, len(p.headlines))
			for i, begin := range p.headlines {
				t.Log(r.Results[i].Name, r.Results[i].Headline)
				assert.True(t, strings.HasPrefix(r.Results[i].Headline, begin), r.Results[i].Headline)
			}
			command += strings.TrimRight(" "+p.scenario+" "+p.settings, " ") + " -svg " + p.file
			assert.Contains(t, strings.Join(strings.Fields(strings.ReplaceAll(string(page), "\\\n", " ")), " "), command, "the page has the command")
			name := "../../docs/" + p.file
			if *update {
				require.NoError(t, os.WriteFile(name, []byte(SVG(r)), 0o644))
			}
			want, err := os.ReadFile(name)
			require.NoError(t, err)
			assert.Equal(t, string(want), SVG(r), "go test ./internal/simulate -update writes it")
		})
	}
}
