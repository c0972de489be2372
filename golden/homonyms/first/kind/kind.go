package kind

// Kind is that of the first.
type Kind struct{ Text string }
