package kind

// Kind is the type of the first package kind.
type Kind struct{ Text string }
