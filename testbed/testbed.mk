# The real engine and a real Kubernetes API server, built from pinned Go modules into .tools/bin.
# A pulumi on PATH that is new enough is used instead of building one. Go ≥ 1.26.6 does the rest.

engine: ## Get the Pulumi engine that the engine tests drive
	@$(PYTHON) testbed/build.py engine

cluster: ## Get etcd and the Kubernetes API server that the cluster tests start
	@$(PYTHON) testbed/build.py cluster

actionlint: ## Get the linter of GitHub workflows
	@$(PYTHON) testbed/build.py actionlint

promtool: ## Get the judge of alerts, Prometheus's own
	@$(PYTHON) testbed/build.py promtool

prometheus: ## Get the server that panels are asked of, with promtool
	@$(PYTHON) testbed/build.py prometheus

browser: ## Get the browser that reports are looked at with, and the judge of their accessibility
	@$(PYTHON) testbed/browser.py

sarif-schema: ## Get the published schema of SARIF
	@$(PYTHON) testbed/sarif_schema.py

rehearsal-tools: ## Get scheduler, controller manager and Karpenter with its kwok provider
	@$(PYTHON) testbed/build.py rehearsal

runs: ## Get Kueue, the JobSet controller and KEDA's operator, which the tests of runs start
	@$(PYTHON) testbed/build.py runs

.PHONY: engine cluster actionlint promtool prometheus sarif-schema browser rehearsal-tools runs
