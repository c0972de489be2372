package report

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func picture(t *testing.T, r *Run) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, Picture(&out, r, "Success"))
	return out.String()
}

func TestPicture(t *testing.T) {
	got := picture(t, parsed(t, output))
	assert.Equal(t, got, picture(t, parsed(t, output)), "the same run gives the same bytes")

	elements := xml.NewDecoder(strings.NewReader(got))
	for {
		if _, err := elements.Token(); err != nil {
			require.ErrorIs(t, err, io.EOF)
			break
		}
	}
	assert.Contains(t, got, "logarithmic")
	assert.Contains(t, got, "prefers-color-scheme: dark")
	assert.Equal(t, 1, strings.Count(got, `<rect class="ours"`))
	assert.Equal(t, 3, strings.Count(got, `<rect class="other"`))
	for _, text := range []string{">direct<", ">1.70 ns, 0 allocs<", ">gobreaker+cenkalti<", ">340 ns, 6 allocs<", ">1 ns<", ">1 µs<"} {
		assert.Contains(t, got, text)
	}
}

// On a logarithmic axis, a bar's length is proportional to the number of digits: 10 ns
// ends a third of the way from 1 ns to 1 µs.
func TestPictureScale(t *testing.T) {
	r := parsed(t, "BenchmarkSuccess/b 1 10 ns/op\nBenchmarkSuccess/a 1 1000 ns/op\nBenchmarkSuccess/c 1 2 ns/op\n")
	var widths []float64
	for _, match := range regexp.MustCompile(`<rect .* width="([^"]+)"`).FindAllStringSubmatch(picture(t, r), -1) {
		width, err := strconv.ParseFloat(match[1], 64)
		require.NoError(t, err)
		widths = append(widths, width)
	}
	require.Len(t, widths, 3)
	assert.InDelta(t, axisWidth*0.30103/3, widths[0], 0.06, "the shortest is on top")
	assert.InDelta(t, axisWidth/3, widths[1], 0.06)
	assert.InDelta(t, axisWidth, widths[2], 0.06)
}

// A single bar, or one that ends at a power of ten, still has a length.
func TestPictureOfOne(t *testing.T) {
	for _, time := range []string{"0.5", "1", "7", "10", "100"} {
		got := picture(t, parsed(t, "BenchmarkSuccess/a 1 "+time+" ns/op\n"))
		match := regexp.MustCompile(`<rect .* width="([^"]+)"`).FindStringSubmatch(got)
		width, err := strconv.ParseFloat(match[1], 64)
		require.NoError(t, err)
		assert.True(t, width > 0 && width <= axisWidth, "%s: %v", time, width)
	}
}

func TestPictureErrors(t *testing.T) {
	require.EqualError(t, Picture(io.Discard, parsed(t, output), "Refused"), "nothing of Refused was measured")
	assert.ErrorIs(t, Picture(broken{}, parsed(t, output), "Success"), errBroken)
}

// A name is escaped, so that it cannot become markup.
func TestPictureEscapes(t *testing.T) {
	got := picture(t, parsed(t, "BenchmarkSuccess/a<b>&c 1 7 ns/op\n"))
	assert.Contains(t, got, ">a&lt;b&gt;&amp;c<")
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }
