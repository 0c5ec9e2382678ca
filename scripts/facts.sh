# Sourced by the test scripts: they state facts, and count what turned out otherwise in `faults`.
faults=0
fact() { echo "  ok    $1"; }
fault() {
  echo "  FAULT $1"
  faults=$((faults + 1))
}
# expect NAME COMMAND...: a fact when the command succeeds, silently
expect() { if "${@:2}" >/dev/null 2>&1; then fact "$1"; else fault "$1"; fi; }
