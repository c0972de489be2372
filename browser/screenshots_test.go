package browser

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/retrygen/retrygen/fleet/fleettest"
	"github.com/retrygen/retrygen/retrypage"
)

var screenshots = flag.String("screenshots", "", "the folder into which to write the screenshots of docs/page.md; it takes two minutes")

// mostBytes is how large a screenshot may be.
const mostBytes = 150 << 10

// The screenshots show an outage of one of three dependencies, after two minutes of load.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("the flag -screenshots is not set")
	}
	store := new(fleettest.Engine).Connect()
	f := join(t, store)
	payments := newDependency(t, "PaymentClient", "breaker failures=10 cooldown=20s; budget", "exponential-jitter attempts=4 base=20ms max=200ms; timeout total=2s")
	search := newDependency(t, "SearchClient", "breaker rate=50% min=20 cooldown=10s; budget", "simple attempts=2 delay=10ms", f.Instrument)
	users := newDependency(t, "UserStore", "breaker failures=5 cooldown=10s; budget", "exponential attempts=3 base=10ms")
	put(t, store, "for 3h by bert: the search index is being rebuilt\nSearchClient: attempts=1\n")
	require.NoError(t, users.group.SetPolicy("UserStore.Get", parse(t, "exponential attempts=2 base=50ms").Patch()))
	config := retrypage.Config{Title: "checkout", History: true, ShowErrors: true, Fleet: func() any { return f.Status() }, Control: allow, Who: func(*http.Request) string { return "anna" }}
	origin, address := serve(t, config, payments, search, users)
	end := make(chan struct{})
	defer close(end)
	payments.load(0.04, end)
	search.load(0.3, end)
	users.load(0.01, end)

	wait := 2 * time.Minute
	time.Sleep(wait)
	b := newTab(t, origin)
	payments.down.Store(true)
	time.Sleep(12 * time.Second)
	b.do(chromedp.Navigate(address))
	b.shows("#live", "live")
	b.shoot("page-light.png", 1200, 1250, "light")
	b.shoot("page-dark.png", 1200, 1250, "dark")
	b.shoot("page-phone.png", 390, 900, "light")
	b.do(
		chromedp.Navigate(address+"change?dependency=d1"),
		chromedp.SetValue(chromedp.CSS("#policy0"), "exponential-jitter attempts=2 base=100ms; timeout total=1s"),
		chromedp.Click(chromedp.CSS("form[action=preview] button")),
	)
	b.shows("h1", "preview")
	b.shoot("page-preview.png", 1000, 780, "light")
}

// shoot writes what the tab shows, in a size and a colour scheme.
func (b *tab) shoot(name string, width, height int64, scheme string) {
	b.t.Helper()
	send(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	b.do(chromedp.EmulateViewport(width, height))
	time.Sleep(time.Second) // the next sample, in the new size
	shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(b.t, err)
	full, err := png.Decode(bytes.NewReader(shot))
	require.NoError(b.t, err)
	var small bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	require.NoError(b.t, encoder.Encode(&small, fewerColours(full)))
	assert.Less(b.t, small.Len(), mostBytes, name)
	require.NoError(b.t, os.WriteFile(filepath.Join(*screenshots, name), small.Bytes(), 0o644))
}

// fewerColours returns an image with its 128 most frequent colours, and the nearest of these
// for the others. A page has few colours beside the edges of letters.
func fewerColours(full image.Image) image.Image {
	counts := make(map[color.Color]int)
	bounds := full.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			counts[full.At(x, y)]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(counts), func(a, b color.Color) int { return cmp.Compare(counts[b], counts[a]) })
	few := image.NewPaletted(bounds, colours[:min(len(colours), 128)])
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			few.Set(x, y, full.At(x, y))
		}
	}
	return few
}
