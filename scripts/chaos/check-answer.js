/**
 * What an answer is: `ok`, `refused` (429 or 503 that says when to come again), `error` (any other problem, well told),
 * `wrong` (numbers that the version it names does not give for this row, or somebody else's answer) or `malformed`.
 */
export function checkAnswer(request, { status, head, body }) {
  let json;
  try {
    json = JSON.parse(body);
  } catch {
    return { kind: 'malformed', what: `${status} that is not JSON: ${body.slice(0, 80)}` };
  }
  const isOk = status >= 200 && status < 300;
  const type = /\r\ncontent-type: *([^\r;]*)/i.exec(head)?.[1];
  if (type !== (isOk ? 'application/json' : 'application/problem+json')) {
    return { kind: 'malformed', what: `${status} as ${type}` };
  }
  if (isOk) return checkDecisions(request, json);
  if (json.status !== status || typeof json.title !== 'string') {
    return { kind: 'malformed', what: `${status} with ${body.slice(0, 80)}` };
  }
  const what = `${status} ${json.code ?? json.title}`;
  if (status !== 429 && status !== 503) return { kind: 'error', what };
  return /\r\nretry-after: *[1-9]\d*\r\n/i.test(head)
    ? { kind: 'refused', what }
    : { kind: 'malformed', what: `${what} without Retry-After` };
}

function checkDecisions({ id, answers, explained }, json) {
  if (!Array.isArray(answers)) return checkDecision(id, answers, explained, json);
  if (!Array.isArray(json) || json.length !== answers.length) {
    return { kind: 'wrong', what: `expected ${answers.length} answers` };
  }
  const checked = json.map((one, index) =>
    checkDecision(`${id}:${index}`, answers[index], explained, one),
  );
  const by = [...new Set(checked.map((one) => one.by))].join(' and ');
  return (
    checked.find(({ kind }) => kind !== 'ok') ??
    checked.find(({ degraded }) => degraded) ?? { ...checked[0], by }
  );
}

const fields = ['prediction', 'probability', 'risk_category'];

function checkDecision(id, answers, explained, decision) {
  const { model_version: version, served_by: servedBy, degraded } = decision;
  const by = servedBy === 'rules' ? `rules of ${version}` : String(version);
  // a version that is being swapped may answer as either of its contents does, but not as a mixture
  const expected = [answers[by] ?? []].flat();
  if (decision.request_id !== id) {
    return { kind: 'wrong', what: `the answer to ${decision.request_id} came to ${id}` };
  }
  if (expected.length === 0) return { kind: 'wrong', what: `an answer by ${by}` };
  if (!expected.some((one) => fields.every((field) => decision[field] === one[field]))) {
    const [{ probability }] = expected;
    const what = `${by} gives probability ${probability}, ${decision.probability} came`;
    return { kind: 'wrong', what };
  }
  const isDegraded = servedBy === 'rules' || version !== decision.assigned_version;
  if (degraded !== isDegraded) return { kind: 'wrong', what: `degraded ${degraded} by ${by}` };
  if (explained && typeof decision.explanation !== 'object') {
    return { kind: 'wrong', what: 'an answer without its explanation' };
  }
  return { kind: 'ok', by, degraded, reason: decision.reason ?? null };
}
