package kind

// Kind is the type of the second package kind.
type Kind struct{ Text string }
