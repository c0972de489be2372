package main

// The guide shows what the program prints.
func Example() {
	main()
	// Output:
	// request 1 shop
	// request 2 shop
	// request 3 shop
	// shop SERVING OK
	// request 4 shed
	// shed UNKNOWN NotFound
}
