#!/usr/bin/env bash
# One sync: goes on where the last one ended, and keeps the state for the next one.
#
#   sync.sh CONFIG STATE TARGET [OPTION ...]
#
# CONFIG   settings of the tap; secrets, and all that differs, come from the environment (TAP_ANALYTICS_...)
# STATE    where the state is kept, on a disk that outlives this run; the first one makes it
# TARGET   the command of the target, with its options
#
# Exit codes: 0, that of the tap or the target if one fails, or 75 if another sync is at work on the same state.
set -euo pipefail
config=$1 state=$2
shift 2

# PostgreSQL stores the date-times of target-postgres as they are in the time zone of the session.
export PGTZ="${PGTZ:-UTC}"

# A target tells a state when its rows are stored: what it has told holds, also where the sync failed in the middle.
keep() {
  if last=$(grep -sx '{.*}' "$state.told" | tail -n 1); then
    printf '%s\n' "$last" > "$state.new"
    mv "$state.new" "$state"
  fi
  rm -f "$state.told"
}

exec 9> "$state.lock"
flock --nonblock 9 || { echo "Another sync is at work on $state" >&2; exit 75; }
keep # what a sync that was killed has left

options=(--config "$config" --config ENV)
if [ -s "$state" ]; then options+=(--state "$state"); fi

# In the background, so that a signal to this script reaches the tap at once: the tap ends with its state written, and
# the target stores what it has.
tap-analytics "${options[@]}" | "$@" > "$state.told" &
tap=$(jobs -p) code=0
trap 'kill -TERM "$tap" 2> /dev/null' TERM INT
wait %1 || code=$?
# A signal has ended that wait, but not yet the sync.
trap '' TERM INT
if [ "$code" -gt 128 ]; then wait %1 2> /dev/null || true; fi
keep
exit "$code"
