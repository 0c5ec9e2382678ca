import type { ModelReader, ModelSource, ReadArtifact, ReadOptions } from '../model-reader.ts';
import { finishPipeline } from './finish-pipeline.ts';
import { interpretGraph } from './interpret-graph.ts';
import { looksLikeOnnx } from './looks-like-onnx.ts';
import { readModelProto } from './model-proto.ts';
import { RowColumns } from './row-columns.ts';

/** Reads graphs of ONNX that hold one model of trees or weighted sums, and its preparation. */
export const onnxReader: ModelReader = {
  format: 'onnx',

  detects({ bytes, json }: ModelSource): boolean {
    return json === null && looksLikeOnnx(bytes);
  },

  read({ bytes }: ModelSource, options: ReadOptions): ReadArtifact {
    const proto = readModelProto(bytes);
    const row = new RowColumns(proto.graph.inputs, options.columns, bytes.length);
    const { objective, outputs } = interpretGraph(proto, row);
    const pipeline = finishPipeline(outputs, row);
    const { producer, producerVersion } = proto;
    const warnings = outputs.flatMap(([, value]) =>
      value.kind === 'label' || value.kind === 'table'
        ? value.scores.source.warnings
        : value.kind === 'scores'
          ? value.source.warnings
          : [],
    );
    return {
      format: 'onnx',
      libraryVersion: producer === '' ? null : `${producer} ${producerVersion}`.trim(),
      objective,
      pipeline,
      warnings: [...new Set(warnings)],
    };
  },
};
