package dot

// Dotted has a dot before it.
type Dotted string
