package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"

	"waybill/activities"
	"waybill/store"
)

// codes turns every error and panic of an activity into a code and an id; the text goes to the log.
type codes struct {
	interceptor.WorkerInterceptorBase
	log *slog.Logger
}

// InterceptActivity is called by the SDK.
func (c *codes) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &coded{ActivityInboundInterceptorBase: interceptor.ActivityInboundInterceptorBase{Next: next}, log: c.log}
}

type coded struct {
	interceptor.ActivityInboundInterceptorBase
	log *slog.Logger
}

// ExecuteActivity is called by the SDK.
func (c *coded) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (result any, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			result, err = nil, c.hide(ctx, activities.CodePanic, fmt.Errorf("%v\n%s", cause, debug.Stack()))
		}
	}()
	result, err = c.Next.ExecuteActivity(ctx, in)
	if err == nil || temporal.IsCanceledError(err) {
		return result, err
	}
	if fault, ok := errors.AsType[*activities.Fault](err); ok {
		return nil, fault
	}
	return nil, c.hide(ctx, activities.CodeInternal, err)
}

func (c *coded) hide(ctx context.Context, code activities.Code, cause error) error {
	fault := &activities.Fault{Code: code, ID: store.NewID()}
	c.log.ErrorContext(ctx, "activity", "fault", fault.ID, "code", code, "cause", cause)
	return fault
}
