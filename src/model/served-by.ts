/** Who answered: the assigned version, another one, or the rules of the card. */
export type ServedBy = 'model' | 'other-version' | 'rules';
