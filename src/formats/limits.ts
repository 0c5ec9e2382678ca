/** What a model file may ask for at most, so that a few bytes cannot claim all memory. */
export const limits = {
  /** Bytes of a file; the default of `ReadOptions.maxBytes`. */
  bytes: 134_217_728,
  /** Arrays and objects of a JSON text or UBJSON. */
  containers: 2_097_152,
  /** Members of one of its objects; engines take minutes over an object of ten million. */
  members: 65_536,
  /** Arrays and objects inside each other. */
  depth: 1000,
  /** Columns of a model. */
  columns: 1_048_576,
  /** Outputs of a model. */
  outputs: 65_536,
  /** Numbers in the tables of a model's categories, each table as often as it is used. */
  tableNumbers: 33_554_432,
  /** Numbers in the leaves of one forest: nodes times outputs. */
  leafValues: 67_108_864,
} as const;
