/** What stands as `format` in the file, and what a card calls it. */
export const formatName = 'spillway-linear';
/** Changes when an older reader would misunderstand a file. */
export const formatVersion = 1;
