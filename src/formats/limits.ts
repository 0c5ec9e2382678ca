/** What a model file may ask for at most, so that a few bytes cannot claim all memory. */
export const limits = {
  /** Bytes of a file; the default of `ReadOptions.maxBytes`. */
  bytes: 134_217_728,
  /** Arrays and objects of a JSON text or UBJSON. */
  containers: 2_097_152,
  /** The same for a file of this many bytes per container beyond the first; an empty one is 2 bytes, and 64 in memory. */
  containersAnyway: 65_536,
  bytesPerContainer: 6,
  /** Members of one of its objects; engines take minutes over an object of ten million. */
  members: 65_536,
  /** Arrays and objects inside each other. */
  depth: 1000,
  /** Columns of a model; some files only count them, and one takes 400 to 700 bytes of memory. */
  columns: 65_536,
  /** Steps from the values of a row to the columns of a pipeline. */
  steps: 131_072,
  /** Outputs of a model. */
  outputs: 16_384,
  /** Numbers in the tables of a model's categories, each table as often as it is used. */
  tableNumbers: 33_554_432,
  /** Numbers in the leaves of one forest: nodes times outputs. */
  leafValues: 67_108_864,
  /**
   * Nodes of trees whose levels each ask one thing, which are spelt out: an empty leaf is 2 bytes of a file and two nodes.
   * In any file, and per byte of it beyond: real trees of depth 10 have a node per 6 bytes, of which it takes some 170.
   */
  spelledNodesAnyway: 262_144,
  spelledNodesRatio: 0.167,
  /** Bytes that a compressed file may unpack to. */
  unpackedBytes: 268_435_456,
  /** The same per byte of the file, so that a small file stays small; models unpack to 2 to 20. */
  unpackedRatio: 200,
  /** Bytes that any compressed file may unpack to, however small it is. */
  unpackedAnyway: 16_777_216,
  /** Steps of the program that a pickle is; a forest of 200 trees has some 100,000. */
  pickleSteps: 16_777_216,
  /** Values on the stack of a pickle, and values that it names to come back to. */
  pickleStack: 1_048_576,
  pickleMemo: 2_097_152,
  /** Open marks on that stack. */
  pickleMarks: 1000,
  /** Pickles inside each other: joblib puts one into the file for each array of objects. */
  pickleStreams: 2,
  /** Bytes of memory that the values of a pickle may take per byte of it, and those that any pickle may take. */
  pickleMemoryRatio: 20,
  pickleMemoryAnyway: 33_554_432,
  /** Numbers handed out per byte of a pickle, and from any: sharing makes a small file mean endlessly many. */
  pickleNumbersRatio: 2,
  pickleNumbersAnyway: 4_194_304,
  /** Values handed out one by one from a pickle, for the same reason. */
  pickleValues: 4_194_304,
  /** Elements of one array, and its dimensions. */
  arrayElements: 67_108_864,
  arrayDimensions: 32,
} as const;

/** How many arrays and objects a JSON text or UBJSON of so many bytes may have. */
export function limitContainers(bytes: number): number {
  const { containers, containersAnyway, bytesPerContainer } = limits;
  return Math.min(containers, containersAnyway + Math.floor(bytes / bytesPerContainer));
}
