package temporal

import (
	"fmt"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	"go.temporal.io/server/common/primitives"
)

const (
	loopback    = "127.0.0.1"
	clusterName = "waybill"

	// historyShards is fixed for the life of the databases; each shard's tasks are taken one batch after the other.
	historyShards = 4

	mainStore       = "main"
	visibilityStore = "visibility"

	// Each of the four services opens both pools.
	mainConnections       = 20
	visibilityConnections = 5

	disabled = "disabled"
)

// ports is the first of the block of ports that one server listens on.
type ports int

// portCount is the size of the block: a port for requests and one for membership for each service.
const portCount = 8

func (p ports) frontend() string {
	return fmt.Sprintf("%s:%d", loopback, int(p))
}

func (p ports) services() map[string]config.Service {
	services := map[string]config.Service{}
	for i, name := range []primitives.ServiceName{
		primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService,
	} {
		services[string(name)] = config.Service{RPC: config.RPC{
			GRPCPort:       int(p) + 2*i,
			MembershipPort: int(p) + 2*i + 1,
			BindOnIP:       loopback,
		}}
	}
	return services
}

func (s *stores) configuration(p ports) *config.Config {
	archival := config.ArchivalNamespaceDefaults{
		History:    config.HistoryArchivalNamespaceDefaults{State: disabled},
		Visibility: config.VisibilityArchivalNamespaceDefaults{State: disabled},
	}
	return &config.Config{
		Global: config.Global{
			Membership: config.Membership{MaxJoinDuration: 10 * time.Second, BroadcastAddress: loopback},
		},
		Persistence: config.Persistence{
			DefaultStore:     mainStore,
			VisibilityStore:  visibilityStore,
			NumHistoryShards: historyShards,
			DataStores: map[string]config.DataStore{
				mainStore:       {SQL: s.sql(s.main, mainConnections)},
				visibilityStore: {SQL: s.sql(s.visibility, visibilityConnections)},
			},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: p.frontend()},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            p.services(),
		Archival: config.Archival{
			History:    config.HistoryArchival{State: disabled},
			Visibility: config.VisibilityArchival{State: disabled},
		},
		PublicClient:      config.PublicClient{HostPort: p.frontend()},
		NamespaceDefaults: config.NamespaceDefaults{Archival: archival},
	}
}

// sql describes the connection to one database. The address and the role stand in the connection string, which the hook
// uses instead of the fields.
func (s *stores) sql(database string, connections int) *config.SQL {
	return &config.SQL{
		Connect:         s.connect,
		PluginName:      postgresql.PluginNamePGX,
		DatabaseName:    database,
		ConnectAddr:     s.address.Host,
		ConnectProtocol: "tcp",
		MaxConns:        connections,
		MaxIdleConns:    connections,
	}
}

// dynamicConfiguration fits the server to one process that serves one application: limits that protect tenants of a
// shared cluster from each other are lifted, and task queues have one partition, so that a poll finds its task at once.
func dynamicConfiguration() dynamicconfig.StaticClient {
	const unlimited = 1_000_000
	return dynamicconfig.StaticClient{
		dynamicconfig.EnableDeploymentVersions.Key():                   true,
		dynamicconfig.FrontendEnableWorkerVersioningWorkflowAPIs.Key(): true,
		dynamicconfig.FrontendEnableUpdateWorkflowExecution.Key():      true,

		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,

		dynamicconfig.FrontendRPS.Key():                                         unlimited,
		dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key():                  unlimited,
		dynamicconfig.FrontendMaxConcurrentLongRunningRequestsPerInstance.Key(): unlimited,
		dynamicconfig.FrontendPersistenceMaxQPS.Key():                           unlimited,
		dynamicconfig.HistoryRPS.Key():                                          unlimited,
		dynamicconfig.HistoryPersistenceMaxQPS.Key():                            unlimited,
		dynamicconfig.MatchingRPS.Key():                                         unlimited,
		dynamicconfig.MatchingPersistenceMaxQPS.Key():                           unlimited,
		dynamicconfig.WorkerPersistenceMaxQPS.Key():                             unlimited,
		dynamicconfig.VisibilityPersistenceMaxReadQPS.Key():                     unlimited,
		dynamicconfig.VisibilityPersistenceMaxWriteQPS.Key():                    unlimited,
	}
}
