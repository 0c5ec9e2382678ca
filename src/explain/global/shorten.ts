const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** Cuts a text to what fits beside a drawing, where letters of East Asia take twice the room. The tables have the whole. */
export function shorten(text: string, most: number): string {
  let taken = 0;
  let kept = '';
  for (const character of text) {
    taken += wide.test(character) ? 2 : 1;
    if (taken > most) return `${kept.trimEnd()}…`;
    if (taken < most) kept += character;
  }
  return text;
}
