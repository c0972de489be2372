package runtime

// Kind is one of this package.
type Kind int
