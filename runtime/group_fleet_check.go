package retry

// CheckSteering returns the error that [Group.Steer] would return, and changes nothing. Package
// fleet checks all groups of a process before it steers the first one.
func (g *Group) CheckSteering(s Steering) error {
	if err := s.check(); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	_, err := g.settleAll(s)
	return err
}
