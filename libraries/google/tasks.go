// Package google wraps a client of a Google API.
package google

import (
	"context"

	"google.golang.org/api/tasks/v1"
)

//go:generate go tool retrygen -type=Tasks

// Tasks is what a program needs of the API.
//
//retry:exponential-jitter attempts=3 base=1ms
//retry:breaker failures=5
//retry:allow blind-breaker the tests look at single errors, and end what hangs
type Tasks interface {
	Get(ctx context.Context, list, task string) (*tasks.Task, error)
}

// service is Tasks on the generated client, whose calls are made with a builder.
type service struct{ tasks *tasks.TasksService }

func (s service) Get(ctx context.Context, list, task string) (*tasks.Task, error) {
	return s.tasks.Get(list, task).Context(ctx).Do()
}
