/** Who answered: the assigned version, another one, the generation of it that was served before, or the rules of the card. */
export type ServedBy = 'model' | 'other-version' | 'last-good' | 'rules';
