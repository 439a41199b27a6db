#!/bin/sh
# Resolves pyproject.toml into pinned requirements with the hash of every file, and no index in them.
# The build backend is pinned too, so that the editable install needs no network of its own.
set -eu
cd "$(dirname "$0")/.."

# Settings of one machine (a mirror, a folder of wheels) must not reach the pins.
export PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock"
unset PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS

compile() {
    .venv/bin/python -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe --all-build-deps \
        --no-emit-index-url --no-emit-find-links --extra central "$@" pyproject.toml
}

compile --output-file requirements/runtime.txt
compile --extra dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
compile --extra bench --constraint requirements/dev.txt --output-file requirements/bench.txt
compile --extra package --constraint requirements/runtime.txt --output-file requirements/package.txt
