# Waybill: what a developer types. Every target that says what it does after two hashes appears in `make help`.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# Tools are built from source, once for each set of pinned versions, and kept outside the checkout.
CACHE := $(or $(XDG_CACHE_HOME),$(if $(HOME),$(HOME)/.cache),/tmp)/waybill
# make takes a space for the end of a name.
CACHE := $(if $(word 2,$(CACHE)),/tmp/waybill,$(CACHE))
TOOLS := $(CACHE)/tools/$(shell cat tools/go.mod tools/go.sum | cksum | cut -d ' ' -f 1)
# The revision is not stamped into binaries: git refuses to name it where another user owns the checkout.
export GOFLAGS := $(strip $(GOFLAGS) -buildvcs=false)
# Where Go's own instructions put it; sudo and new shells do not look there.
export PATH := $(PATH):/usr/local/go/bin

.PHONY: help setup setup-tests build demo picture test check properties lint fmt bench clean

help: ## show what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## install what is missing, or say what to install
	@sh scripts/setup.sh

# Node.js and Chromium read, draw and speak what Waybill writes; the product itself does without them.
setup-tests:
	@sh scripts/setup.sh tests

build: setup ## build bin/waybill (the first time takes minutes: Temporal is in it)
	@mkdir -p bin
	go build -o bin/waybill ./cmd/waybill

demo: build ## play a day of orders of a bicycle maker (ONCE=1: end when they have ended)
	bin/waybill demo $(if $(ONCE),--once)

# What the demo really shows on a terminal, up to the story's details, which are long.
picture: build ## draw docs/demo.svg, which the README shows, from a real demo (needs the program script)
	script -qec 'bin/waybill demo --once' /dev/null </dev/null | go run ./scripts/picture 'make demo' TIME >bin/demo.svg
	mv bin/demo.svg docs/demo.svg

test: setup-tests lint check ## check everything: lint, then every test

# Compiling comes first, so that minutes of silence before the first test line have a name. Tests must not reach servers
# that the developer's environment names for waybill itself. The end-to-end tests come last, with the machine to themselves,
# and always run: Go's cache does not see that they depend on the binary. Most of them wait, so that four go on at a time.
CLEAN := env -u DATABASE_URL -u TEMPORAL_ADDRESS -u TEMPORAL_NAMESPACE -u TEMPORAL_API_KEY WAYBILL_TEST_NODE=required
check:
	@echo "compiling (the first time takes minutes)"
	@go build ./...
	@$(CLEAN) go run ./internal/postgrestest/with go test -p 2 -timeout 20m $$(go list ./... | grep -v '/e2e$$')
	@$(CLEAN) go test -count=1 -parallel 4 -timeout 20m ./e2e

properties: ## draw 20,000 cases of every property (CHECKS=n: as many), where make test draws 100
	go run ./internal/postgrestest/with go test -count=1 -timeout 2h \
		$$(go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./... | grep pgregory.net/rapid | cut -d' ' -f1) \
		-rapid.checks=$(or $(CHECKS),20000)

lint: $(TOOLS)/golangci-lint $(TOOLS)/workflowcheck ## check style, imports, clocks and the determinism of workflows
	@$(TOOLS)/golangci-lint config verify
	@$(TOOLS)/golangci-lint run ./...
	@if [ -d workflows ]; then $(TOOLS)/workflowcheck ./workflows/...; fi

fmt: $(TOOLS)/golangci-lint ## format the Go code
	@$(TOOLS)/golangci-lint fmt ./...

bench: setup ## measure (ONLY=name: that part only) into bench/results.json
	go run ./bench $(if $(ONLY),-only $(ONLY))

clean: ## remove what was built and the demo's data
	rm -rf bin .waybill

$(TOOLS)/golangci-lint:
	@echo "building golangci-lint (once, minutes)"
	@mkdir -p $(TOOLS)
	@cd tools && go build -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(TOOLS)/workflowcheck:
	@echo "building workflowcheck (once)"
	@mkdir -p $(TOOLS)
	@cd tools && go build -o $@ go.temporal.io/sdk/contrib/tools/workflowcheck
