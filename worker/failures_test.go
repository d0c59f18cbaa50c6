package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"google.golang.org/protobuf/encoding/protojson"

	"waybill/activities"
	"waybill/store"
)

const planted = "Zhang Wei"

func TestNoTextOfAnErrorReachesTemporal(t *testing.T) {
	detail := &pgconn.PgError{Message: "duplicate key", Detail: "Key (name)=(" + planted + ") already exists."}
	for situation, err := range map[string]error{
		"an error of PostgreSQL":           detail,
		"a wrapped one":                    fmt.Errorf("customer %s: %w", planted, detail),
		"an application error":             temporal.NewApplicationError(planted, planted, planted),
		"one that is not to be retried":    temporal.NewNonRetryableApplicationError(planted, planted, detail, planted),
		"a cancel with details":            temporal.NewCanceledError(planted),
		"a timeout with its heartbeat":     temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_HEARTBEAT, detail, planted),
		"a text that looks like our codes": temporal.NewApplicationError("busy: "+planted, "busy"),
		"a joined one":                     errors.Join(detail, errors.New(planted)),
	} {
		failure := newFailures().ErrorToFailure(err)
		text, marshal := protojson.Marshal(failure)
		require.NoError(t, marshal)
		require.NotContains(t, string(text), planted, situation)
		require.Empty(t, failure.GetStackTrace(), situation)
	}
}

func TestWhatKindOfFailureItIsStays(t *testing.T) {
	f := newFailures()
	require.NotNil(t, f.ErrorToFailure(temporal.NewCanceledError()).GetCanceledFailureInfo())
	timeout := f.ErrorToFailure(temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_START_TO_CLOSE, nil))
	require.Equal(t, enumspb.TIMEOUT_TYPE_START_TO_CLOSE, timeout.GetTimeoutFailureInfo().GetTimeoutType())
	require.True(t, f.ErrorToFailure(temporal.NewNonRetryableApplicationError("", "", nil)).GetApplicationFailureInfo().GetNonRetryable())
	require.Nil(t, f.ErrorToFailure(nil))
}

func TestAFaultKeepsItsCodeAndIDOnItsWayThroughTemporal(t *testing.T) {
	f := newFailures()
	fault := &activities.Fault{Code: activities.CodeBusy, ID: store.NewID()}
	sent := f.ErrorToFailure(fmt.Errorf("turn of %s: %w", planted, fault))
	require.Equal(t, fault.Error(), sent.GetMessage())
	require.Equal(t, "busy", sent.GetApplicationFailureInfo().GetType())
	again := f.ErrorToFailure(f.FailureToError(sent))
	require.Equal(t, fault.Error(), again.GetMessage(), "also where a workflow passes it on")
}

func TestErrorsAndPanicsOfActivitiesBecomeCodes(t *testing.T) {
	fault := &activities.Fault{Code: activities.CodeBusy, ID: store.NewID()}
	for situation, c := range map[string]struct {
		do   func() error
		code string
	}{
		"a fault":  {func() error { return fault }, "busy"},
		"an error": {func() error { return errors.New(planted) }, "internal"},
		"a panic":  {func() error { panic(planted) }, "panic"},
	} {
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestActivityEnvironment()
		env.SetFailureConverter(newFailures())
		env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&codes{log: slog.New(slog.DiscardHandler)}}})
		act := func(context.Context) error { return c.do() }
		env.RegisterActivity(act)
		_, err := env.ExecuteActivity(act)
		var application *temporal.ApplicationError
		require.ErrorAs(t, err, &application, situation)
		require.Equal(t, c.code, application.Type(), situation)
		require.NotContains(t, err.Error(), planted, situation)
	}
}
