const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** What a gateway does, on one screen of text. */
export function drawDashboard(gateway, { alert, kpi }) {
  const { status, uptimeMs, versions } = gateway.status();
  const figures = gateway.performance();
  const rows = versions.map(({ modelVersion, state, breaker, weight }) => {
    const own = figures.filter((each) => each.modelVersion === modelVersion);
    const { decisions = 0, degraded = 0, p50Ms = null, p95Ms = null } = own[0] ?? {};
    return [
      modelVersion,
      state,
      breaker ?? '-',
      '#'.repeat(Math.round(weight * 10)).padEnd(10, '.'),
      String(decisions),
      String(degraded),
      milliseconds(p50Ms),
      milliseconds(p95Ms),
    ];
  });
  const header = ['version', 'state', 'breaker', 'traffic', 'answered', 'fell back', 'p50', 'p95'];
  return [
    `churn gateway: ${status}, up ${Math.round(uptimeMs / 1000)} s`,
    ...table([header, ...rows]),
    `fallbacks since the last look: ${(100 * alert.ratio).toFixed(1)} %, alert ${alert.state}`,
    `at risk: ${kpi.customers} customers, ${number.format(kpi.revenue)} USD a month`,
  ];
}

function milliseconds(value) {
  return value === null ? '-' : `${value.toFixed(2)} ms`;
}

function table(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
