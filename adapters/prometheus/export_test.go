package promretry

// Groups returns how many groups are remembered.
func (m *Metrics) Groups() int {
	m.guards.groups.mu.Lock()
	defer m.guards.groups.mu.Unlock()
	return len(m.guards.groups.known)
}
