// Package simulate puts policies into situations, in virtual time, and reports what happens.
//
//	scenario, _ := simulate.Find("overload")
//	report, err := scenario.Run(ctx, simulate.Config{Contenders: contenders, Seed: 1})
//	fmt.Print(simulate.Text(report))
//
// The code of the runtime decides about each attempt of each call; package internal/virtual
// has the interface for that. This package has the rest of the world: the time and the
// events to come (sim.go, events.go), a dependency with finite capacity (server.go), and a
// file for each scenario, which says who calls when and what becomes of an attempt.
//
// A report is data. [Text], [SVG] and [WriteJSON] print it. It depends on the settings and
// the seed and on nothing else: the draws avoid what processors round differently, and
// nothing iterates over a map.
package simulate
