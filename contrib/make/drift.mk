# `include` it anywhere: `make drift` fails when something has drifted, so that a
# pipeline stops before it deploys over it. DRIFT_FLAGS are the flags of the check.
DRIFT_FLAGS ?= --only drift

# The default goal stays that of the Makefile, also if this is included first.
drift-default := $(.DEFAULT_GOAL)
.PHONY: drift
drift:
	helmfire-drift check $(DRIFT_FLAGS)
.DEFAULT_GOAL := $(drift-default)
