package temporal

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/google/uuid"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	persistencespb "go.temporal.io/server/api/persistence/v1"
	"go.temporal.io/server/common"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence"
	persistenceclient "go.temporal.io/server/common/persistence/client"
	"go.temporal.io/server/common/persistence/serialization"
	"go.temporal.io/server/common/resolver"
	"go.temporal.io/server/common/telemetry"
	"google.golang.org/protobuf/types/known/durationpb"
)

// aliases maps the columns that the visibility schema reserves for custom search attributes to our names for them.
func aliases() map[string]string {
	return map[string]string{
		"Keyword01": AttributeProcess,
		"Bool01":    AttributeIncident,
	}
}

// ensureNamespace writes the namespace with its search attributes into the database, or brings the one there up to date.
// It works without a server: through one, search attributes become usable only after its caches have expired.
func ensureNamespace(ctx context.Context, configuration *config.Config, logger log.Logger) error {
	factory := persistenceFactory(configuration, logger)
	defer factory.Close()
	manager, err := factory.NewMetadataManager()
	if err != nil {
		return fmt.Errorf("namespace %s: %w", Namespace, err)
	}
	defer manager.Close()
	found, err := manager.GetNamespace(ctx, &persistence.GetNamespaceRequest{Name: Namespace})
	if _, missing := errors.AsType[*serviceerror.NamespaceNotFound](err); missing {
		_, err = manager.CreateNamespace(ctx, &persistence.CreateNamespaceRequest{Namespace: namespaceDetail()})
	} else if err == nil {
		err = updateNamespace(ctx, manager, found)
	}
	if err != nil {
		return fmt.Errorf("namespace %s: %w", Namespace, err)
	}
	return nil
}

func updateNamespace(ctx context.Context, manager persistence.MetadataManager, found *persistence.GetNamespaceResponse) error {
	settings := found.Namespace.GetConfig()
	if maps.Equal(settings.GetCustomSearchAttributeAliases(), aliases()) && settings.GetRetention().AsDuration() == Retention {
		return nil
	}
	metadata, err := manager.GetMetadata(ctx)
	if err != nil {
		return err
	}
	settings.CustomSearchAttributeAliases = aliases()
	settings.Retention = durationpb.New(Retention)
	found.Namespace.ConfigVersion++
	return manager.UpdateNamespace(ctx, &persistence.UpdateNamespaceRequest{
		Namespace:           found.Namespace,
		NotificationVersion: metadata.NotificationVersion,
	})
}

func namespaceDetail() *persistencespb.NamespaceDetail {
	return &persistencespb.NamespaceDetail{
		Info: &persistencespb.NamespaceInfo{
			Id:          uuid.NewString(),
			Name:        Namespace,
			State:       enumspb.NAMESPACE_STATE_REGISTERED,
			Description: "Processes of Waybill",
		},
		Config: &persistencespb.NamespaceConfig{
			Retention:                    durationpb.New(Retention),
			HistoryArchivalState:         enumspb.ARCHIVAL_STATE_DISABLED,
			VisibilityArchivalState:      enumspb.ARCHIVAL_STATE_DISABLED,
			CustomSearchAttributeAliases: aliases(),
		},
		ReplicationConfig: &persistencespb.NamespaceReplicationConfig{
			ActiveClusterName: clusterName,
			Clusters:          []string{clusterName},
		},
		FailoverVersion:             common.EmptyVersion,
		FailoverNotificationVersion: -1,
	}
}

func persistenceFactory(configuration *config.Config, logger log.Logger) persistenceclient.Factory {
	serializer := serialization.NewSerializer()
	return persistenceclient.FactoryProvider(persistenceclient.NewFactoryParams{
		DataStoreFactory: persistenceclient.DataStoreFactoryProvider(
			clusterName, resolver.NewNoopResolver(), &configuration.Persistence, nil, logger,
			metrics.NoopMetricsHandler, telemetry.NoopTracerProvider, serializer),
		Cfg:            &configuration.Persistence,
		ClusterName:    clusterName,
		MetricsHandler: metrics.NoopMetricsHandler,
		Logger:         logger,
		Serializer:     serializer,
	})
}
