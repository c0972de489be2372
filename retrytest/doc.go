// Package retrytest helps to test code that calls through wrappers of retrygen. [Plan] makes a
// dependency fail as a test wants it, a [Recorder] shows what the calls did, [Bubble] finds what
// they leave behind, [Storm] shows whether the budget holds, and [Golden] keeps the policies in
// force in a file. Use it in testing/synctest bubbles, where waits take no time.
package retrytest
