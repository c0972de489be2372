package promretry

// Groups returns how many groups are remembered.
func (m *Metrics) Groups() int {
	m.guards.mu.Lock()
	defer m.guards.mu.Unlock()
	return len(m.guards.groups)
}
