package bench

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkSimulate simulates herds of clients: all of them call at once, and each makes
// about nine attempts over twenty seconds of virtual time. It reports how many clients a
// second of this machine simulates, by the clock and by the processor's time, and the
// command's highest memory for each of them.
func BenchmarkSimulate(b *testing.B) {
	root, err := filepath.Abs("..")
	require.NoError(b, err)
	command := filepath.Join(b.TempDir(), "retrygen")
	build := exec.Command("go", "build", "-o", command, "./cmd/retrygen")
	build.Dir = root
	require.NoError(b, build.Run())
	for _, clients := range []int{10_000, 100_000, 1_000_000} {
		b.Run(strconv.Itoa(clients), func(b *testing.B) {
			var peak int64
			var busy float64
			for b.Loop() {
				run := exec.Command(command, "simulate", "-policy", "exponential-jitter attempts=20 base=100ms max=10s; budget off", "herd",
					"clients="+strconv.Itoa(clients), "capacity="+strconv.Itoa(clients/10)+"/s", "queue="+strconv.Itoa(clients/10))
				require.NoError(b, run.Start())
				stop, seen := make(chan struct{}), make(chan int64)
				go func() { seen <- watch(run.Process.Pid, stop) }()
				err := run.Wait()
				close(stop)
				peak = max(peak, <-seen)
				require.NoError(b, err)
				busy += run.ProcessState.UserTime().Seconds()
			}
			made := float64(clients) * float64(b.N)
			b.ReportMetric(made/b.Elapsed().Seconds(), "clients/s")
			b.ReportMetric(made/busy, "clients/cpu-s")
			b.ReportMetric(float64(peak)/float64(clients), "B/client")
		})
	}
}
