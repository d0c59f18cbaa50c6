package main

import (
	"runtime"
	"runtime/debug"
)

// unreleased is the version of a binary that was built from a checkout.
const unreleased = "development"

type versionCommand struct{}

// versionInfo is what version shows, as JSON.
type versionInfo struct {
	Version string `json:"version"`
	Go      string `json:"go"`
}

func (versionCommand) Help() string {
	return `Examples:
  waybill version
  waybill version --json`
}

func (versionCommand) Run(out *printer) error {
	v := versionInfo{Version: version(), Go: runtime.Version()}
	return out.show(v, func() { out.line("waybill %s (%s)", v.Version, v.Go) })
}

// version is the module's version as the Go toolchain stamped it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return unreleased
	}
	return info.Main.Version
}
