# Everything that one does with Leaderboard. Each target installs what it needs and is missing.

PYTHON ?= python3
BACKEND := backend
FRONTEND := frontend
VENV := $(BACKEND)/.venv
BIN := $(VENV)/bin
NPM := npm --prefix $(FRONTEND) --silent

PAGE := $(FRONTEND)/dist/index.html
PAGE_SOURCES := $(shell find $(FRONTEND)/src $(FRONTEND)/public $(FRONTEND)/scripts -type f 2>/dev/null) \
	$(FRONTEND)/index.html $(FRONTEND)/vite.config.js $(FRONTEND)/package.json $(FRONTEND)/package-lock.json
# Changes with the settings that a build contains, wherever they come from; a hash, as one may be the token.
PAGE_SETTINGS := $(FRONTEND)/node_modules/.page-settings

CHROMIUM := $(or $(CHROMIUM_PATH),$(shell command -v chromium || command -v chromium-browser \
	|| command -v google-chrome || command -v google-chrome-stable))

CHECKS := lint-backend lint-frontend types-backend types-frontend test-backend test-frontend test-browser

# How much of a check that failed stands below the summary of `make test`.
LAST_LINES := 25
# The back end's tests on all cores; those of a file share what they start.
BESIDE_EACH_OTHER := --numprocesses auto --maxprocesses 8 --dist loadfile
# Each in a process of its own: LiteLLM's SDK has failed there after thousands of other tests, and never by itself.
ALONE := tests/studio/exchange tests/studio/llm

.PHONY: help install start providers test dev api bench lint build lock format openapi rehearse always $(CHECKS) python-version \
	node-version
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed-dev $(FRONTEND)/node_modules/.installed $(PAGE) ## install and build everything

start: $(VENV)/.installed $(PAGE) ## build the page and serve it with the API on one port
	@exec $(BIN)/python $(BACKEND)/app.py --demo-if-unconfigured

providers: $(VENV)/.installed ## add LiteLLM's SDK, for providers that speak no OpenAI dialect (200 MB)
	@$(call install,$(BACKEND)/requirements-providers.lock)

api: $(VENV)/.installed ## serve the API alone
	@exec $(BIN)/python $(BACKEND)/app.py --demo-if-unconfigured

dev: $(VENV)/.installed $(FRONTEND)/node_modules/.installed ## API and page, both reloading on change
	@$(BIN)/python $(BACKEND)/app.py --demo-if-unconfigured --reload & api=$$!; \
	trap 'kill $$api 2>/dev/null' EXIT; trap 'exit 130' INT TERM; \
	$(NPM) run dev

build: $(PAGE) ## build the page

test: $(VENV)/.installed-dev $(FRONTEND)/node_modules/.installed ## lint, types, all tests, and a summary
	@logs=$$(mktemp -d) || exit 1; trap 'rm -rf "$$logs"' EXIT; trap 'exit 130' INT; trap 'exit 143' TERM; \
	if [ -t 1 ]; then export PY_COLORS=1 FORCE_COLOR=1; fi; \
	failed=; summary=; \
	for check in $(CHECKS); do \
		printf '\n── %s\n' "$$check"; \
		{ $(MAKE) --no-print-directory "$$check" 2>&1 && : > "$$logs/passed"; } | tee "$$logs/$$check"; \
		if rm "$$logs/passed" 2>/dev/null; then result=pass; else result=FAIL; failed="$$failed $$check"; fi; \
		summary="$$summary  $$result  $$check\n"; \
	done; \
	printf "\nSummary\n$$summary"; \
	for check in $$failed; do \
		printf '\nThe last lines of %s:\n' "$$check"; tail -n $(LAST_LINES) "$$logs/$$check" | sed 's/^/    /'; \
	done; \
	[ -z "$$failed" ]

bench: $(VENV)/.installed-dev $(FRONTEND)/node_modules/.installed ## measure speed and size against references of the same run
	@$(BIN)/python $(BACKEND)/benchmarks/run.py; back=$$?; \
	CHROMIUM_PATH='$(CHROMIUM)' $(NPM) run bench && exit $$back

rehearse: $(VENV)/.installed-dev ## carry out the production Dockerfile without a container engine; needs root
	@cd $(BACKEND) && REHEARSE_IMAGE=1 .venv/bin/pytest -rs tests/operations/test_image.py

lint: lint-backend lint-frontend types-backend types-frontend ## lint and types alone

format: $(VENV)/.installed-dev $(FRONTEND)/node_modules/.installed ## format all code
	@cd $(BACKEND) && .venv/bin/ruff check --fix --quiet && .venv/bin/ruff format --quiet
	@$(NPM) run format

lock: ## choose the back end's dependencies anew; needs uv
	@cd $(BACKEND) && $(LOCK) -o requirements.lock && $(LOCK) --extra tracing -o requirements-tracing.lock \
		&& $(LOCK) --extra providers -o requirements-providers.lock \
		&& $(LOCK) --extra tracing --extra providers --group dev -o requirements-dev.lock

openapi: $(VENV)/.installed ## write the API's description into backend/openapi.json
	@$(BIN)/python $(BACKEND)/app.py openapi > $(BACKEND)/openapi.json

LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url pyproject.toml

lint-backend: $(VENV)/.installed-dev
	@cd $(BACKEND) && .venv/bin/ruff check && .venv/bin/ruff format --check

types-backend: $(VENV)/.installed-dev
	@cd $(BACKEND) && .venv/bin/ty check

test-backend: $(VENV)/.installed-dev
	@cd $(BACKEND) && .venv/bin/pytest $(BESIDE_EACH_OTHER) $(addprefix --ignore=,$(ALONE)) && \
	for part in $(ALONE); do .venv/bin/pytest $$part || exit 1; done

lint-frontend: $(FRONTEND)/node_modules/.installed
	@$(NPM) run lint && $(NPM) run format:check

types-frontend: $(FRONTEND)/node_modules/.installed
	@$(NPM) run typecheck

test-frontend: $(FRONTEND)/node_modules/.installed
	@$(NPM) run test

ifeq ($(CHROMIUM),)
test-browser:
	@echo 'skipped: no Chromium found (install chromium, or set CHROMIUM_PATH)'
else
# Playwright builds the page and starts the demo itself
test-browser: $(VENV)/.installed $(FRONTEND)/node_modules/.installed
	@CHROMIUM_PATH='$(CHROMIUM)' $(NPM) run test:e2e
endif

# A stamp is older than its lock file when something is missing. Both install into one environment.

$(VENV)/.installed: $(BACKEND)/requirements.lock | python-version
	@$(call install,$<)
	@touch $@

# BFCL's checker needs none of the packages that its own depends on, some of them in versions that are not ours.
$(VENV)/.installed-dev: $(BACKEND)/requirements-dev.lock $(BACKEND)/requirements-oracle.lock | python-version
	@$(call install,$<)
	@$(call install,$(BACKEND)/requirements-oracle.lock --no-deps) >/dev/null
	@touch $(VENV)/.installed $@

define install
echo 'installing the back end'"'"'s dependencies'; \
[ -x $(BIN)/pip ] || $(PYTHON) -m venv $(VENV) || \
	{ echo 'Python cannot make virtual environments here (on Debian: apt install python3-venv).' >&2; exit 1; }; \
$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
endef

$(FRONTEND)/node_modules/.installed: $(FRONTEND)/package-lock.json | node-version
	@echo "installing the front end's dependencies"
	@npm --prefix $(FRONTEND) ci --silent --no-audit --no-fund
	@touch $@

$(PAGE_SETTINGS): always | $(FRONTEND)/node_modules/.installed
	@settings=$$({ env | grep -E '^(VITE_BACKEND_URL|VITE_EMBED_AUTH_TOKEN|SERVER_BASIC_AUTH_TOKEN)=.' | LC_ALL=C sort; \
		[ ! -f .env ] || cat .env; } | git hash-object --stdin); \
	[ "$$settings" = "$$(cat $@ 2>/dev/null)" ] || echo "$$settings" > $@

$(PAGE): $(PAGE_SOURCES) $(PAGE_SETTINGS) $(FRONTEND)/node_modules/.installed
	@echo 'building the page'
	@$(NPM) run build
	@touch $@

python-version:
	@command -v $(PYTHON) >/dev/null || { echo 'Leaderboard needs Python 3.11 or later; there is no $(PYTHON).' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Leaderboard needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; exit 1; }

node-version:
	@command -v node >/dev/null && command -v npm >/dev/null || \
		{ echo 'Leaderboard needs Node 20.19 or later, with npm; there is none.' >&2; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' || \
		{ echo "Leaderboard needs Node 20.19 or later; node is $$(node --version)." >&2; exit 1; }
