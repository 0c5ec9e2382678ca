// Broken model files at start: refused with a reason, while the other versions answer.
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ask } from '../ask.js';
import { isAlive, isComplete, isTrue, judge, scenario } from '../scenario.js';
import { load } from '../start-load.js';

const sound = 'models/churn/v1.1';

/** Each makes one or several broken versions; every one of them must fail for a reason like this. */
const mutations = {
  'truncated model files': {
    reason: /^(INVALID_MODEL|UNKNOWN_FORMAT): /,
    make: (create) =>
      [1, 0.25, 0.5, 0.75, 1].map((share, index) =>
        create(`cut-${index}`, (bytes) =>
          bytes.subarray(0, index === 0 ? 1 : Math.floor(bytes.length * share) - 1),
        ),
      ),
  },
  'model files with one flipped bit': {
    reason: /^CHECKSUM_MISMATCH: /,
    make: (create) =>
      Array.from({ length: 12 }, (_, index) =>
        create(`flip-${index}`, (bytes) => flip(bytes, Math.floor((bytes.length * index) / 12)), {
          keepsChecksum: true,
        }),
      ),
  },
  'empty model files': {
    reason: /^(INVALID_MODEL|UNKNOWN_FORMAT): /,
    make: (create) => [create('empty', () => Buffer.alloc(0))],
  },
  'a checksum of another file': {
    reason: /^CHECKSUM_MISMATCH: /,
    make: (create) => [
      create('other-checksum', undefined, {
        edit: (card) => ({ ...card, artifact: { ...card.artifact, sha256: '0'.repeat(64) } }),
      }),
    ],
  },
  'a card of other features': {
    reason: /^[A-Z_]+: /,
    make: (create) => [
      create('fewer-features', undefined, {
        edit: (card) => ({ ...card, features: card.features.slice(0, 3) }),
      }),
      create('no-features', undefined, { edit: (card) => ({ ...card, features: [] }) }),
      create('other-task', undefined, { edit: (card) => ({ ...card, task: 'poetry' }) }),
    ],
  },
  'cards that are no cards': {
    reason: /^INVALID_CARD: /,
    make: (create) =>
      ['', '{', 'null', '[]', '{"name": "churn"}'].map((text, index) =>
        create(`card-${index}`, undefined, { text }),
      ),
  },
  'NaN and infinite leaves in a model file': {
    reason: /^(INVALID_MODEL|INVALID_OUTPUT): /,
    make: (create) =>
      ['NaN', 'Infinity', '1e999', 'null'].map((number, index) =>
        create(`nan-${index}`, (bytes) =>
          Buffer.from(
            // the last node of a tree is a leaf
            bytes
              .toString('utf8')
              .replace(/("split_conditions": ?\[[^\]]*,)[^,\]]+\]/, `$1${number}]`),
          ),
        ),
      ),
  },
  'a model file of 2 GiB': {
    reason: /^INVALID_MODEL: .* bytes, more than/,
    make: (create, folder) => [
      create('huge', undefined, {
        after: () => truncateSync(join(folder, 'huge/model.json'), 2 ** 31),
      }),
    ],
  },
  'files outside the model directory': {
    reason: /^(INVALID_MODEL: .*leads out|INVALID_CARD|MODEL_NOT_FOUND)/,
    make: (create, folder) => [
      create('link', undefined, {
        after() {
          const file = join(folder, 'link/model.json');
          unlinkSync(file);
          symlinkSync(join(process.cwd(), sound, 'model.json'), file);
        },
      }),
      create('dots', undefined, {
        edit: (card) => ({
          ...card,
          artifact: { ...card.artifact, file: '../../../../models/churn/v1.1/model.json' },
        }),
      }),
    ],
  },
};

const broken = Object.entries(mutations).map(([name, { reason, make }]) =>
  scenario({
    name,
    layer: 'artifact',
    inject: `${name}, beside the three sound versions`,
    async run(context) {
      const folder = createModels(context, name);
      const names = make((version, ...change) => createVersion(folder, version, ...change), folder);
      const server = await context.serve(['--models', folder]);
      const counts = await load({
        ports: [server.port],
        rate: 400,
        milliseconds: context.long ? 5000 : 400,
        targets: [{ path: '/predict/reliable', bodies: context.bodies }],
      });
      const { versions } = (await ask(server.port, '/health')).body;
      const found = names.map((one) => versions.find((version) => version.model_version === one));
      const refused = found.filter((one) => one?.state === 'failed' && reason.test(one.reason));
      const others = found.filter((one) => !refused.includes(one));
      return judge({
        injected: names.length,
        loads: [counts],
        facts: { reason: `"${refused[0]?.reason.slice(0, 90)}"` },
        conditions: [
          isTrue(counts),
          isComplete(counts),
          isAlive(server),
          [
            `each is refused with a reason (not: ${others.map((one) => `${one?.model_version} ${one?.state} ${one?.reason}`).join(', ')})`,
            others.length === 0,
          ],
        ],
      });
    },
  }),
);

const replaced = scenario({
  name: 'a model file replaced while it is read',
  layer: 'artifact',
  inject: 'v1.1/model.json is exchanged for another file and back, every 8 ms, while servers start',
  async run(context) {
    const folder = createModels(context, 'replaced');
    const file = join(folder, 'v1.1/model.json');
    const contents = [readFileSync(file), flip(readFileSync(file), 1000)];
    let exchanged = 0;
    const exchanging = setInterval(() => {
      writeFileSync(`${file}.new`, contents[++exchanged % 2]);
      renameSync(`${file}.new`, file);
    }, 8);
    const loads = [];
    const states = { ready: 0, failed: 0 };
    const reasons = new Set();
    for (let start = 0; start < (context.long ? 40 : 3); start++) {
      const server = await context.serve(['--models', folder]);
      loads.push(
        await load({
          ports: [server.port],
          rate: 300,
          milliseconds: 250,
          targets: [{ path: '/predict/reliable', bodies: context.bodies }],
        }),
      );
      const { versions } = (await ask(server.port, '/health')).body;
      const { state, reason } = versions.find((one) => one.model_version === 'v1.1');
      states[state]++;
      if (reason !== null) reasons.add(reason.split(':')[0]);
      await server.stop();
    }
    clearInterval(exchanging);
    return judge({
      injected: exchanged,
      loads,
      facts: { ...states, reasons: [...reasons].join(' ') || 'none' },
      conditions: [
        ...loads.map(isTrue),
        ...loads.map(isComplete),
        [
          `refused by its checksum, or sound (${[...reasons].join(', ')})`,
          [...reasons].every((reason) => reason === 'CHECKSUM_MISMATCH'),
        ],
      ],
    });
  },
});

/** A copy of the demo models, to break. */
function createModels(context, name) {
  const folder = join(context.folder, name.replaceAll(/\W+/g, '-'));
  cpSync('models/churn', folder, { recursive: true });
  return folder;
}

/** A copy of a sound version with another file, or another card; its checksum is made to fit unless it is to be kept. */
function createVersion(
  folder,
  name,
  change = (bytes) => bytes,
  { keepsChecksum, edit, text, after } = {},
) {
  const place = join(folder, name);
  mkdirSync(place);
  cpSync(sound, place, { recursive: true });
  const bytes = change(readFileSync(join(sound, 'model.json')));
  writeFileSync(join(place, 'model.json'), bytes);
  let card = JSON.parse(readFileSync(join(sound, 'card.json'), 'utf8'));
  if (!keepsChecksum) card.artifact.sha256 = createHash('sha256').update(bytes).digest('hex');
  if (edit !== undefined) card = edit(card);
  writeFileSync(join(place, 'card.json'), text ?? JSON.stringify(card));
  after?.();
  return name;
}

function flip(bytes, index) {
  const flipped = Buffer.from(bytes);
  flipped[index] ^= 0x10;
  return flipped;
}

export const scenarios = [...broken, replaced];
