package main

// The guide shows what the program prints.
func Example() {
	main()
	// Output:
	// <nil>
	// retrygen.call.retries 2
}
