package context

// Kind is one of this package.
type Kind int

// Context is no context.
type Context interface{ Done() bool }
