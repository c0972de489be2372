package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// watchEvery is how often a process is asked for its peak. What it gains after the
// last time goes unseen.
const watchEvery = time.Millisecond

// watch returns the highest resident memory of a process until stop is closed, and
// 0 where /proc does not tell.
//
// The Maxrss that a process leaves behind is something else: Linux counts into it
// the processes that it has waited for, the go command and compilers here, and what
// its parent had when it was started.
func watch(pid int, stop <-chan struct{}) (peak int64) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
			peak = max(peak, highWater(string(status)))
		}
		select {
		case <-stop:
			return peak
		case <-ticker.C:
		}
	}
}

// highWater reads VmHWM out of the text of /proc/PID/status, in bytes. One that has
// ended has none.
func highWater(status string) int64 {
	for line := range strings.Lines(status) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "VmHWM:" && fields[2] == "kB" {
			kibibytes, err := strconv.ParseInt(fields[1], 10, 64)
			if err == nil {
				return kibibytes << 10
			}
		}
	}
	return 0
}
