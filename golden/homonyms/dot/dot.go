package dot

// Dotted is used without its package.
type Dotted string
