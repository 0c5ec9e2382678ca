/** What is the same in every line of an output; `version` is encoded already. */
export interface LineShape {
  readonly answer: 'probability' | 'probabilities' | 'value';
  readonly version: string;
  readonly hasIds: boolean;
  readonly explain: boolean;
}
