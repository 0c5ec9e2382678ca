// What a version answers: its card and artifact, read as the server reads them, by the reference predictor.
import { createPredictor } from '../../dist/inference/index.js';
import { createRowReader, parseModelCard } from '../../dist/model/index.js';
import { readVersion } from '../../dist/scoring/index.js';

/** Makes a function from a row, as a request has it, to the prediction. */
export function createAnswers(card, artifact) {
  const { pipeline } = readVersion({
    file: 'model.json',
    artifact,
    sha256: card.artifact.sha256,
    card: parseModelCard(JSON.stringify(card)),
    cardSha256: null,
    columns: undefined,
    covers: null,
    background: null,
    goldenRows: null,
  });
  const predictor = createPredictor(pipeline);
  const reader = createRowReader(pipeline.schema);
  return (row) => {
    const values = new Float64Array(pipeline.schema.features.length);
    if (reader.read(row, values)) return predictor.predictValues(values);
    throw new Error(`no row of this schema: ${JSON.stringify(reader.faults(row))}`);
  };
}
