package retry_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	retry "github.com/retrygen/retrygen/runtime"
)

// Every func of Hooks is joined: one that is added later fails here.
func TestJoinHooks(t *testing.T) {
	fields := reflect.TypeFor[retry.Hooks]()
	for i := range fields.NumField() {
		t.Run(fields.Field(i).Name, func(t *testing.T) {
			var called []int
			hooks := make([]retry.Hooks, 3)
			for n := range hooks {
				if n == 1 {
					continue // it has none
				}
				f := reflect.MakeFunc(fields.Field(i).Type, func([]reflect.Value) []reflect.Value {
					called = append(called, n)
					return zeros(fields.Field(i).Type.NumOut, fields.Field(i).Type.Out)
				})
				reflect.ValueOf(&hooks[n]).Elem().Field(i).Set(f)
			}
			joined := reflect.ValueOf(retry.JoinHooks(hooks...))
			for j := range fields.NumField() {
				assert.Equal(t, i != j, joined.Field(j).IsNil(), "nil costs nothing: %s", fields.Field(j).Name)
			}
			joined.Field(i).Call(zeros(fields.Field(i).Type.NumIn, fields.Field(i).Type.In))
			order := []int{0, 2}
			if strings.HasSuffix(fields.Field(i).Name, "Done") {
				order = []int{2, 0}
			}
			assert.Equal(t, order, called)
		})
	}
	assert.Zero(t, retry.JoinHooks())
	assert.Zero(t, retry.JoinHooks(retry.Hooks{}, retry.Hooks{}))
}

// zeros are arguments or results of a func.
func zeros(number func() int, of func(int) reflect.Type) []reflect.Value {
	var list []reflect.Value
	for i := range number() {
		list = append(list, reflect.Zero(of(i)))
	}
	return list
}

// A single func is called too.
func TestJoinOneHook(t *testing.T) {
	calls := 0
	joined := retry.JoinHooks(retry.Hooks{}, retry.Hooks{CallDone: func(context.Context, retry.CallEvent) { calls++ }})
	assert.Nil(t, joined.AttemptDone)
	joined.CallDone(t.Context(), retry.CallEvent{})
	assert.Equal(t, 1, calls)
	assert.Nil(t, retry.JoinHooks().CallDone)
}
