package breaker

// pressure returns how near a closed breaker is to opening: see Snapshot.Pressure. It takes
// the consecutive failures, and what the window holds.
func (c *Config) pressure(failures int, t tally) float64 {
	p := 0.0
	if c.Failures > 0 {
		p = float64(failures) / float64(c.Failures)
	}
	if t.calls > 0 {
		enough := float64(t.calls) / float64(c.Min)
		of := func(part int64, share int) float64 {
			if share == 0 {
				return 0
			}
			return min(enough, float64(part)/float64(t.calls)*all/float64(share))
		}
		p = max(p, of(t.failures, c.Rate), of(t.slow, c.SlowRate))
	}
	return min(p, 1)
}
