# Everything a person does with a checkout. The first `make run` or `make test` installs what is
# missing into .venv and geometry_ws/web; nothing else on the machine is touched.

PYTHON ?= python3
PROJECT ?= .
PORT ?= 8081

BIN := .venv/bin
INSTALLED := .venv/installed
WEB := geometry_ws/web
DASHBOARD := $(WEB)/dist/index.html

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint bench build generate clean

help:
	@echo "make run [PROJECT=path] [PORT=8081]   show an OpenSpec project in the browser"
	@echo "make test                             run all tests"
	@echo "make lint                             check style, types and imports"
	@echo "make bench                            measure, and write docs/performance*.md"
	@echo "make build                            build the dashboard"
	@echo "make generate                         write again what is made from the protocol"
	@echo "make clean                            remove everything that make has made"

run: $(INSTALLED) $(DASHBOARD)
	@exec $(BIN)/python .ci/foreground.py $(BIN)/geometry-ws up "$(PROJECT)" --port "$(PORT)"

test: $(INSTALLED) $(DASHBOARD)
	@$(BIN)/python -m pytest $(ARGS)

lint: $(INSTALLED)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@.ci/with-node npm run --silent lint

bench: $(INSTALLED) $(DASHBOARD)
	@$(BIN)/python -m benchmarks.run --write-docs

build: $(DASHBOARD)

generate: $(INSTALLED)
	@$(BIN)/python -m geometry_ws.protocol.generate
	@$(BIN)/python -m geometry_ws config > .crossbar/config.new
	@mv .crossbar/config.new .crossbar/config.json

$(INSTALLED): requirements.txt setup.cfg pyproject.toml
	@.ci/install "$(PYTHON)"
	@touch $@

$(DASHBOARD): $(INSTALLED) $(shell find $(WEB)/src $(WEB)/styles -type f 2>/dev/null) \
		$(wildcard $(WEB)/*.html $(WEB)/*.css $(WEB)/*.svg $(WEB)/*.mjs $(WEB)/package*.json)
	@.ci/build-dashboard
	@touch $@

clean:
	rm -rf .venv build *.egg-info $(WEB)/dist $(WEB)/node_modules
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find .crossbar -mindepth 1 ! -name config.json -delete
