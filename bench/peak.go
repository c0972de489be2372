package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// watchEvery is the time between two readings of a process's peak. Growth after the last
// reading goes unseen.
const watchEvery = time.Millisecond

// watch returns the highest resident memory of a process until stop is closed, and 0 where
// there is no /proc.
//
// The Maxrss of an ended process is another number: on Linux it includes the processes
// that it has waited for, here the go command and compilers, and the memory of its parent
// when it was started.
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

// highWater reads VmHWM from the text of /proc/PID/status, in bytes. It is missing for a
// process that has ended.
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
