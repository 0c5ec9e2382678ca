#!/usr/bin/env bash
# Builds the container image and runs it the way a cluster does: read-only, no capabilities, not root.
#   scripts/test-image.sh             exit 0 passed, 1 failed, 77 skipped: no Docker engine here
#   scripts/test-image.sh --url URL   only sends the README's requests to a server that already runs
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/facts.sh

# answers STATUS CONDITION METHOD URL: the answer has the status, and as `body` fulfils the JavaScript condition
answers() {
  local status=$1 condition=$2 method=$3 url=$4 reply
  local row=()
  [ "$method" = POST ] && row=(-H 'Content-Type: application/json' -d '{"age": 35, "monthly_charges": 65.5, "total_charges": 1200.0}')
  reply=$(curl -sS --noproxy "*" --max-time 10 -X "$method" "${row[@]}" -w '\n%{http_code}' "$url" 2>&1) || true
  if [ "${reply##*$'\n'}" = "$status" ] && CONDITION="$condition" node -e '
      const body = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
      const isChance = (value) => typeof value === "number" && value >= 0 && value <= 1;
      const isVersion = (value) => ["v1.0", "v1.1", "v2.0"].includes(value);
      process.exitCode = new Function("body", "isChance", "isVersion", `return ${process.env.CONDITION}`)(body, isChance, isVersion) ? 0 : 1;
    ' <<<"${reply%$'\n'*}" 2>/dev/null; then
    fact "$method ${url#"$base"} -> $status"
  else
    fault "$method ${url#"$base"}: expected $status and $condition, got ${reply:0:600}"
  fi
}

# The seven requests under "Test All Capabilities".
check_answers() {
  base=$1
  answers 200 'isChance(body.probability) && isVersion(body.model_version) && body.degraded === false' POST "$base/predict"
  answers 200 'isChance(body.probability) && body.served_by === "model" && !("explanation" in body)' POST "$base/predict/reliable"
  answers 200 'Math.abs(body.explanation.additivity_residual) < 1e-9 && body.explanation.reason_codes.length > 0 && body.compliance_report.audit.model_version === body.model_version' \
    POST "$base/predict/reliable?require_explanation=true"
  answers 200 'body.results.length === 3 && body.results.every((result) => isVersion(result.model_version) && isChance(result.probability)) && isChance(body.ensemble.probability)' \
    POST "$base/compare"
  answers 200 'body.status === "healthy"' GET "$base/health"
  answers 200 'body.uptime_seconds > 0 && body.versions.every(({ state, breaker }) => state === "ready" && breaker === "closed")' GET "$base/admin/system-status"
  answers 200 'body.routes.some(({ explained }) => explained > 0)' GET "$base/admin/performance-metrics"
}

finish() {
  if [ "$faults" -gt 0 ]; then
    echo "$1: $faults fault(s)"
    exit 1
  fi
  echo "$1: passed"
  exit 0
}

if [ "${1:-}" = --url ]; then
  check_answers "${2:?expected a URL}"
  finish answers
fi

# A machine without a container registry can have a stand-in for the base image beside the checkout.
stand_in=../shared/tools/docker-base
if [ -x "$stand_in" ] && [ "$(id -u)" = 0 ]; then "$stand_in"; fi
if ! docker info >/dev/null 2>&1; then
  echo 'SKIPPED: no Docker engine answers here, so the image is neither built nor run' >&2
  exit 77
fi

image=spillway-test:$$
container=spillway-test-$$
log=$(mktemp)
clean_up() {
  docker rm --force "$container" >/dev/null 2>&1 || true
  docker rmi "$image" >/dev/null 2>&1 || true
  rm -f "$log"
}
trap clean_up EXIT

started=$SECONDS
if ! docker build --force-rm --network host --tag "$image" . >"$log" 2>&1; then
  tail -n 60 "$log"
  fault 'docker build'
  finish image
fi
size() { docker image inspect --format '{{.Size}}' "$1"; }
base_image=$(sed -n 's/^ARG BASE=//p' Dockerfile)
own=$((($(size "$image") - $(size "$base_image")) / 1000000))
fact "built in $((SECONDS - started)) s: $(($(size "$image") / 1000000)) MB, of which $own MB are not the base image"
expect 'adds less than 30 MB to the base image' test "$own" -lt 30

inside() { docker run --rm --network none "$image" "$@"; }
expect 'runs as uid 1000, not as root' test "$(inside id -u)" = 1000
expect 'cannot write its own code' inside sh -c '! test -w /app && ! test -w /app/dist && ! test -w /app/models'
expect 'holds no dev dependency, source or registry setting' inside sh -c \
  'cd /app && for path in node_modules/typescript node_modules/vitest node_modules/@biomejs node_modules/@types src test .npmrc package-lock.json; do ! test -e $path || exit 1; done'
declared=$(node -p "Object.keys(require('./package.json').dependencies).join(' ')")
expect "holds every dependency: $declared" inside sh -c "cd /app/node_modules && ls -d $declared"

# The image's own health check, asked more often so that the test need not wait for it.
docker run --detach --name "$container" --publish 127.0.0.1::8000 --read-only --cap-drop ALL \
  --security-opt no-new-privileges --memory 512m --pids-limit 100 --health-interval 1s "$image" >/dev/null
url=http://$(docker port "$container" 8000/tcp | head -n 1)
up() { curl -fsS --noproxy "*" --max-time 2 "$url/health/ready"; }
for _ in $(seq 100); do
  up >/dev/null 2>&1 && break
  sleep 0.1
done
expect 'is ready within 10 s' up
expect 'node is process 1' test "$(docker exec "$container" cat /proc/1/comm)" = node
check_answers "$url"

health() { docker inspect --format '{{.State.Health.Status}}' "$container"; }
for _ in $(seq 100); do
  [ "$(health)" = healthy ] && break
  sleep 0.1
done
expect 'its health check turns healthy' test "$(health)" = healthy

fact "holds $(docker stats --no-stream --format '{{.MemUsage}}' "$container" | cut -d/ -f1)of memory after these requests"

before=$(date +%s%3N)
docker stop --time 20 "$container" >/dev/null
took=$(($(date +%s%3N) - before))
exit_code=$(docker inspect --format '{{.State.ExitCode}}' "$container")
expect "stops by itself: exit code $exit_code after $took ms" test "$exit_code" = 0 -a "$took" -lt 5000
[ "$faults" -eq 0 ] || docker logs "$container" 2>&1 | tail -n 40
finish image
