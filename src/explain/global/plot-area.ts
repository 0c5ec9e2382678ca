/*
 * A drawing is as wide as the page, and its letters and dots keep their size: places from left to right are percentages,
 * those from top to bottom are pixels. A band of dots is stretched to its width; CSS keeps the strokes of its paths round.
 */

const left = 2;
const right = 98;

/** Where a part of the width, 0 to 1, is, with a margin for the dots at the ends. */
export function across(part: number): string {
  return `${Number((left + (right - left) * part).toFixed(2))}%`;
}

/** The units from side to side of a band. */
export const bandUnits = 1000;

/** A band across the drawing whose content has `bandUnits` from side to side and pixels from top to bottom. */
export function band(y: number, height: number, body: string): string {
  return `<svg class="band" x="${left}%" y="${y}" width="${right - left}%" height="${height}" viewBox="0 0 ${bandUnits} ${height}" preserveAspectRatio="none">${body}</svg>`;
}
