package retrygen_test

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/policy"
)

func readme(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("README.md")
	require.NoError(t, err)
	return string(content)
}

// What the README shows as generated is what is generated.
func TestReadmeShowsTheGolden(t *testing.T) {
	golden, err := os.ReadFile("golden/payment/paymentclient_retry.go")
	require.NoError(t, err)
	_, block, found := strings.Cut(readme(t), "```go\n// Charge calls")
	require.True(t, found)
	block, _, found = strings.Cut(block, "```")
	require.True(t, found)
	assert.Contains(t, string(golden), "// Charge calls"+block)
}

// What it shows as messages is what the command prints.
func TestReadmeShowsTheMessages(t *testing.T) {
	script, err := os.ReadFile("testdata/script/readme.txtar")
	require.NoError(t, err)
	_, want, found := strings.Cut(string(script), "-- want --\n")
	require.True(t, found)
	var block strings.Builder
	for line := range strings.Lines(want) {
		block.WriteString("    " + line)
	}
	assert.Contains(t, readme(t), "\n\n"+block.String()+"\n")
}

// The page about reviews begins with one that the command prints.
func TestReviewPageShowsAReview(t *testing.T) {
	script, err := os.ReadFile("testdata/script/review_page.txtar")
	require.NoError(t, err)
	_, want, found := strings.Cut(string(script), "-- want --\n")
	require.True(t, found)
	var block strings.Builder
	for line := range strings.Lines(want) {
		if line != "\n" {
			line = "    " + line
		}
		block.WriteString(line)
	}
	page, err := os.ReadFile("docs/review.md")
	require.NoError(t, err)
	assert.Contains(t, string(page), "\n"+block.String()+"\n")
}

func TestReadmeIsShort(t *testing.T) {
	assert.LessOrEqual(t, strings.Count(readme(t), "\n"), 150)
}

// The table of delays is computed here from the verbs in its first column, and so
// are its pictures: eight levels up to two seconds.
func TestReadmeTableOfDelays(t *testing.T) {
	rows := 0
	lines := bufio.NewScanner(strings.NewReader(readme(t)))
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "|")
		if len(cells) != 10 || !strings.Contains(cells[1], "`") {
			continue
		}
		rows++
		assert.Equal(t, delayRow(t, strings.Trim(cells[1], " `")), lines.Text())
	}
	assert.Equal(t, 7, rows)
}

func delayRow(t *testing.T, directive string) string {
	t.Helper()
	verb, _, _ := strings.Cut(directive, " ")
	text := map[string]string{
		"simple":      "simple attempts=7 delay=100ms",
		"incremental": "incremental attempts=7 base=100ms step=200ms max=2s",
	}[verb]
	if text == "" {
		text = verb + " attempts=7 base=100ms max=2s"
	}
	p, err := policy.Parse(text)
	require.NoError(t, err)
	row := fmt.Sprintf("| `%s` |", directive)
	picture := ""
	var high time.Duration
	for n := 1; n <= 6; n++ {
		low := p.Retry.Strategy.Delay(n, 0, 0)
		high = p.Retry.Strategy.Delay(n, high, 1)
		cell := strconv.FormatInt(high.Round(time.Millisecond).Milliseconds(), 10)
		if high-low > time.Millisecond {
			cell = strconv.FormatInt(low.Round(time.Millisecond).Milliseconds(), 10) + "-" + cell
		}
		row += " " + cell + " |"
		level := (high.Milliseconds()*8 + 1999) / 2000
		picture += string([]rune("▁▂▃▄▅▆▇█")[max(level, 1)-1])
	}
	return row + " `" + picture + "` |"
}
