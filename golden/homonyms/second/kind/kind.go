package kind

// Kind is that of the second.
type Kind struct{ Text string }
