# What a person runs; `make help` lists it. Each command first sets up what it needs, in .venv.
# Works with GNU make 3.81 (macOS) and newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MIN_PYTHON := 3.11
# aws-cdk-lib runs on Node.js, which comes with the packages.
export PATH := $(abspath $(BIN)):$(PATH)
EVAL_CATALOGUE := ../shared/data/myntra_products_catalog.csv

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help load simulate bench performance run test test-web bench-web screenshots fuzz check audit format eval drills faults bench-llm bench-cold bench-embedding bench-ranking bench-latency bench-catalogue bench-search bench-engines bundle synth cost diagram smoke export-feedback sample lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.local $(if $(filter on,$(LIMITS)),$(VENV)/.local-limits) $(if $(filter local,$(LLM)),$(VENV)/.local-llm) ## Start everything on this machine; settings: CATALOGUE= COLUMN_MAPPING= PORT= DATABASE_URL= LIMITS=on LLM=local LLM_BASE_URL= LLM_MODEL= LLM_API_KEY=
	@exec $(BIN)/python -m scripts.run

test: $(VENV)/.dev tests/web/node_modules/.made ## Run all tests, two files at a time; ARGS= goes to pytest
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

test-web: $(VENV)/.dev tests/web/node_modules/.made ## Test the chat page in a real Chromium, which has to be installed
	@$(BIN)/python -m pytest tests/web tests/integration/local/test_web_page.py $(ARGS)

bench-web: $(VENV)/.dev ## How fast the chat page is: what it loads, and how soon the first card is there
	@$(BIN)/python -m scripts.bench_web $(ARGS)

screenshots: $(VENV)/.dev ## Take the README's pictures of the chat page anew
	@$(BIN)/python -m tests.web.screenshots

fuzz: $(VENV)/.dev ## Generated input, 40 to 80 times as much as in the tests, ten minutes of it: every parser, and the API by its description
	@FUZZ=long $(BIN)/python -m pytest tests/fuzz $(ARGS)

check: $(VENV)/.dev ## Lint, format check, types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.dev ## Format the code, and sort its imports
	@$(BIN)/ruff check --fix --select I .
	@$(BIN)/ruff format .

eval: $(VENV)/.local ## Measure the answers' quality on judged questions; CATALOGUE= as it was judged
	@CATALOGUE="$(or $(CATALOGUE),$(EVAL_CATALOGUE))" $(BIN)/python -m scripts.evaluate

drills: $(VENV)/.local ## An LLM that lies and obeys everybody, against the guard: does anything reach the shopper?
	@$(BIN)/python -m scripts.drills $(ARGS)

bench-llm: $(VENV)/.local ## What the code adds to the LLM's own time, and what a shopper waits for at a given speed of it
	@$(BIN)/python -m scripts.bench_llm $(ARGS)

faults: $(VENV)/.local-limits ## Break each dependency of the running stack under load: docs/RELIABILITY.md; ARGS='--only LLM'
	@$(BIN)/python -m scripts.faults $(ARGS)

load: $(VENV)/.load ## Many shoppers at once, each checking its own products: SCENARIO=ramp|soak|spike USERS= SECONDS= THINK=; URL= KEY= of a deploy, or the local stack
	@$(BIN)/python -m scripts.load

simulate: $(VENV)/.load ## What 1,000 users a day or 100 messages a second would need on AWS, from what bench-llm measured
	@$(BIN)/python -m scripts.simulate $(ARGS)

bench: $(VENV)/.dev ## All benchmarks one after the other, stopped after 20 minutes: build/results/bench.json and build/bench.md
	@$(BIN)/python -m scripts.bench $(ARGS)

performance: $(VENV)/.load ## Write the tables of docs/PERFORMANCE.md from what was measured last
	@$(BIN)/python -m scripts.performance

bench-cold: $(VENV)/.dev ## Cold starts as Lambda has them, against the article's way: warm, cold and slow files; CATALOGUE=
	@CATALOGUE="$(CATALOGUE)" $(BIN)/python -m scripts.bench_cold $(ARGS)

bench-embedding: $(VENV)/.dev ## Compare the embedders' speed in one run
	@$(BIN)/python -m scripts.bench_embedding

bench-ranking: $(VENV)/.dev ## Compare rankings on judged questions; CATALOGUE=
	@CATALOGUE="$(CATALOGUE)" $(BIN)/python -m scripts.bench_ranking $(ARGS)

bench-latency: $(VENV)/.local ## Is /v1/recommendations as fast as at another commit? BASE= CATALOGUE=
	@CATALOGUE="$(CATALOGUE)" $(BIN)/python -m scripts.bench_latency $(BASE) $(ARGS)

bench-catalogue: $(VENV)/.dev ## Load, change and search a catalogue of SIZE= products: 12491 by default; 1000000 take 35 minutes the first time, 5 later
	@SIZE="$(SIZE)" CATALOGUE="$(CATALOGUE)" $(BIN)/python -m scripts.bench_catalogue $(ARGS)

bench-search: $(VENV)/.dev ## One warm search of embed_search in parts, against torch and a sequential scan; CATALOGUE=
	@CATALOGUE="$(CATALOGUE)" $(BIN)/python -m scripts.bench_search $(ARGS)

bench-engines: $(VENV)/engines/.made ## The same products in pgvector, faiss, hnswlib, chroma, qdrant and sqlite-vec: recall, time, a picture; CATALOGUE=
	@CATALOGUE="$(CATALOGUE)" $(VENV)/engines/bin/python -m scripts.bench_engines $(ARGS)

bundle: $(VENV)/.local ## Build the model bundle that a deploy puts onto AWS; prints its folder
	@$(BIN)/python -m scripts.model.build_bundle

synth: $(VENV)/.dev infra/node_modules/.made ## Check what a deploy would do, without an AWS account: cdk synth of every variant, cdk deploy to a fake account
	@$(BIN)/python -m scripts.model.build_bundle >/dev/null
	@$(BIN)/python -m scripts.synth
	@$(BIN)/python -m pytest -m slow tests/infra

cost: $(VENV)/.infra ## Write docs/COST.md: what a deploy costs, idle and by use, from its templates
	@$(BIN)/python -m scripts.model.build_bundle >/dev/null
	@$(BIN)/python -m scripts.cost

diagram: $(VENV)/.infra ## Write docs/ARCHITECTURE.md: the diagram of a deploy, from its templates
	@$(BIN)/python -m scripts.model.build_bundle >/dev/null
	@$(BIN)/python -m scripts.diagram

smoke: $(VENV)/.local ## Ask a deployed API whether it works: URL= KEY= API_GATEWAY_URL=
	@$(BIN)/python -m scripts.smoke

export-feedback: $(VENV)/.local ## Write what shoppers thought of answers to a file: TABLE= as AWS calls it, OUT=
	@$(BIN)/python -m scripts.export_feedback --table "$(TABLE)" $(if $(OUT),--out "$(OUT)")

sample: $(VENV)/.local ## Write data/sample_catalogue.csv anew
	@$(BIN)/python -m scripts.sample.make

lock: $(VENV)/.dev ## Write requirements.lock from pyproject.toml; FLAGS=--upgrade takes newer versions
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version $(MIN_PYTHON) \
	  --no-annotate --no-header --no-emit-index-url --quiet $(FLAGS) --output-file requirements.lock

audit: $(VENV)/.dev ## Known vulnerabilities of the locked packages, licences of the deployed ones (docs/LICENSES.md)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock pip-audit
	@$(BIN)/python -m scripts.audit

clean: ## Remove the local database, logs and caches; .venv and the downloaded model stay
	@if [ -x $(BIN)/python ] && [ -d .local ]; then $(BIN)/python -m scripts.clean; fi
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis

# A stamp says that this extra is installed as pyproject.toml and requirements.lock want it.
$(VENV)/.local $(VENV)/.local-limits $(VENV)/.local-llm $(VENV)/.load $(VENV)/.infra $(VENV)/.dev: $(VENV)/.%: $(VENV)/.made pyproject.toml requirements.lock
	@echo "Installing the packages of '$*' into $(VENV): some minutes the first time"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[$*]'
	@touch $@

# In an environment of its own: chroma brings another event loop, which the local stack would take.
$(VENV)/engines/.made: $(VENV)/.made pyproject.toml requirements.lock
	@echo "Installing the engines to compare: some minutes the first time, and hnswlib wants a C++ compiler"
	@$(BIN)/python -m venv $(VENV)/engines
	@$(VENV)/engines/bin/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[engines]'
	@touch $@

# What checks accessibility, as tests/web/package-lock.json has it.
tests/web/node_modules/.made: $(VENV)/.dev tests/web/package.json tests/web/package-lock.json
	@cd tests/web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# The CDK's command line, as infra/package-lock.json has it.
infra/node_modules/.made: $(VENV)/.infra infra/package.json infra/package-lock.json
	@cd infra && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < tuple(map(int, "$(MIN_PYTHON)".split("."))))' || { \
	  echo "Python $(MIN_PYTHON) or newer is needed, and $(PYTHON) is not. Name another one: make PYTHON=python$(MIN_PYTHON) ..." >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) can't make virtual environments. On Debian and Ubuntu: sudo apt install python3-venv" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@
