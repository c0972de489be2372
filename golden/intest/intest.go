// Package intest has its interface in a test file. So the wrapper is in a test file too and
// not part of what the package exports.
package intest

// Limit is the length of what a sink takes.
const Limit = 3
