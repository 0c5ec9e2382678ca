# Sourced by the test scripts: they state facts, and count what turned out otherwise in `faults`.
faults=0
fact() { echo "  ok    $1"; }
fault() {
  echo "  FAULT $1"
  faults=$((faults + 1))
}
# expect NAME COMMAND...: a fact when the command succeeds, silently
expect() { if "${@:2}" >/dev/null 2>&1; then fact "$1"; else fault "$1"; fi; }
# url_in LOG: waits until a server says in its log where it listens, and prints that; nothing after ten seconds
url_in() {
  local url
  for _ in $(seq 100); do
    url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$1")
    [ -n "$url" ] && echo "$url" && return
    sleep 0.1
  done
}
