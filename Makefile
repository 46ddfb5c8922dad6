# Each target calls one script, which installs what is missing first.
.PHONY: run test soak bench hot check

run: ## Open the window; without a display, a demonstration in the terminal
	@scripts/run.sh

test: ## Every test there is, the real window's included
	@scripts/test.sh

soak: ## An hour of random faults; KEYFERRY_SOAK_SECONDS and KEYFERRY_SOAK_SEED change it
	@scripts/soak.sh

bench: ## Keyferry beside REPLICAOF, the same data in one run
	@scripts/bench.sh

hot: ## The data path's hot parts: times, and instructions
	@scripts/hot.sh

check: ## Formatting, lints, types, licences
	@scripts/check.sh
