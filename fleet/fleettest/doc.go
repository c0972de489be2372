// Package fleettest helps to test programs that use package fleet. An [Engine] is a fleet.Bus
// and a fleet.Store in memory, which can be slow, hang, fail and lose its data. [TestBus] and
// [TestStore] check another Bus and another Store.
package fleettest
