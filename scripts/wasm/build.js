// npm run build:wasm: compiles assembly/ and writes the bytes into src/inference/kernels/tree-kernels-wasm.ts, so that
// neither `npm start` nor a bundler needs the compiler. With --check it only looks whether they are the same.
import { readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const source = new URL('../../assembly/tree-kernels.ts', import.meta.url);
const target = new URL('../../src/inference/kernels/tree-kernels-wasm.ts', import.meta.url);

const outputs = new Map();
const { error } = await asc.main(
  [
    'tree-kernels.ts',
    '--outFile=tree-kernels.wasm',
    '--runtime=stub',
    '--enable=simd',
    '--importMemory',
    '--initialMemory=1',
    '--noAssert',
    '-O3',
  ],
  {
    readFile: (name) => (name === 'tree-kernels.ts' ? readFileSync(source, 'utf8') : null),
    writeFile: (name, contents) => outputs.set(name, contents),
    listFiles: () => [],
  },
);
if (error !== null) throw error;
const bytes = Buffer.from(outputs.get('tree-kernels.wasm')).toString('base64');
const text = `/** The kernels of assembly/tree-kernels.ts; \`npm run build:wasm\` writes this file. */
export const treeKernelsWasm =
  '${bytes}';
`;
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('the bytes are not those of assembly/: npm run build:wasm');
  process.exit(1);
}
