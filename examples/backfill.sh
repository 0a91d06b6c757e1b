#!/usr/bin/env bash
# backfill.sh CONFIG STATE STREAM WIDTH TARGET [OPTION ...]: reads the windows of a stream that are not read yet, WIDTH of
# them at a time, each into a target of its own. STATE is replaced when all of them are stored; a run that failed is
# started again. See docs/backfills.md.
set -euo pipefail
if (($# < 5)); then
  echo "backfill.sh CONFIG STATE STREAM WIDTH TARGET [OPTION ...]" >&2
  exit 64
fi
export CONFIG=$1
state=$2 stream=$3 width=$4
shift 4
begun=()
if [[ -s $state ]]; then
  begun=(--state "$state")
fi
plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
tap-analytics plan "$stream" --config "$CONFIG" --config ENV "${begun[@]}" > "$plan"
# shellcheck disable=SC2016 # the inner shell fills these in
xargs --arg-file "$plan" --delimiter '\n' --max-procs "$width" --replace=WINDOW bash -c '
  set -o pipefail
  window=$1
  shift
  tap-analytics --config "$CONFIG" --config ENV --window "$window" | "$@" > /dev/null
' backfill WINDOW "$@"
tap-analytics plan --config "$CONFIG" --config ENV "${begun[@]}" --done "$plan" > "$state.new"
mv "$state.new" "$state"
