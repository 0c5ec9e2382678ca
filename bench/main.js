// npm run bench <name>: measures one thing as a ratio to something else, both sides in the same run.
import { benchExplain } from './explain/bench.js';
import { benchGuard } from './guard/bench.js';
import { benchHttp } from './http/bench.js';
import { benchInference } from './inference/bench.js';
import { benchOverload } from './overload/bench.js';
import { benchTraining } from './training/bench.js';

const benches = {
  explain: benchExplain,
  guard: benchGuard,
  http: benchHttp,
  inference: benchInference,
  overload: benchOverload,
  training: benchTraining,
};
const [name = '', ...args] = process.argv.slice(2);

if (!Object.hasOwn(benches, name)) {
  console.error(`usage: npm run bench <${Object.keys(benches).join(' | ')}>`);
  process.exit(2);
}
await benches[name](args);
