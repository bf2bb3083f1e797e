# Needs Rust, Go >= 1.26 (for the pinned tools), git and curl.

PREFIX ?= /usr/local
DESTDIR ?=
CARGO ?= cargo
CARGO_TARGET_DIR ?= target
# Arguments for the benchmark: `make bench BENCH=--smoke`
BENCH ?=

programs = helmfire helmfire-drift helmfire-helm helmfire-postrender helmfire-releases helmfire-subst helmfire-watch
share = $(DESTDIR)$(PREFIX)/share
plugins = $(share)/helmfire/helm-plugins

.PHONY: help build demo test lint bench tools man install uninstall clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## the release binaries, in target/release
	$(CARGO) build --release --locked

demo: ## substitute images in a real deployment, before and after
	@scripts/demo

# The integration tests come last, so that their summary is what remains in view.
test: tools ## all tests
	$(CARGO) test --locked --workspace --exclude helmfire
	$(CARGO) test --locked -p helmfire

lint: ## format, clippy, documentation, licences
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --locked
	@if $(CARGO) deny --version >/dev/null 2>&1; then \
		echo "$(CARGO) deny check"; $(CARGO) deny check; \
	else \
		echo "cargo-deny is not installed: licences and advisories were not checked"; \
	fi

bench: ## measure the programs (BENCH=--smoke: only whether it runs)
	$(CARGO) bench --locked --bench process -- $(BENCH)

tools: ## the pinned helm, helmfile and API server, in .tools/bin
	@scripts/tools/build

man: ## write the manual pages and completions anew
	UPDATE=1 $(CARGO) test --locked -p helmfire --test it man::

# The plugin's link names the program's final place, not the one below DESTDIR.
install: build ## to PREFIX (/usr/local), below DESTDIR if given
	@set -e; for p in $(programs); do install -D -m 755 $(CARGO_TARGET_DIR)/release/$$p $(DESTDIR)$(PREFIX)/bin/$$p; done
	@set -e; for f in $(wildcard man/*.[157]); do install -D -m 644 $$f $(share)/man/man$${f##*.}/$${f##*/}; done
	@set -e; for p in $(programs); do \
		install -D -m 644 contrib/completions/bash/$$p.bash $(share)/bash-completion/completions/$$p; \
		install -D -m 644 contrib/completions/zsh/_$$p $(share)/zsh/site-functions/_$$p; \
		install -D -m 644 contrib/completions/fish/$$p.fish $(share)/fish/vendor_completions.d/$$p.fish; \
	done
	$(CARGO_TARGET_DIR)/release/helmfire-postrender --quiet --helm-plugin $(plugins) >/dev/null
	ln -sf $(PREFIX)/bin/helmfire-postrender $(plugins)/helmfire-postrender/bin/

uninstall: ## what install wrote
	@for p in $(programs); do \
		rm -f $(DESTDIR)$(PREFIX)/bin/$$p $(share)/bash-completion/completions/$$p \
			$(share)/zsh/site-functions/_$$p $(share)/fish/vendor_completions.d/$$p.fish; \
	done
	@for f in $(wildcard man/*.[157]); do rm -f $(share)/man/man$${f##*.}/$${f##*/}; done
	rm -rf $(share)/helmfire

clean: ## what cargo built; the pinned tools in .tools stay
	$(CARGO) clean
