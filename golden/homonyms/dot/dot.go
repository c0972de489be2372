package dot

// Dotted comes from a dot import.
type Dotted string
