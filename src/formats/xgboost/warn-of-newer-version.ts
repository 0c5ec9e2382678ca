/** The newest files that the tests hold, as `[major, minor]`. */
const newest = [3, 4] as const;

/** What to say of a file from an XGBoost newer than any that the tests know. */
export function warnOfNewerVersion(version: readonly number[] | null): string[] {
  const [major = 0, minor = 0] = version ?? [];
  if (major < newest[0] || (major === newest[0] && minor <= newest[1])) return [];
  return [`the file is from XGBoost ${major}.${minor}; files are tested up to ${newest.join('.')}`];
}
