package workflows_test

import (
	"github.com/google/uuid"
	"go.temporal.io/sdk/client"

	"waybill/workflows"
)

// clientOptions start a workflow as a poke does.
func clientOptions(instance uuid.UUID) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{ID: instance.String(), TaskQueue: workflows.Queue}
}
