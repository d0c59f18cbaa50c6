//go:build !faults

package main

import "waybill/activities"

// faults is nothing outside of binaries for tests.
func faults() (func(activities.Point), error) { return nil, nil }
