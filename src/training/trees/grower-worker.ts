// The file of the threads of `createFastGrower`.
import { workerData } from 'node:worker_threads';
import { type CrewMember, serveCrew } from './grower-crew.ts';
import { startKernels } from './training-memory.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `createCrew` gives
const member = workerData as CrewMember;
serveCrew(member, startKernels(member.memory));
