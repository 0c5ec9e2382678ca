import { execFileSync } from 'node:child_process';

/** Builds the package once before the tests, since the command line and the lessons run what is built. */
export function setup(): void {
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
}
