# `make` lists the targets. `check` changes nothing; `fix` does.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PORT ?= 8000
export PORT
ARGS ?=

PYTHON := .venv/bin/python
INSTALLED := .venv/.installed
# A process for each core; who is idle takes over what another has waiting.
PYTEST = .venv/bin/pytest -n auto --dist worksteal $(ARGS)

.PHONY: help install demo demo-reset test test-postgres check fix bench soak screens \
	screens-all messages lock scan sbom

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

$(INSTALLED): requirements-uv.lock requirements-dev.lock .python-version scripts/install.sh
	@sh scripts/install.sh

install: $(INSTALLED) ## uv into .tools/, Python and all packages into .venv/

demo: install ## the app with demo people on http://localhost:$PORT
	@sh scripts/demo.sh

demo-reset: install ## forget what was entered in the demo, and start over
	@sh scripts/demo_reset.sh

test: install ## every test, on SQLite; ARGS="tests/care -x" for some
	@chromium="$$(sh scripts/chromium.sh)" && COMPANION_CHROMIUM="$$chromium" $(PYTEST)

test-postgres: install ## every test a database can change, on a private PostgreSQL and Redis
	@chromium="$$(sh scripts/chromium.sh)" && \
		COMPANION_CHROMIUM="$$chromium" sh scripts/services.sh run $(PYTEST)

check: install ## lint, types, import contracts, templates, deployment; changes nothing
	@sh scripts/check.sh

fix: install ## what the linters can mend by themselves
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	$(PYTHON) scripts/build_css.py
	$(PYTHON) scripts/build_js.py

bench: install ## ratios to floors that run beside the product
	@$(PYTHON) -m scripts.bench $(ARGS)

soak: install ## the long figures of the tests
	@chromium="$$(sh scripts/chromium.sh)" && \
		COMPANION_CHROMIUM="$$chromium" .venv/bin/pytest -m soak $(ARGS)

scan: install ## what scanners find in the running product, into docs/security/scan.md (20 minutes)
	@$(PYTHON) -m scripts.scan $(ARGS)

sbom: install ## what we are made of, into docs/security/sbom.json; known holes in it
	@$(PYTHON) -m scripts.scan.sbom
	@$(PYTHON) -m scripts.scan.advisories

screens: install ## the pictures of the README, from the demo
	@chromium="$$(sh scripts/chromium.sh)" && \
		COMPANION_CHROMIUM="$$chromium" $(PYTHON) scripts/screens.py $(ARGS)

screens-all: install ## every page in each state, phone and desk, into docs/screens/all
	@chromium="$$(sh scripts/chromium.sh)" && \
		COMPANION_CHROMIUM="$$chromium" .venv/bin/pytest -m screens $(ARGS)

messages: install ## collect what is to be translated, compile what is (needs gettext)
	@sh scripts/messages.sh

lock: install ## pin the packages that pyproject.toml asks for
	@sh scripts/lock.sh
