//go:build !faults

package main

import "waybill/internal/stack"

// faults changes nothing outside of binaries for tests.
func faults(*stack.Options) error { return nil }
