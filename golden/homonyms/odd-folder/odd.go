package other

// Name is in a folder with another name.
type Name string
