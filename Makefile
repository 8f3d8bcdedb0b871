# Everything a person does with a checkout. The first `make run` or `make test` installs what is
# missing into .venv and geometry_ws/web; nothing else on the machine is touched.

PYTHON ?= python3
PROJECT ?= .
PORT ?= 8081

BIN := .venv/bin
INSTALLED := .venv/installed
DOCS_INSTALLED := .venv/installed-docs
RELEASE_INSTALLED := .venv/installed-release
PINS_INSTALLED := .venv/installed-pins
# The official OpenSpec tool, for the tests that compare with it.
OFFICIAL := tests/openspec/official
OFFICIAL_INSTALLED := .venv/installed-openspec
# A client of MCP as programs have it, for the test that lets it call the tools.
MCP_SDK := tests/cli/mcp_sdk
MCP_SDK_INSTALLED := .venv/installed-mcp-sdk
export PATH := $(CURDIR)/.venv/openspec/node_modules/.bin:$(PATH)
export OPENSPEC_TELEMETRY := 0
# The marks of tests that need neither router, browser nor Node.js, and take no time.
QUICK := not router and not browser and not nodejs and not slow
WEB := geometry_ws/web
DASHBOARD := $(WEB)/dist/index.html

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-quick lint bench bench-programs build viewer generate pictures docs release tools pins clean

help:
	@echo "make run [PROJECT=path] [PORT=8081]   show an OpenSpec project in the browser"
	@echo "make test                             run all tests"
	@echo "make test-quick                       run those without router, browser and Node.js: a minute"
	@echo "make lint                             check style, types and imports"
	@echo "make bench                            measure, and write docs/performance*.md"
	@echo "make bench-programs [PEERS=python]    measure programs in a browser, into docs/performance.md"
	@echo "make build                            build the dashboard"
	@echo "make viewer                           build the npm package of the viewer into packages/viewer/dist"
	@echo "make generate                         write again what is made from the protocol and the commands"
	@echo "make docs                             build the site of the documents into build/site"
	@echo "make release [DRY=1]                  check and build a release; nothing is uploaded"
	@echo "make pins [KEEP=1]                    raise the pinned Python packages, or only read their hashes anew"
	@echo "make clean                            remove everything that make has made"

run: $(INSTALLED) $(DASHBOARD)
	@exec $(BIN)/python .ci/foreground.py $(BIN)/geometry-ws up "$(PROJECT)" --only --port "$(PORT)"

test: $(INSTALLED) $(DASHBOARD)
ifdef ARGS
	@$(BIN)/python -m pytest $(ARGS)
else
	@.ci/test $(BIN)/python
endif

test-quick: $(INSTALLED)
	@$(BIN)/python -m pytest -q --hypothesis-profile=quick -m "$(QUICK)" $(ARGS)

lint: $(INSTALLED)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@.ci/in-web npm run --silent lint

bench: $(INSTALLED) $(DASHBOARD)
	@$(BIN)/python -m benchmarks.run --write-docs

bench-programs: $(INSTALLED) $(DASHBOARD)
	@$(BIN)/python -m benchmarks.programs.run --write-docs $(if $(PEERS),--peers $(PEERS))

build: $(DASHBOARD)

viewer: $(DASHBOARD)
	@.ci/build-viewer

generate: $(INSTALLED)
	@$(BIN)/python -m geometry_ws.protocol.generate
	@$(BIN)/python -m geometry_ws.design.generate
	@$(BIN)/python -m geometry_ws.cli.document
	@$(BIN)/python -m geometry_ws.team.plugin
	@$(BIN)/python -m geometry_ws config > .crossbar/config.new
	@mv .crossbar/config.new .crossbar/config.json

# The README's pictures, from the demo in a real Chromium.
pictures: $(INSTALLED) $(DASHBOARD)
	@$(BIN)/python .ci/pictures.py

docs: $(DOCS_INSTALLED)
	@$(BIN)/python .ci/site.py

release: $(RELEASE_INSTALLED)
	@$(BIN)/python .ci/release.py $(if $(DRY),--dry-run)

pins: $(PINS_INSTALLED)
	@$(BIN)/python .ci/pins.py $(if $(KEEP),--keep)

# What some tests need: the site's program, a release's programs, the official OpenSpec tool, and a
# client of MCP. They are skipped where it isn't there.
tools: $(DOCS_INSTALLED) $(RELEASE_INSTALLED) $(OFFICIAL_INSTALLED) $(MCP_SDK_INSTALLED)

$(OFFICIAL_INSTALLED): $(OFFICIAL)/package-lock.json $(INSTALLED)
	@echo "Installing the official OpenSpec tool into .venv/openspec"
	@mkdir -p .venv/openspec
	@cp $(OFFICIAL)/package.json $(OFFICIAL)/package-lock.json .venv/openspec
	@.ci/in-web npm ci --silent --no-fund --no-audit --prefix $(CURDIR)/.venv/openspec \
		|| echo "It can't be installed here: tests that compare with it are skipped."
	@touch $@

$(MCP_SDK_INSTALLED): $(MCP_SDK)/package-lock.json $(INSTALLED)
	@echo "Installing a client of MCP into .venv/mcp-sdk"
	@mkdir -p .venv/mcp-sdk
	@cp $(MCP_SDK)/package.json $(MCP_SDK)/package-lock.json .venv/mcp-sdk
	@.ci/in-web npm ci --silent --no-fund --no-audit --prefix $(CURDIR)/.venv/mcp-sdk \
		|| echo "It can't be installed here: the test with it is skipped."
	@touch $@

.venv/installed-%: requirements-%.txt $(INSTALLED)
	@echo "Installing the Python packages of $<"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
		--require-hashes --no-deps --no-build-isolation -r $<
	@touch $@

$(INSTALLED): requirements.txt requirements-build.txt setup.cfg pyproject.toml
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
