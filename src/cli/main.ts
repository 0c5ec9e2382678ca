#!/usr/bin/env node
import { libraryVersion, SpillwayError } from '../core/index.ts';
import { visible } from '../data/index.ts';
import { explain, explainHelp } from './explain.ts';
import { inspect, inspectHelp } from './inspect.ts';
import { print } from './print.ts';
import { score, scoreHelp } from './score.ts';
import { serve, serveHelp } from './serve.ts';
import { train, trainHelp } from './train.ts';
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

const commands: Readonly<
  Record<
    string,
    { readonly run: (args: readonly string[]) => Promise<void>; readonly help: string }
  >
> = {
  serve: { run: serve, help: serveHelp },
  train: { run: train, help: trainHelp },
  score: { run: score, help: scoreHelp },
  explain: { run: explain, help: explainHelp },
  inspect: { run: inspect, help: inspectHelp },
};

async function main([name, ...args]: readonly string[]): Promise<void> {
  if (name === '--version') return print(`${libraryVersion}\n`);
  if (name === undefined || name === '--help' || name === 'help') return print(help);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined)
    throw new UsageError(`unknown command ${name}; there are ${Object.keys(commands).join(', ')}`);
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
