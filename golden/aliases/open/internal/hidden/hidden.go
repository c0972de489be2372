package hidden

// Key can only be named by the neighbours of this folder.
type Key struct{ Text string }
