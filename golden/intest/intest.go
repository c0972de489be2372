// Package intest has its interface in a test file, so the wrapper is in one too
// and no part of what the package exports.
package intest

// Limit is the length of what a sink takes.
const Limit = 3
