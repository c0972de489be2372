package hidden

// Key can be named only by packages in the folder above.
type Key struct{ Text string }
