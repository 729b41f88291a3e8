#!/usr/bin/env bash
# Makes the board of the synthetic sample, from nights of every kind that it rests on, and tries it in a browser.
#
#     pip install playwright
#     tests/browser/run.sh FANGPIN [PYTHON] [SHOTS]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
fangpin=$(realpath "$1")
python=${2:-python3}

# Jobs name their folders relative to themselves: away from the working tree, they publish away from it.
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp -r "$root/jobs" "$root/data" "$place"

night() {
    "$fangpin" run "$place/jobs/$1.toml" --as-of "$2" >"$place/$1.log" 2>&1 || { cat "$place/$1.log"; exit 1; }
}
for day in 2025-11-28 2025-11-29 2025-11-30; do
    night nightly "$day"
done
for job in weekly monthly report; do
    night "$job" 2025-11-30
done
"$python" "$root/tests/browser/board.py" "$place/published/report/2025-11-30" ${3:+"$3"}
