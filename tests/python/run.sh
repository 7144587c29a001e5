#!/usr/bin/env bash
# Schemathesis against a real server: requests made from our own OpenAPI document, right ones and wrong ones.
#
#   tests/python/run.sh             installs what is missing, then checks target/debug/scrip
#   tests/python/run.sh --install   installs only
#
# Build first: cargo build -p scrip. SCRIP names another binary, SCHEMATHESIS_EXAMPLES another number of examples.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
venv=$here/.venv
scrip=${SCRIP:-${CARGO_TARGET_DIR:-target}/debug/scrip}
examples=${SCHEMATHESIS_EXAMPLES:-25}
# The demo makes months of history before it answers; the checks take seconds. Neither may hang.
start_seconds=120
check_seconds=600

say() { printf 'schemathesis: %s\n' "$*" >&2; }

# The packages in requirements.txt, again only when that file has changed.
install() {
    local wanted
    wanted=$(sha256sum <"$here/requirements.txt")
    if [ -x "$venv/bin/schemathesis" ] && [ "$(cat "$venv/installed" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        say "needs Python 3.11 or later; here is $(python3 --version 2>&1)"
        return 1
    fi
    say "installing into tests/python/.venv"
    rm -rf "$venv"
    python3 -m venv "$venv" &&
        "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.txt" &&
        printf '%s\n' "$wanted" >"$venv/installed"
}

# Prints "URL KEY" of the first program as soon as demo.json is whole; fails until then.
address() {
    "$venv/bin/python" - "$data/demo.json" 2>/dev/null <<'PYTHON'
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    demo = json.load(file)
print(demo["url"].rstrip("/"), next(iter(demo["programs"].values()))["key"])
PYTHON
}

# Waits until the server has ended: at most this many tenths of a second.
ended_within() {
    local left=$1
    while kill -0 "$server" 2>/dev/null; do
        ((left-- > 0)) || return 1
        sleep 0.1
    done
}

cleanup() {
    local status=$?
    trap - EXIT INT TERM
    if [ -n "${server:-}" ] && kill -0 "$server" 2>/dev/null; then
        kill -TERM "$server" 2>/dev/null || true
        ended_within 100 || kill -KILL "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    if [ "$status" -ne 0 ] && [ -s "${work:-}/scrip.log" ]; then
        say "the server's last lines:"
        tail -n 40 "$work/scrip.log" >&2
    fi
    [ -z "${work:-}" ] || rm -rf "$work"
    exit "$status"
}

install || { say "could not install the packages of tests/python/requirements.txt"; exit 1; }
[ "${1:-}" != --install ] || exit 0

[ -x "$scrip" ] || { say "there is no $scrip: cargo build -p scrip"; exit 1; }
scrip=$(cd "$(dirname "$scrip")" && pwd)/$(basename "$scrip")

work=$(mktemp -d)
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
data=$work/data

"$scrip" demo --data "$data" --listen 127.0.0.1:0 >"$work/scrip.log" 2>&1 &
server=$!

tries=$((start_seconds * 10))
until found=$(address); do
    kill -0 "$server" 2>/dev/null || { say "the server ended before it wrote demo.json"; exit 1; }
    ((tries-- > 0)) || { say "no demo.json after $start_seconds s"; exit 1; }
    sleep 0.1
done
read -r url key <<<"$found"

# What it writes belongs in the temporary folder, and a proxy has no part in this.
cd "$work"
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
checks=not_a_server_error,status_code_conformance,content_type_conformance
checks=$checks,response_schema_conformance,negative_data_rejection
status=0
# A stream of events has no end to wait for; it has tests of its own. Every run makes the same requests.
timeout --kill-after=10 "$check_seconds" "$venv/bin/schemathesis" run "$url/openapi.json" \
    --header "Authorization: Bearer $key" \
    --checks "$checks" \
    --exclude-path /v1/events \
    --max-examples "$examples" \
    --generation-deterministic \
    --continue-on-failure \
    --request-timeout 10 \
    --wait-for-schema 30 || status=$?

if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
    say "not done after $check_seconds s"
fi
if ! kill -0 "$server" 2>/dev/null; then
    say "the server ended while it was checked"
    exit 1
fi
kill -TERM "$server"
if ! ended_within 100; then
    say "the server did not stop within 10 s of SIGTERM"
    kill -KILL "$server"
    exit 1
fi
stopped=0
wait "$server" || stopped=$?
if [ "$stopped" -ne 0 ]; then
    say "the server answered SIGTERM with exit code $stopped, not 0"
    exit 1
fi
exit "$status"
