package context

// Kind is a type of this package.
type Kind int

// Context is not a context.Context.
type Context interface{ Done() bool }
