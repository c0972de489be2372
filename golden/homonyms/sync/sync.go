package sync

// Kind is a type of this package.
type Kind int
