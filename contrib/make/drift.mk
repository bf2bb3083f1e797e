# `include` it, or copy the target: fails when something has drifted, so that a
# pipeline stops before it deploys over it.
.PHONY: drift
drift:
	helmfire-drift check --fail-on drift
