// npm run build:wasm [-- --check]: compiles each module and writes its bytes as text into src/, so that neither `npm start`
// nor a bundler needs the compiler. With --check it only looks whether they are the same.
import { readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { writeShapRows } from './shap-rows.js';

/** The modules: their source, where their bytes go, and whether several threads work in their memory. */
const modules = [
  { name: 'tree-kernels', folder: 'inference/kernels', source: () => sourceOf('tree-kernels') },
  { name: 'shap-rows', folder: 'explain/kernels', source: writeShapRows },
  { name: 'shap-lanes', folder: 'explain/kernels', source: () => sourceOf('shap-lanes') },
  {
    name: 'logistic-gradients',
    folder: 'training/boosting/objectives',
    source: () => sourceOf('logistic-gradients'),
  },
  { name: 'train-forest', folder: 'training/forest', source: () => sourceOf('train-forest') },
  {
    name: 'train-trees',
    folder: 'training/trees',
    source: () => sourceOf('train-trees'),
    shared: true,
  },
  { name: 'weighted-gram', folder: 'training/linear', source: () => sourceOf('weighted-gram') },
];

for (const { name, folder, source, shared = false } of modules) {
  const target = new URL(`../../src/${folder}/${name}-wasm.ts`, import.meta.url);
  const text = await compile(name, source(), shared);
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (readFileSync(target, 'utf8') !== text) {
    console.error(`the bytes of ${name} are not those of their source: npm run build:wasm`);
    process.exitCode = 1;
  }
}

function sourceOf(name) {
  return readFileSync(new URL(`../../assembly/${name}.ts`, import.meta.url), 'utf8');
}

async function compile(name, source, shared) {
  const outputs = new Map();
  const { error } = await asc.main(
    [
      `${name}.ts`,
      `--outFile=${name}.wasm`,
      '--runtime=stub',
      '--enable=simd',
      '--importMemory',
      '--initialMemory=1',
      // threads share it; no more than what one address reaches
      ...(shared ? ['--enable=threads', '--sharedMemory', '--maximumMemory=65536'] : []),
      '--noAssert',
      '-O3',
    ],
    {
      readFile: (file) => (file === `${name}.ts` ? source : null),
      writeFile: (file, contents) => outputs.set(file, contents),
      listFiles: () => [],
    },
  );
  if (error !== null) throw error;
  const bytes = Buffer.from(outputs.get(`${name}.wasm`)).toString('base64');
  const constant = `${name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())}Wasm`;
  return `/** The module ${name}; \`npm run build:wasm\` writes this file. */
export const ${constant} =
  '${bytes}';
`;
}
