// One tab with one page: what it asked for, what it complained about, and what can be measured on it.

/** Opens `url` and waits until it is loaded. `requests` and `complaints` go on growing. */
export async function openPage(browser, url, { width, height = 1000 }) {
  const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
  const call = (method, params) => browser.send(method, params, sessionId);
  const requests = [];
  const complaints = [];
  let loaded;
  const whenLoaded = new Promise((resolve) => {
    loaded = resolve;
  });
  const off = browser.on((event) => {
    if (event.sessionId !== sessionId) return;
    const { method, params } = event;
    if (method === 'Network.requestWillBeSent') requests.push(params.request.url);
    if (method === 'Runtime.exceptionThrown') complaints.push(params.exceptionDetails.text);
    if (method === 'Runtime.consoleAPICalled' && params.type === 'error') {
      complaints.push(params.args.map(({ value }) => value).join(' '));
    }
    if (method === 'Log.entryAdded' && params.entry.level !== 'verbose') {
      complaints.push(params.entry.text);
    }
    if (method === 'Page.javascriptDialogOpening') complaints.push(`dialog: ${params.message}`);
    if (method === 'Page.loadEventFired') loaded();
  });
  for (const domain of ['Network', 'Runtime', 'Log', 'Page']) await call(`${domain}.enable`);
  await call('Emulation.setDeviceMetricsOverride', {
    width,
    height,
    deviceScaleFactor: 1,
    mobile: width < 600,
  });
  await call('Page.navigate', { url });
  await Promise.race([
    whenLoaded,
    new Promise((_, reject) => {
      setTimeout(() => reject(new Error(`${url} is not loaded after 10 s`)), 10_000).unref();
    }),
  ]);

  async function evaluate(expression) {
    const { result, exceptionDetails } = await call('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? 'thrown');
    return result.value;
  }

  return {
    requests,
    complaints,
    call,
    evaluate,
    async screenshot() {
      const { data } = await call('Page.captureScreenshot', { captureBeyondViewport: true });
      return Buffer.from(data, 'base64');
    },
    async pdf() {
      const { data } = await call('Page.printToPDF', { preferCSSPageSize: true });
      return Buffer.from(data, 'base64');
    },
    async close() {
      off();
      await browser.send('Target.closeTarget', { targetId });
    },
  };
}

/** How many pages a PDF of Chromium has: it writes one plain object for each. */
export function countPages(pdf) {
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}
