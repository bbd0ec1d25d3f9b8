# The verbs of this repository. `make` lists them; `make run` and `make test` install what is missing.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

# What scripts/node and scripts/rust put into the user's folders comes first.
export PATH := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/openwatch/node/bin:$(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

# `make run PROFILE=release` builds the optimised binary: slower to build, faster to run.
PROFILE ?= dev
TARGET_DIR := $(abspath $(or $(CARGO_TARGET_DIR),target))
BINARY := $(TARGET_DIR)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/openwatch
# Arguments for `openwatch serve`: make run ARGS="--listen 127.0.0.1:9090".
ARGS ?=

# The tests of the product from outside run this binary.
export BINARY_UNDER_TEST := $(TARGET_DIR)/debug/openwatch

# Cargo builds one thing at a time; what is built is tested side by side, what takes longest first.
STEPS := lint test-build -- test-browser test-product test-rust test-lab test-ui test-traps test-conformance test-generated deny
GENERATED := schema.graphql rules/rule.schema.json frontend/src/graphql/generated docs/reference/rules.md docs/reference/coverage.md docs/reference/check-methods.md

##@ Use

.PHONY: run
run: need-run build ## build and start OpenWatch on this machine
	exec "$(BINARY)" serve $(ARGS)

.PHONY: build
build: binary ## build the web UI and the binary

.PHONY: binary
binary: ui
	cargo build --locked --profile $(PROFILE) --bin openwatch

##@ Test

.PHONY: test
test: need-test ## run every suite; SKIP="test-lab …" leaves some out
	@MAKE="$(MAKE)" scripts/steps $(STEPS)

.PHONY: lint
lint: ui ## formatting, clippy, documentation: no warning is let through
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked --quiet

.PHONY: test-build
test-build: test-binary ## build all that is tested
	cargo test --workspace --locked --no-run

.PHONY: test-rust
test-rust: test-binary ## every Rust test: units, stores, projections, tidy, examples in the documentation
	cargo test --workspace --locked --no-fail-fast

.PHONY: test-tidy
test-tidy: ## the tests of the repository's own rules alone
	cargo test --locked -p tests --test tidy

.PHONY: test-generated
test-generated: test-binary frontend/node_modules/.package-lock.json ## what is generated and committed is fresh
	@MAKE="$(MAKE)" scripts/fresh $(GENERATED)

.PHONY: test-ui
test-ui: ui ## lint, types, tests and build of the frontend
	cd frontend && npm run lint
	cd frontend && npm run typecheck
	cd frontend && npm test

.PHONY: test-conformance
test-conformance: test-binary tests/conformance/node_modules/.package-lock.json ## the API against the suites of its standards
	cd tests/conformance && ../aside npm test

.PHONY: test-product
test-product: test-binary ## the command from outside: OpenSSH, PostgreSQL, faults
	cd tests/product && ../aside python3 -m unittest

.PHONY: test-browser
test-browser: test-binary tests/browser/node_modules/.package-lock.json ## the web UI in a real browser against the binary
	cd tests/browser && ../aside npm test

.PHONY: test-lab
test-lab: test-binary ## real hosts in network namespaces, scanned; needs root
	@[[ $$(id -u) -eq 0 ]] || { echo "the lab makes network namespaces: run 'make test-lab' as root, or leave it out with SKIP=test-lab" >&2; exit 1; }
	tests/lab/selftest

.PHONY: test-traps
test-traps: test-binary ## hosts that mislead a naive scanner, with the verdict that is right; needs root
	@[[ $$(id -u) -eq 0 ]] || { echo "the traps make namespaces and mounts: run 'make test-traps' as root, or leave it out with SKIP=test-traps" >&2; exit 1; }
	cd tests/false-positives && python3 -m unittest

.PHONY: deny
deny: ## known vulnerabilities in dependencies (cargo-deny, when it is installed)
	@if cargo deny --version >/dev/null 2>&1; then cargo deny --locked check; \
	else echo "cargo-deny is not installed: advisories are not looked up (cargo install --locked cargo-deny)."; \
	  echo "Licences, sources and bans of deny.toml are checked by the tidy test as well."; fi

.PHONY: bench
bench: need-run ui ## measure, optimised; prints name, value, baseline, ratio
	cargo build --locked --release --bin openwatch
	BINARY_UNDER_TEST="$(TARGET_DIR)/release/openwatch" cargo bench --locked -p tests --bench openwatch -- $(ARGS)
	[[ -n "$(ARGS)" ]] || BINARY_UNDER_TEST="$(TARGET_DIR)/release/openwatch" tests/lab/openscap.py

##@ Change

.PHONY: fmt
fmt: frontend/node_modules/.package-lock.json ## format everything
	cargo fmt --all
	cd frontend && npm run format

.PHONY: generate
generate: test-binary frontend/node_modules/.package-lock.json ## write every generated file anew
	"$(BINARY_UNDER_TEST)" schema > schema.graphql.new
	mv schema.graphql.new schema.graphql
	"$(BINARY_UNDER_TEST)" rules schema > rules/rule.schema.json.new
	mv rules/rule.schema.json.new rules/rule.schema.json
	"$(BINARY_UNDER_TEST)" rules catalogue --format markdown > docs/reference/rules.md.new
	mv docs/reference/rules.md.new docs/reference/rules.md
	"$(BINARY_UNDER_TEST)" rules coverage --format markdown > docs/reference/coverage.md.new
	mv docs/reference/coverage.md.new docs/reference/coverage.md
	"$(BINARY_UNDER_TEST)" rules methods --format markdown > docs/reference/check-methods.md.new
	mv docs/reference/check-methods.md.new docs/reference/check-methods.md
	cd frontend && npm run codegen

.PHONY: help
help: ## list the verbs
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile

# ---- what the verbs stand on

.PHONY: need-run need-test
need-run:
	@scripts/packages run && scripts/rust && scripts/node

need-test:
	@scripts/packages test && scripts/rust && scripts/node

.PHONY: test-binary
test-binary: ui
	cargo build --locked --bin openwatch

.PHONY: ui
ui: frontend/dist/index.html

UI_SOURCES := $(shell find frontend schema.graphql -type f \
  -not -path 'frontend/node_modules/*' -not -path 'frontend/dist/*' 2>/dev/null)
frontend/dist/index.html: frontend/node_modules/.package-lock.json $(UI_SOURCES)
	cd frontend && npm run build
	touch $@

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	cd $* && npm ci --no-audit --no-fund
	touch $@
