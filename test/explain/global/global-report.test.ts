import { describe, expect, it } from 'vitest';
import { globalReport } from '../../../src/explain/index.ts';
import type { Feature, Pipeline } from '../../../src/model/index.ts';
import { boosterOf, factsOf, rowsFor, viewOf } from './viewed.ts';

/** The page about a pipeline, over plausible rows. */
function pageOf(pipeline: Pipeline, count = 200): string {
  return globalReport(
    viewOf(pipeline, rowsFor(pipeline.schema, count), { sampleRows: 100 }),
    factsOf(pipeline),
  );
}

function withFeatures(
  pipeline: Pipeline,
  change: (feature: Feature, index: number) => Feature,
): Pipeline {
  return { ...pipeline, schema: { features: pipeline.schema.features.map(change) } };
}

const pages = [
  'binary-logistic',
  'multi-softprob',
  'reg-squarederror-categorical',
  'count-poisson',
].map((name): [string, string] => [name, pageOf(boosterOf(name))]);

describe.each(pages)('the page about %s', (_, page) => {
  it('needs nothing from outside and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|https?:|url\(|\son\w+=/i);
    for (const [, target = ''] of page.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#/);
  });

  it('gives every drawing a name and a description that are there', () => {
    const drawings = page.match(/<svg id=[^>]*>/g) ?? [];
    expect(drawings.length).toBeGreaterThanOrEqual(4);
    for (const drawing of drawings) {
      expect(drawing).toContain('role="img"');
      const [, id] = /id="([^"]+)"/.exec(drawing) ?? [];
      expect(drawing).toContain(`aria-labelledby="${id}-title" aria-describedby="${id}-desc"`);
      expect(page).toMatch(new RegExp(`<title id="${id}-title">[^<]+</title>`));
      expect(page).toMatch(new RegExp(`<desc id="${id}-desc">[^<]{20,}</desc>`));
    }
    // those inside of others are parts of them
    const inner = (page.match(/<svg /g) ?? []).length - drawings.length;
    expect((page.match(/<svg class="band"/g) ?? []).length).toBe(inner);
  });

  it('has no id twice, and every reference leads to one', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...page.matchAll(/(?:href="#|labelledby="|describedby=")([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    for (const [, id] of references) expect(ids).toContain(id);
  });

  it('has one first heading, and no rank is skipped', () => {
    const ranks = [...page.matchAll(/<h([1-6])/g)].map(([, rank]) => Number(rank));
    expect(ranks[0]).toBe(1);
    expect(ranks.filter((rank) => rank === 1)).toHaveLength(1);
    for (const [index, rank] of ranks.entries())
      expect(rank).toBeLessThanOrEqual((ranks[index - 1] ?? 0) + 1);
  });

  it('has tables with captions of their own', () => {
    const captions = [...page.matchAll(/<table>\n<caption>([^<]+)<\/caption>/g)].map(
      ([, caption]) => caption,
    );
    expect(captions.length).toBe(page.match(/<table/g)?.length);
    expect(captions.length).toBeGreaterThanOrEqual(3);
  });

  it('closes every element that it opens', () => {
    const open: string[] = [];
    for (const [, end, name = '', self] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
      if (['meta'].includes(name) || self === '/') continue;
      if (end === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('shows no number that is none', () => {
    expect(page).not.toMatch(/NaN|undefined|Infinity|null/);
  });
});

describe('a global report', () => {
  const pipeline = boosterOf('binary-logistic');

  it('is the same bytes for the same rows', () => {
    expect(pageOf(pipeline)).toBe(pageOf(pipeline));
  });

  it('says in a sentence what matters most', () => {
    const view = viewOf(pipeline, rowsFor(pipeline.schema, 50));
    const [first, second] = view.outputs[0]!.features;
    const [, sentence = ''] =
      /<p class="lead">(.*?)<\/p>/.exec(globalReport(view, factsOf(pipeline))) ?? [];
    expect(sentence.replaceAll(/<[^>]+>/g, '')).toMatch(
      new RegExp(
        `^Over 50 rows, ${first!.feature} moves the log-odds of 1 most, by [\\d.]+ on average, followed by ${second!.feature} with [\\d.]+\\.$`,
      ),
    );
  });

  it('says which model it is about, and that rows were left out or only sampled', () => {
    const view = viewOf(pipeline, rowsFor(pipeline.schema, 200), { sampleRows: 100 });
    const page = globalReport(view, factsOf(pipeline, { name: 'churn', maxRows: 200 }));
    expect(page).toContain('<title>What moves the answers of churn v1</title>');
    expect(page).toContain('ab'.repeat(32));
    expect(page).toContain('xgboost 3.4.1');
    expect(page).toContain('Over the first 200 rows');
    expect(page).toContain('of 100 rows drawn at random');
    const whole = globalReport(viewOf(pipeline, rowsFor(pipeline.schema, 200)), factsOf(pipeline));
    expect(whole).toContain('Every row is a dot in the figures.');
    expect(whole).not.toContain('the first');
  });

  it('lets no name, label, unit or category of a user become markup', () => {
    const hostile = `</title><script>alert(1)</script>"'&\u202e`;
    const trees = boosterOf('multi-softprob');
    const named = withFeatures(trees, (feature, index) => ({
      ...feature,
      name: `${hostile}${index}`,
      ...(index % 2 === 0 && { label: `${hostile} label`, unit: hostile }),
      ...(index === 1 && { type: 'category', categories: [hostile, `${hostile}2`] }),
    }));
    const page = globalReport(
      viewOf({ ...named, labels: [hostile, 'b', 'c'] }, rowsFor(named.schema, 60)),
      factsOf(named, { name: hostile, version: hostile, libraryVersion: hostile }),
    );
    expect(page).not.toContain('<script');
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;[U+202E]');
    expect(page.match(/<\/title>/g)?.length).toBe(page.match(/<title/g)?.length);
  });

  it('gives missing values a place of their own', () => {
    const page = pageOf(pipeline);
    expect(page).toMatch(/class="dots missing"/);
    expect(page).toMatch(/class="middle tick">not given</);
    expect(page).toMatch(/<th scope="row"><bdi>not given<\/bdi><\/th>/);
    const known = rowsFor(pipeline.schema, 100).map((value) => (Number.isNaN(value) ? 1 : value));
    const without = globalReport(viewOf(pipeline, known), factsOf(pipeline));
    expect(without.replace(/<svg id="output-1-key".*?\n<\/svg>/s, '')).not.toMatch(
      /class="dots missing"|>not given</i,
    );
  });

  it('shows categories as lanes with their names and numbers of rows', () => {
    const words = withFeatures(boosterOf('reg-squarederror-categorical'), (feature, index) =>
      index === 0
        ? { ...feature, type: 'category', categories: ['red', 'green', 'blue'] }
        : feature,
    );
    const page = pageOf(words);
    for (const name of ['red', 'green', 'blue'])
      expect(page).toMatch(new RegExp(`>${name}</text>`));
    expect(page).toMatch(/>\d+ rows<\/text>/);
  });

  it('shows twenty features of many and says what the others have', () => {
    const wide: Pipeline = {
      ...pipeline,
      schema: {
        features: Array.from({ length: 30 }, (_, index) => ({
          name: `f${index}`,
          type: 'number' as const,
          required: false,
        })),
      },
      steps: { features: 30, steps: [], columns: [0, 1, 2, 3, 4] },
    };
    const page = pageOf(wide);
    expect(page).toContain('25 features more do not move it.');
    expect(page).toContain('The 5 features that matter most');
    // every feature moves a little: the five largest are followed by fifteen, and ten are left
    const view = viewOf(wide, rowsFor(wide.schema, 30));
    const features = view.outputs[0]!.features.map((summary, rank) => ({
      ...summary,
      meanAbsolute: 1 / (rank + 1),
      share: 0.01,
    }));
    const all = globalReport(
      { ...view, outputs: [{ ...view.outputs[0]!, features }] },
      factsOf(wide),
    );
    expect(all).toContain('10 features more together have 10.0 % of the whole.');
    expect(all.match(/<rect [^>]*class="bar"/g)).toHaveLength(20);
    expect(all).toContain('The 6 features that matter most');
  });

  it('shows four of many outputs, those that are moved most, and says so', () => {
    const view = viewOf(pipeline, rowsFor(pipeline.schema, 30));
    const only = view.outputs[0]!;
    const outputs = [1, 5, 2, 6, 4, 3].map((size, k) => ({
      ...only,
      output: `size ${k}`,
      features: only.features.map((summary) => ({ ...summary, meanAbsolute: size })),
    }));
    const width = pipeline.schema.features.length;
    const attributions = new Float64Array(30 * width * outputs.length).fill(0.5);
    const page = globalReport(
      { ...view, outputs, sample: { ...view.sample, attributions } },
      factsOf(pipeline),
    );
    const sections = [...page.matchAll(/<h2 id="output-(\d)">/g)].map(([, place]) => place);
    expect(sections).toEqual(['2', '4', '5', '6']);
    expect(page).toContain('Of the 6 outputs of the model this page shows the 4');
  });

  it('says that nothing moves a model that always answers the same', () => {
    const view = viewOf(pipeline, rowsFor(pipeline.schema, 30));
    const features = view.outputs[0]!.features.map((summary) => ({
      ...summary,
      meanAbsolute: 0,
      share: 0,
    }));
    const page = globalReport(
      { ...view, outputs: [{ ...view.outputs[0]!, features }] },
      factsOf(pipeline),
    );
    expect(page).toContain('no feature moves the <bdi>log-odds of 1</bdi>');
    expect(page).toContain('No feature moves this score: it is');
    expect(page).not.toContain('<svg');
  });

  it('is of one row as well', () => {
    expect(pageOf(pipeline, 1)).toContain('Over 1 row,');
  });

  it('stands numbers that reach far beyond the others at the edge', () => {
    const values = rowsFor(pipeline.schema, 200).map((value) => (Number.isNaN(value) ? 1 : value));
    const width = pipeline.schema.features.length;
    for (let column = 0; column < width; column++) {
      values[column] = 3e38;
      values[width + column] = Number.POSITIVE_INFINITY;
    }
    const page = globalReport(viewOf(pipeline, values), factsOf(pipeline));
    expect(page).toContain('dots beyond it at the edge');
    expect(page).toContain('class="middle tick">∞<');
    expect(page).not.toMatch(/NaN|Infinity/);
  });
});
