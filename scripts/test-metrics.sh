#!/usr/bin/env bash
# Scrapes a running server as Prometheus does, has promtool read the answer, and checks that no client can add a series.
#   scripts/test-metrics.sh     after `npm run build`; exit 0 passed, 1 failed, 77 skipped: no promtool to be had
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/facts.sh

# promtool comes with Debian's package prometheus. Only that one file of it is wanted, not a service that starts.
find_promtool() {
  local cache=$PWD/node_modules/.cache/promtool
  command -v promtool && return
  if [ ! -x "$cache/usr/bin/promtool" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    mkdir -p "$cache"
    (cd "$cache" && apt-get update -qq && apt-get download -qq -o APT::Sandbox::User=root prometheus && dpkg -x prometheus_*.deb . && rm prometheus_*.deb) >&2 || true
  fi
  [ -x "$cache/usr/bin/promtool" ] && echo "$cache/usr/bin/promtool"
}
if ! promtool=$(find_promtool); then
  echo "SKIPPED: there is no promtool here (Debian's package prometheus), so the metrics are not checked" >&2
  exit 77
fi

work=$(mktemp -d)
server=
clean_up() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
SPILLWAY_ADMIN_TOKEN=secret node dist/cli/main.js serve --port 0 >"$work/log" 2>&1 &
server=$!
url=$(url_in "$work/log")
[ -n "$url" ] || { cat "$work/log"; exit 1; }

# send PATH CURL-OPTIONS...: prints the status
send() { curl -sS --noproxy '*' --max-time 10 -o "$work/answer" -w '%{http_code}' "$url$1" "${@:2}"; }
row='{"age": 35, "monthly_charges": 65.5, "total_charges": 1200.0}'
json='Content-Type: application/json'
posts=(/predict /predict/reliable '/predict/reliable?require_explanation=true' /compare)
gets=(/health /health/live /health/ready /metrics /admin/system-status /admin/performance-metrics)

for path in "${posts[@]}"; do expect "POST $path -> 200" test "$(send "$path" -H "$json" -d "$row")" = 200; done
for path in "${gets[@]}"; do expect "GET $path -> 200" test "$(send "$path")" = 200; done

# What Prometheus sends: OpenMetrics if there is any, else its own text format.
scraper='Accept: application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
scrape() { curl -sS --noproxy '*' --max-time 10 -H "$scraper" -w '%{stderr}%{content_type}' -o "$2" "$url$1"; }
for path in /metrics /admin/system-status; do
  type=$(scrape "$path" "$work/scrape" 2>&1)
  expect "a scraper of $path gets text/plain; version=0.0.4" grep -q '^text/plain; version=0\.0\.4' <<<"$type"
  # 0: fine, 1: not the format, 3: names or help texts against the conventions
  "$promtool" check metrics <"$work/scrape" >"$work/lint" 2>&1 && code=0 || code=$?
  # The only exceptions are gauges of prom-client that have carried these names since before the conventions.
  grep -vE '^nodejs_active_(handles|requests|resources)_total non-counter metrics should not have "_total" suffix$' "$work/lint" >"$work/lint-own" || true
  if [ "$code" = 0 ] || { [ "$code" = 3 ] && [ ! -s "$work/lint-own" ]; }; then
    fact "promtool reads $path: $(grep -c '^# TYPE spillway_' "$work/scrape") metrics, $(grep -c '^spillway_' "$work/scrape") series of ours"
  else
    fault "promtool refuses $path ($code): $(cat "$work/lint-own")"
  fi
done
expect 'a browser of /admin/system-status gets JSON' test "$(send /admin/system-status -H 'Accept: text/html,*/*;q=0.8' && head -c 1 "$work/answer")" = '200{'

# A series is a name with its labels. Those of the Node runtime are its own affair and no client's.
series() { scrape /metrics "$work/scrape" 2>/dev/null && sed -E '/^(#|nodejs_|process_|$)/d; s/ [^ ]+$//' "$work/scrape" | sort; }
series >"$work/before"
# tried STATUS PATH CURL-OPTIONS...
tried() {
  local status
  status=$(send "${@:2}")
  [ "$status" = "$1" ] || fault "$2 ${*:3}: expected $1, got $status $(cat "$work/answer")"
}
methods=(PUT DELETE PATCH PROPFIND PURGE)
for n in 1 2 3 4 5; do
  tried 200 /predict -H "$json" -d "$row" -H "X-Request-Id: request-$n"
  tried 200 /predict/reliable -H "$json" -d "$row" -H "X-Unit-Id: customer-$n"
  tried 404 "/unknown-$n"
  tried 404 "/predict/unknown-$n" -H "$json" -d "$row"
  tried 404 "/admin/unknown-$n"
  tried 405 /predict -X "${methods[n - 1]}"
  tried 400 "/predict?unknown_$n=1" -H "$json" -d "$row"
  tried 401 "/predict?model_version=v$n.9" -H "$json" -d "$row"
  for path in /predict /predict/reliable; do
    tried 404 "$path?model_version=v$n.9" -H "$json" -d "$row" -H 'Authorization: Bearer secret'
  done
  for path in /predict /predict/reliable /compare; do
    tried 422 "$path" -H "$json" -d "{\"unknown_$n\": 1}"
    tried 400 "$path" -H "$json" -d "not JSON $n"
    tried 415 "$path" -H "Content-Type: text/unknown-$n" -d "$row"
  done
done
series >"$work/after"
if [ -s "$work/before" ] && cmp -s "$work/before" "$work/after"; then
  fact "the same $(wc -l <"$work/after") series before and after requests with ids, paths, methods and versions of their own"
else
  fault "series appeared or went: $(diff "$work/before" "$work/after" | head -n 20)"
fi
expect 'no value of a request stands in the metrics' test -z "$(grep -E '(request|customer|unknown)[-_][1-5]|PROPFIND|v[1-5]\.9' "$work/scrape")"
counted=$(sed -n 's/^spillway_http_requests_total{route="\/predict",status="4xx"} //p' "$work/scrape")
expect "and yet the refused requests are counted: $counted on /predict" test "${counted:-0}" -ge 20

kill "$server"
wait "$server" && code=0 || code=$?
server=
expect "the server stops by itself: exit code $code" test "$code" = 0

if [ "$faults" -gt 0 ]; then
  echo "metrics: $faults fault(s)"
  exit 1
fi
echo 'metrics: passed'
