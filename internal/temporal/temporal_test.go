package temporal_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	namespacepb "go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/types/known/durationpb"

	"waybill/internal/postgres"
	"waybill/internal/temporal"
)

// bootLimit is how long the stack may take to its first workflow, after the very first start.
const bootLimit = 5 * time.Second

// childFolder names the folder on which this test binary, run again as a child, serves until it is killed.
const childFolder = "WAYBILL_TEMPORAL_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		os.Exit(serveUntilKilled(dir))
	}
	os.Exit(m.Run())
}

func serveUntilKilled(dir string) int {
	running, err := startStack(context.Background(), dir)
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	fmt.Println(running.temporal.HostPort())
	<-running.postgres.Exited()
	return 0
}

// stack is the two servers of one folder.
type stack struct {
	postgres *postgres.Server
	temporal *temporal.Server
}

func startStack(ctx context.Context, dir string) (stack, error) {
	log := slog.New(slog.DiscardHandler)
	database, err := postgres.Start(ctx, postgres.Options{DataDir: filepath.Join(dir, "postgres"), Logger: log})
	if err != nil {
		return stack{}, err
	}
	server, err := temporal.Start(ctx, temporal.Options{
		DataDir:     filepath.Join(dir, "temporal"),
		PostgresURL: database.URL("postgres"),
		Logger:      log,
	})
	return stack{database, server}, err
}

func (s stack) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, s.temporal.Stop())
	// The context of the test may have ended by now.
	require.NoError(t, s.postgres.Stop(context.Background()))
}

func start(t *testing.T, dir string) stack {
	t.Helper()
	running, err := startStack(t.Context(), dir)
	require.NoError(t, err)
	t.Cleanup(func() { running.stop(t) })
	return running
}

func TestWorkflowsOutliveRestartAndKill(t *testing.T) {
	dir := t.TempDir()
	var address string
	t.Run("first start", func(t *testing.T) {
		running := start(t, dir)
		address = running.temporal.HostPort()
		requireSum(t, address, 2)
	})
	t.Run("after a stop", func(t *testing.T) {
		begun := time.Now()
		running := start(t, dir)
		require.Equal(t, address, running.temporal.HostPort())
		requireSum(t, address, 4)
		require.Less(t, time.Since(begun), bootLimit)
	})
	t.Run("after a kill", func(t *testing.T) {
		killAfter(t, dir, func(served string) {
			require.Equal(t, address, served)
			requireSum(t, served, 6)
		})
		begun := time.Now()
		start(t, dir)
		requireSum(t, address, 8)
		require.Less(t, time.Since(begun), bootLimit)
	})
}

// requireSum adds two pieces to the one order and requires its sum.
func requireSum(t *testing.T, address string, want int) {
	t.Helper()
	c := dial(t, address)
	work(t, c, worker.Options{})
	sum, err := add(t.Context(), c, "order", 2)
	require.NoError(t, err)
	require.Equal(t, want, sum)
}

// killAfter serves the folder in another process, which it kills after act.
func killAfter(t *testing.T, dir string, act func(address string)) {
	t.Helper()
	path, err := os.Executable()
	require.NoError(t, err)
	child := exec.Command(path)
	child.Env = append(os.Environ(), childFolder+"="+dir)
	output, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	act(strings.TrimSpace(line))
	require.NoError(t, child.Process.Kill())
	_ = child.Wait()
}

func TestTheServerOffersWhatWaybillNeeds(t *testing.T) {
	dir := t.TempDir()
	running := start(t, dir)
	c := dial(t, running.temporal.HostPort())

	t.Run("a namespace with its retention", func(t *testing.T) {
		found, err := c.WorkflowService().DescribeNamespace(t.Context(),
			&workflowservice.DescribeNamespaceRequest{Namespace: temporal.Namespace})
		require.NoError(t, err)
		require.Equal(t, temporal.Retention, found.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration())
	})
	t.Run("search attributes from the first workflow on", func(t *testing.T) {
		_, err := c.ExecuteWorkflow(t.Context(), orderOptions("searched"), order)
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			return count(t, c, `WaybillProcess = "order" AND WaybillIncident = true`) == 1
		}, bootLimit, 10*time.Millisecond)
		require.Zero(t, count(t, c, `WaybillProcess = "other" OR WaybillIncident = false`))
	})
	t.Run("schedules", func(t *testing.T) {
		_, err := c.ScheduleClient().Create(t.Context(), client.ScheduleOptions{
			ID:                 "every-year",
			Spec:               client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: 365 * 24 * time.Hour}}},
			Action:             &client.ScheduleWorkflowAction{ID: "scheduled", Workflow: order, TaskQueue: taskQueue},
			TriggerImmediately: true,
		})
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			return count(t, c, `TemporalScheduledById = "every-year" AND WorkflowType = "order"`) == 1
		}, 2*bootLimit, 10*time.Millisecond)
	})
	t.Run("worker deployment versions", func(t *testing.T) {
		version := worker.WorkerDeploymentVersion{DeploymentName: "waybill", BuildID: "1"}
		work(t, c, worker.Options{DeploymentOptions: worker.DeploymentOptions{
			UseVersioning:             true,
			Version:                   version,
			DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
		}})
		deployment := c.WorkerDeploymentClient().GetHandle(version.DeploymentName)
		require.Eventually(t, func() bool {
			_, err := deployment.SetCurrentVersion(t.Context(), client.WorkerDeploymentSetCurrentVersionOptions{BuildID: version.BuildID})
			return err == nil
		}, 2*bootLimit, 50*time.Millisecond)
		sum, err := add(t.Context(), c, "versioned", 3)
		require.NoError(t, err)
		require.Equal(t, 3, sum)
	})
	t.Run("no second server on the folder or the databases", func(t *testing.T) {
		options := temporal.Options{PostgresURL: running.postgres.URL("postgres"), Logger: slog.New(slog.DiscardHandler)}
		for _, dir := range []string{filepath.Join(dir, "temporal"), t.TempDir()} {
			options.DataDir = dir
			_, err := temporal.Start(t.Context(), options)
			require.ErrorIs(t, err, temporal.ErrInUse)
		}
	})
}

func TestASetUpThatWasCutOffIsRepaired(t *testing.T) {
	dir := t.TempDir()
	database, err := postgres.Start(t.Context(), postgres.Options{
		DataDir: filepath.Join(dir, "postgres"),
		Logger:  slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	require.NoError(t, database.CreateDatabase(t.Context(), "temporal_new"))
	conn, err := pgx.Connect(t.Context(), database.URL("temporal_new"))
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "CREATE TABLE namespace_metadata (half text)")
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
	require.NoError(t, database.Stop(t.Context()))

	requireSum(t, start(t, dir).temporal.HostPort(), 2)
}

func TestANamespaceOfAnotherReleaseIsBroughtUpToDate(t *testing.T) {
	dir := t.TempDir()
	retention := func(c client.Client) time.Duration {
		found, err := c.WorkflowService().DescribeNamespace(t.Context(),
			&workflowservice.DescribeNamespaceRequest{Namespace: temporal.Namespace})
		require.NoError(t, err)
		return found.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration()
	}
	first, err := startStack(t.Context(), dir)
	require.NoError(t, err)
	_, err = dial(t, first.temporal.HostPort()).WorkflowService().UpdateNamespace(t.Context(), &workflowservice.UpdateNamespaceRequest{
		Namespace: temporal.Namespace,
		Config:    &namespacepb.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(24 * time.Hour)},
	})
	require.NoError(t, err)
	first.stop(t)

	require.Equal(t, temporal.Retention, retention(dial(t, start(t, dir).temporal.HostPort())))
}

func count(t *testing.T, c client.Client, query string) int64 {
	t.Helper()
	found, err := c.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
	require.NoError(t, err)
	return found.GetCount()
}
