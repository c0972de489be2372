package main

// The guide shows what the program prints.
func Example() {
	main()
	// Output:
	// <nil>
	// retrygen_budget_tokens{instance_name="",name="Prices.Get"} 8.1
	// retrygen_call_retries_sum{instance_name="",method="Prices.Get",outcome="success"} 2
}
