# Headed, timed steps for `run` and `.ci/run`; sourced, not run.

steps=()

# step NAME COMMAND...: runs the command under its own heading and keeps the time it took.
step() {
  local name=$1 began=$SECONDS status
  shift
  printf '\n=== %s ===\n' "$name"
  # A shell of its own: after `||` bash would not stop a step at its first failing command.
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
  steps+=("$((SECONDS - began)) $name")
  if ((status != 0)); then
    printf '\n=== %s: FAILED (exit %d) ===\n' "$name" "$status"
    print_steps
    exit "$status"
  fi
}

# print_steps: minutes by step, as far as it came.
print_steps() {
  local entry seconds
  printf '\nMinutes by step\n'
  for entry in "${steps[@]}"; do
    seconds=${entry%% *}
    printf '%4d:%02d  %s\n' "$((seconds / 60))" "$((seconds % 60))" "${entry#* }"
  done
  printf '%4d:%02d  all\n' "$((SECONDS / 60))" "$((SECONDS % 60))"
}
