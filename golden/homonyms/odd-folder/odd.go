package other

// Name is in a folder of another name.
type Name string
