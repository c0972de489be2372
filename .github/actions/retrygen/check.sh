#!/usr/bin/env bash
# Fails if a wrapper in PACKAGES is stale, missing or orphaned.
set -euo pipefail
read -ra packages <<<"${PACKAGES:-./...}"
go tool retrygen -check "${packages[@]}"
