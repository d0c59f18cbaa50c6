package postgres

import (
	"maps"
	"slices"
	"strconv"
)

// parameters returns the server's command line. The settings stand there, and not in the database files, so that a
// release that changes one changes it everywhere, and so that root never writes where the server's account could plant a
// link.
func parameters(port int, overrides map[string]string) []string {
	settings := map[string]string{
		"cluster_name":            "waybill",
		"listen_addresses":        host,
		"port":                    strconv.Itoa(port),
		"unix_socket_directories": "",
		"timezone":                "UTC",

		// A Temporal server of four services, each with its two pools, and the application's own pools.
		"max_connections":      "300",
		"shared_buffers":       "256MB",
		"effective_cache_size": "1GB",
		"work_mem":             "8MB",

		"fsync":              "on",
		"full_page_writes":   "on",
		"synchronous_commit": "on",
		"max_wal_size":       "1GB",
		"min_wal_size":       "128MB",
		"checkpoint_timeout": "5min",
		"random_page_cost":   "1.1",

		// Every statement is a short one: planning it for the compiler or for several processes costs more than it saves.
		"jit":                             "off",
		"max_parallel_workers_per_gather": "0",
		// Partitioned history touches more tables in a transaction than the default foresees.
		"max_locks_per_transaction": "256",

		// A new company's tables fill within minutes. Until PostgreSQL has counted them it plans as if they were empty.
		"autovacuum_naptime": "5s",

		// A client that is gone must not keep its locks.
		"tcp_user_timeout":                 "10s",
		"tcp_keepalives_idle":              "10",
		"tcp_keepalives_interval":          "5",
		"tcp_keepalives_count":             "3",
		"client_connection_check_interval": "1s",

		// Details and statements carry the values of rows; they belong in no log.
		"log_error_verbosity":         "terse",
		"log_min_error_statement":     "panic",
		"log_checkpoints":             "off",
		"log_autovacuum_min_duration": "-1",
	}
	maps.Copy(settings, overrides)
	var arguments []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		arguments = append(arguments, "-c", name+"="+settings[name])
	}
	return arguments
}
