#!/usr/bin/env bash
# Packs the package, installs it into an empty folder as a user would, and uses it from there.
#   scripts/test-tarball.sh     exit 0 passed, 1 failed
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/facts.sh

root=$PWD
work=$(mktemp -d)
server=
clean_up() {
  [ -z "$server" ] || kill -- "-$server" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

# Packing builds first: `prepare` of package.json.
npm pack --silent --json --pack-destination "$work" >"$work/pack.log" 2>&1 || { cat "$work/pack.log"; exit 1; }
tarball=$(echo "$work"/*.tgz)
fact "packed: $(($(stat -c %s "$tarball") / 1024)) KiB, $(tar -tzf "$tarball" | wc -l) files, $(($(gzip -dc "$tarball" | wc -c) / 1024)) KiB unpacked"
expect 'holds no source, test, map or fixture' test -z "$(tar -tzf "$tarball" | grep -E '^package/(src|test|scripts|bench|k8s)/|\.map$|\.tsbuildinfo$')"

mkdir "$work/user"
cd "$work/user"
npm install --no-audit --no-fund --loglevel error "$tarball" >"$work/install.log" 2>&1 || { cat "$work/install.log"; exit 1; }
fact "installed: $(find node_modules -name package.json -path '*node_modules/*/package.json' -prune | wc -l) packages, $(du -sm node_modules | cut -f1) MB"
expect 'brings no dev dependency' test ! -e node_modules/typescript -a ! -e node_modules/vitest

cat >imports.mjs <<'JS'
import { createRequire } from 'node:module';
const manifest = createRequire(import.meta.url)('spillway/package.json');
for (const subpath of Object.keys(manifest.exports).filter((key) => !key.endsWith('.json'))) {
  const name = `spillway${subpath.slice(1)}`;
  try {
    const exported = Object.keys(await import(name));
    if (exported.length === 0) throw new Error('exports nothing');
    console.log(`  ok    import '${name}': ${exported.join(', ')}`);
  } catch (error) {
    console.log(`  FAULT import '${name}': ${error.message}`);
    process.exitCode = 1;
  }
}
JS
node imports.mjs || faults=$((faults + 1))
cat >first.mjs <<'JS'
import { createGateway } from 'spillway';
const gateway = await createGateway();
const { probability } = await gateway.predict({ age: 35, monthly_charges: 65.5, total_charges: 1200 });
await gateway.close();
process.exitCode = probability >= 0 && probability <= 1 ? 0 : 1;
JS
expect 'the library predicts with the models it brings' node first.mjs

version=$(npx --no-install spillway --version)
expect "npx spillway --version: $version" test "$version" = "$(node -p "require('$root/package.json').version")"
expect 'an unknown command is wrong usage: exit code 2' bash -c 'npx --no-install spillway nonsense; test $? = 2'

models=node_modules/spillway/models/churn
expect 'npx spillway inspect knows the models it brings' npx --no-install spillway inspect "$models"
# long enough for threads to share it
node -e '
  const row = (i) => `${18 + (i % 60)},${20 + (i % 90)},${i % 7000}\n`;
  process.stdout.write(`age,monthly_charges,total_charges\n${Array.from({ length: 50_000 }, (_, i) => row(i)).join("")}`);
' >rows.csv
npx --no-install spillway score --models "$models" --version v1.1 --input rows.csv --output answers.csv
expect 'npx spillway score answers 50,000 rows' test "$(wc -l <answers.csv)" = 50001

# A process group of its own, so that the end reaches npx and the server alike, and nobody else.
set -m
npx --no-install spillway serve --port 0 >"$work/serve.log" 2>&1 </dev/null &
server=$!
set +m
url=$(url_in "$work/serve.log")
if [ -n "$url" ]; then
  fact "npx spillway serve listens on ${url%:*}"
  "$root/scripts/test-image.sh" --url "$url" || faults=$((faults + 1))
  kill -- "-$server"
  stopped() { grep -q '"msg":"stopped"' "$work/serve.log"; }
  for _ in $(seq 50); do
    stopped && break
    sleep 0.1
  done
  expect 'SIGTERM drains and stops it' stopped
else
  cat "$work/serve.log"
  fault 'npx spillway serve does not listen within 10 s'
fi

if [ "$faults" -gt 0 ]; then
  echo "tarball: $faults fault(s)"
  exit 1
fi
echo 'tarball: passed'
