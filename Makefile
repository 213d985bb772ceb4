# Everything runs in .venv, which is made anew when a lock file or the Python changes.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)
BIN := .venv/bin
# Tests wait for servers and browsers about half of their time.
WORKERS := $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 3 ? 3 : n > 4 ? 4 : n)))
NODE := tests/wire/node/node_modules/.stamp
PRODUCTION := ASSAY_PUBLIC_URL=https://assay.example.com ASSAY_PROXY_HOPS=1 ASSAY_SECRETS_FILE= \
	DATABASE_URL=postgresql://assay@db.example.com/assay?sslmode=verify-full \
	ASSAY_SECRET_KEY=9wR2mX7vKq4TzYb8HnJc5LdF3sGp6AeU-only-for-this-check-Vt1 \
	ASSAY_KEY_PEPPER=uC4nE8rZ1kW6xP3yM9qD7vB2-only-for-this-check-hJ5 \
	ASSAY_ENCRYPTION_KEYS=b25seS1mb3ItdGhpcy1jaGVjay1vZi1zZXR0aW5ncyE=

.DEFAULT_GOAL := help
.PHONY: help run demo check test prove lock messages bench shots clean

help: ## Show what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/run.stamp ## Run the whole platform (http://localhost:8000, or PORT=...)
	@exec $(BIN)/python manage.py run

demo: .venv/run.stamp ## Add sample data to look at in the console
	@$(BIN)/python manage.py demo

check: .venv/dev.stamp ## Lint, format, migrations, production settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

test: check $(NODE) ## All checks and all tests; what fails beside others must pass alone
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile || \
		{ test $$? -eq 1 && $(BIN)/python -m pytest --last-failed --last-failed-no-failures none --maxfail 1; }

prove: .venv/dev.stamp $(NODE) ## The long proofs at their whole length (half an hour)
	ASSAY_PROOFS=whole $(BIN)/python -m pytest -s $$(grep -rl 'proofs\.of' tests --include='test_*.py')

lock: .venv/dev.stamp ## Resolve the dependencies of pyproject.toml anew
	$(BIN)/uv pip compile -q --upgrade $(LOCKING) --extra engines --extra media --extra s3 -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile -q $(LOCKING) -c requirements.lock --extra engines --extra media --extra s3 --group dev -o requirements-dev.lock pyproject.toml

LOCKING := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url

messages: .venv/dev.stamp ## Collect and compile translations (needs gettext)
	$(BIN)/python manage.py makemessages --all --no-location --no-obsolete --ignore .venv --ignore var --ignore tests
	$(BIN)/python manage.py compilemessages --ignore .venv --ignore var

bench: .venv/dev.stamp ## Measure the text API
	$(BIN)/python tests/bench/text_api.py $(ARGS)

shots: .venv/dev.stamp ## Screenshots of every console page (ARGS='--user ... --password ...')
	$(BIN)/python tests/shots.py $(ARGS)

clean: ## Remove what was built; keeps the data under var/pg
	rm -rf .venv var/static var/static.stamp var/metrics var/pg-test*

# The stamps hold a fingerprint, so that a fresh checkout of the same lock installs nothing.
.venv/run.stamp: requirements.lock
	@$(call install,requirements.lock)

.venv/dev.stamp: requirements-dev.lock
	@$(call install,requirements-dev.lock)
	@touch .venv/run.stamp

# The vendor's clients for Node, which some tests drive.
$(NODE): tests/wire/node/package-lock.json
	@command -v npm >/dev/null || { echo "Node 18 or newer with npm is needed (Debian: apt-get install nodejs npm)."; exit 1; }
	@echo "Installing what $< names ..."
	@cd $(<D) && npm ci --silent
	@touch $@

define install
	set -e; \
	test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed (Debian: apt-get install python3-venv)."; exit 1; }; \
	test -x $(BIN)/python || $(PYTHON) -m venv .venv; \
	print=$$($(BIN)/python -c 'import hashlib, sys; print(sys.version.split()[0], hashlib.sha256(open("$(1)", "rb").read()).hexdigest())'); \
	if test "$$(cat $@ 2>/dev/null)" != "$$print"; then \
		echo "Installing what $(1) names ..."; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1); \
	fi; \
	echo "$$print" > $@
endef
