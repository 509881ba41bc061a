# Every target works on a fresh Debian 12 with only a Swift toolchain, and works again without a network.

HOST ?= 127.0.0.1
PORT ?= 7077
# Options for swift test, such as --filter HTTPServerTests.
TEST_OPTIONS ?=

# Every driver; a build of your own may name fewer: swift build --traits SQLite,PostgreSQL.
traits = --enable-all-traits

# Found when a recipe needs it, so that help works without a toolchain.
swift = $$(scripts/find-swift)
program = $$($(swift) build -c release $(traits) --show-bin-path)/agent-memory

.DEFAULT_GOAL := help
.PHONY: help install install-servers run test test-python smoke build bench lint format docs clean

help: ## Print this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

install: ## Install what is missing: Debian packages and the embedding model.
	@scripts/install-packages
	@scripts/install-model

run: build ## Install what is missing, build the release, serve on 127.0.0.1:7077 (HOST=, PORT=).
	@exec $(program) serve --host $(HOST) --port $(PORT)

install-servers: ## Install the database servers that the tests start.
	@scripts/install-packages test-packages.txt
	@scripts/install-test-servers

test: install install-servers lint ## Install what is missing, lint, run every test, print the counts (TEST_OPTIONS=).
	@scripts/run-tests $(TEST_OPTIONS)

test-python: install ## Build the release, run LangGraph's suite and clients of other systems, mem0's too, against it.
	@scripts/check-python
	@scripts/check-mem0

smoke: install ## Build the release, start it on a free port, use it once over HTTP.
	@scripts/smoke

build: install ## Build the release.
	@$(swift) build -c release $(traits) --product agent-memory

bench: build ## Measure the speed of a SQLite store in a temporary file.
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	    AGENT_MEMORY_STORE="sqlite:$$folder/bench.db" $(program) bench store

lint: ## Check the style, the layers and the files.
	@$(swift) format lint --strict --parallel --recursive Sources Tests
	@scripts/check-layers --self-test && scripts/check-layers
	@scripts/check-files --self-test && scripts/check-files
	@scripts/run-tests --self-test

format: ## Format the Swift sources in place.
	@$(swift) format --in-place --parallel --recursive Sources Tests

docs: ## Build the documentation into docs/site.
	@scripts/build-docs

clean: ## Remove what was built.
	rm -rf .build docs/site
