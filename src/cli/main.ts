#!/usr/bin/env node
import { libraryVersion, SpillwayError } from '../core/index.ts';
import { visible } from '../data/index.ts';
import { print } from './print.ts';
import { UsageError } from './usage-error.ts';

const help = `spillway: a resilient multi-model serving gateway for tabular models

Usage: spillway <command> [options]

Commands:
  serve    answer predictions over HTTP
  train    rows in, a model version out
  score    answer the rows of a file
  explain  what moves the answers of a model, over the rows of a file
  inspect  what a model file is, and what will not work with it

  spillway <command> --help says more; spillway --version prints the version.
  Exit codes: 0 done, 1 failed on the data or the model, 2 wrong usage.
`;

interface Command {
  readonly run: (args: readonly string[]) => Promise<void>;
  readonly help: string;
}

/** Each is loaded when it is asked for: no command waits for what others need. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  async serve() {
    const { serve, serveHelp } = await import('./serve.ts');
    return { run: serve, help: serveHelp };
  },
  async train() {
    const { train, trainHelp } = await import('./train.ts');
    return { run: train, help: trainHelp };
  },
  async score() {
    const { score, scoreHelp } = await import('./score.ts');
    return { run: score, help: scoreHelp };
  },
  async explain() {
    const { explain, explainHelp } = await import('./explain.ts');
    return { run: explain, help: explainHelp };
  },
  async inspect() {
    const { inspect, inspectHelp } = await import('./inspect.ts');
    return { run: inspect, help: inspectHelp };
  },
};

async function main([name, ...args]: readonly string[]): Promise<void> {
  if (name === '--version') return print(`${libraryVersion}\n`);
  if (name === undefined || name === '--help' || name === 'help') return print(help);
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined)
    throw new UsageError(`unknown command ${name}; there are ${Object.keys(commands).join(', ')}`);
  const command = await load();
  if (args.includes('--help')) return print(command.help);
  await command.run(args);
}

/** One line for people, or one JSON object with `--json`. */
function report(error: unknown, json: boolean): void {
  const code =
    error instanceof UsageError
      ? 'USAGE'
      : SpillwayError.isInstance(error)
        ? error.code
        : 'INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  const faults =
    SpillwayError.isInstance(error) && error.faults.length > 0 ? { errors: error.faults } : {};
  process.stderr.write(
    json
      ? `${JSON.stringify({ code, message, ...faults })}\n`
      : `spillway: ${visible(message)} (${code})\n`,
  );
}

const args = process.argv.slice(2);
main(args).catch((error: unknown) => {
  report(error, args.includes('--json'));
  const wrongUsage =
    error instanceof UsageError ||
    (SpillwayError.isInstance(error) && error.code === 'INVALID_CONFIG');
  process.exitCode = wrongUsage ? 2 : 1;
});
