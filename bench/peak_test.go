package bench

import (
	"os/exec"
	"runtime"
	"testing"
)

func TestHighWater(t *testing.T) {
	for status, want := range map[string]int64{
		"Name:\tgo\nVmPeak:\t  900 kB\nVmHWM:\t   12 kB\nVmRSS:\t 9 kB\n": 12 << 10,
		"Name:\tgo\nState:\tZ (zombie)\n":                                 0,
		"VmHWM:\tmuch kB\n":                                               0,
		"":                                                                0,
	} {
		if got := highWater(status); got != want {
			t.Errorf("%q: %d, not %d", status, got, want)
		}
	}
}

// The memory of this process does not count for its child.
func TestPeakIsOfTheProcessAlone(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Log("only Linux tells")
		return
	}
	held := make([]byte, 128<<20)
	for i := 0; i < len(held); i += 4096 {
		held[i] = 1
	}
	s, err := run(exec.Command("sleep", "0.1"), true)
	runtime.KeepAlive(held)
	if err != nil {
		t.Fatal(err)
	}
	if s.peak == 0 || s.peak > 32<<20 {
		t.Errorf("the peak of sleep is %d MB", s.peak>>20)
	}
}
