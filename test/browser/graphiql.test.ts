import { fileURLToPath } from 'node:url';
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphiqlTabs } from '../../src/http/graphiql-tabs.ts';
import { type HttpServer, serve } from '../../src/http/serve.ts';
import { csrfHeader } from '../../src/http/use-graphiql-page.ts';
import { demoArtifacts } from '../../src/seed/read-demo.ts';
import { chromiumPath, launchChromium, textInEditor } from '../support/browser.ts';
import { operationsOf } from '../support/operations-of.ts';
import {
  type GraphQLAnswer,
  openTestGateway,
  storeCallsOf,
  type TestGateway,
} from '../support/test-gateway.ts';

interface Example {
  /** That of its first operation. */
  readonly name: string;
  readonly query: string;
}

const examples = graphiqlTabs.map((query): Example => ({ query, name: String(operationsOf(query)[0]) }));
const [unified = { name: '', query: '' }, ...others] = examples;
const reading = others.filter(({ query }) => !/^mutation/m.test(query));
// So high that Monaco, which draws only what is in view, draws a whole answer.
const viewport = { width: 1400, height: 4000 };
const soon = { timeout: 15_000 };

let gateway: TestGateway;
let server: HttpServer;
let browser: Browser;
let url: string;

async function openAll(): Promise<void> {
  const environment = { INFERENCE_ONNX_DIR: fileURLToPath(demoArtifacts) };
  [gateway, browser] = await Promise.all([openTestGateway({ data: 'demo', environment }), launchChromium()]);
  server = await serve(gateway.handler, 0, '127.0.0.1');
  url = `http://localhost:${server.port}/graphql`;
}

async function closeAll(): Promise<void> {
  await browser.close();
  await server.drain(0);
  await gateway.close();
}

const suite = chromiumPath ? 'in a browser' : 'in a browser: skipped, as no Chromium is on PATH';

describe.skipIf(!chromiumPath)(suite, () => {
  beforeAll(openAll);
  afterAll(closeAll);

  describe('GraphiQL', () => {
    let page: Page;
    const requested: string[] = [];
    const faults: string[] = [];

    beforeAll(async () => {
      const context = await browser.newContext({ viewport });
      // Of the context, not of the page: workers ask too.
      context.on('request', (request) => requested.push(request.url()));
      context.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      context.on('weberror', ({ error }) => faults.push(String(error())));
      page = await context.newPage();
      page.on('websocket', (socket) => requested.push(socket.url()));
      const schemaArrives = page.waitForResponse(isAnswer);
      await page.goto(url);
      await schemaArrives;
    });

    const isAnswer = (response: Response) => response.url() === url && response.request().method() === 'POST';
    const query = () => textInEditor(page.getByLabel('Operation Editor'));
    const result = async () => compact(await textInEditor(page.getByLabel('Result Window')));
    const clickRun = () => page.getByLabel('Execute query').click();
    const pressCtrlEnter = () => page.keyboard.press('Control+Enter');

    const tab = (name: string) => page.getByRole('tab').getByText(name, { exact: true });

    async function openTab(example: Example): Promise<void> {
      await tab(example.name).click();
      await hasTaken(example.query);
    }

    /** What GraphiQL shows for an operation of the open tab, which has several: it asks which one. */
    async function dataOf(operation: string) {
      const { answer } = await answerTo(async () => {
        await clickRun();
        await page.getByRole('menuitem', { name: operation, exact: true }).click();
      });
      expect(answer.errors).toBeUndefined();
      await expect.poll(result, soon).toBe(asShown(answer));
      return answer.data;
    }

    async function typeInNewTab(text: string): Promise<void> {
      await page.getByLabel('New tab').click();
      await expect.poll(query, soon).toBe('');
      await page.getByLabel('Operation Editor').locator('.view-lines').click();
      await page.keyboard.type(text);
      await hasTaken(text);
    }

    /** In the editor and in the address: until then GraphiQL would run the operation of the tab before. */
    async function hasTaken(text: string): Promise<void> {
      await expect.poll(query, soon).toBe(text);
      const inAddress = () => new URL(page.url()).searchParams.get('query') ?? unified.query;
      await expect.poll(inAddress, soon).toBe(text);
    }

    /** Runs the query in the editor: what GraphiQL got for it, once it shows that. */
    async function answerTo(
      run: () => Promise<void>,
    ): Promise<{ response: Response; answer: GraphQLAnswer }> {
      const [response] = await Promise.all([page.waitForResponse(isAnswer), run()]);
      const answer = await response.json();
      // A very long one is still out of view at its end.
      await expect
        .poll(async () => (await result()) || 'nothing', soon)
        .toSatisfy((shown) => asShown(answer).startsWith(shown));
      return { response, answer };
    }

    it('opens with the examples, the unified query in front', async () => {
      const titles = await page.getByRole('tab').allInnerTexts();
      expect(titles.map((title) => title.trim())).toEqual([unified, ...others].map(({ name }) => name));
      await hasTaken(unified.query);
      expect(unified.name).toBe('UnifiedModel');
      expect(await page.title()).toBe('ModelGraph');
    });

    it('opens another tab at the first click on it', async () => {
      await tab('Models').click();
      await page.getByRole('tab', { name: 'Models', selected: true }).waitFor(soon);
    });

    it('shows what all three stores know about the model, and what each was asked', async () => {
      await openTab(unified);
      const { response, answer } = await answerTo(clickRun);
      expect(response.status()).toBe(200);
      expect(await response.request().headerValue(csrfHeader)).not.toBeNull();
      expect(answer.errors).toBeUndefined();
      await expect.poll(result, soon).toBe(asShown(answer));
      const shown = await result();
      expect(shown).toContain('"name":"fraud-detector"');
      for (const store of ['POSTGRES', 'MONGODB', 'REDIS']) {
        expect(shown).toContain(`{"store":"${store}","state":"OK","presence":"PRESENT"}`);
        expect(shown).toContain(`{"store":"${store}","calls":1,`);
      }
    });

    it.each(reading)('runs the example $name without an error', async (example) => {
      await openTab(example);
      const { answer } = await answerTo(clickRun);
      expect(answer.errors).toBeUndefined();
      expect(await result()).toMatch(/^\{"data":\{/);
    });

    const openTabNamed = (name: string) =>
      openTab(examples.find((example) => example.name === name) ?? unified);

    it('serves a prediction, once computed and then kept, and tells it to whom it was given', async () => {
      await openTabNamed('Predict');
      const { first, again } = await dataOf('Predict');
      expect([first.cacheStatus, again.cacheStatus]).toEqual(['MISS', 'HIT']);
      expect(again.outputs).toEqual(first.outputs);
      expect(first.outputs).toContainEqual({ name: 'label', data: ['virginica'] });
      const { lastPrediction, model } = await dataOf('LastPrediction');
      expect(lastPrediction.outputs).toEqual(first.outputs);
      expect(model.deployments.nodes).toMatchObject([{ ready: true }]);
    });

    it('predicts by what is known of an entity, whether the demo or its caller put it there', async () => {
      await openTabNamed('PredictEntity');
      const ask = async () => {
        const { answer } = await answerTo(clickRun);
        expect(answer.errors).toBeUndefined();
        return answer.data;
      };
      const label = (name: string) => expect.arrayContaining([{ name: 'label', data: [name] }]);
      expect(await ask()).toMatchObject({
        known: { cacheStatus: 'MISS', outputs: label('fraud') },
        putFeatures: { written: 8, skippedAsOlder: 0 },
        mine: { cacheStatus: 'MISS', outputs: label('legitimate') },
      });
      const { known, mine } = await ask();
      expect([known.cacheStatus, mine.cacheStatus]).toEqual(['HIT', 'HIT']);
    });

    it('registers a training run, once for its key, and reads it back from all three stores', async () => {
      await openTabNamed('Register');
      const { registerTrainingRun: registered } = await dataOf('Register');
      expect(registered).toMatchObject({ replayed: false, replication: { state: 'APPLIED' } });
      expect((await dataOf('Register')).registerTrainingRun).toEqual({ ...registered, replayed: true });
      const { model, replicationStatus } = await dataOf('ReadBack');
      expect(model).toMatchObject({
        trainingRuns: {
          nodes: [{ status: 'FINISHED', config: { document: { hyperparameters: { layers: [64, 3] } } } }],
        },
        serving: { leaderboardRank: expect.any(Number) },
        consistency: { consistent: true },
      });
      expect(replicationStatus).toMatchObject({ pending: 0, deadLetters: 0 });
    });

    it('underlines a field that does not exist, says why, and shows the error when it is run', async () => {
      const why = 'Cannot query field "vershion" on type "ServerInfo". Did you mean "version"?';
      const before = faults.length;
      await typeInNewTab('{ serverInfo { vershion } }');
      await page.locator('.squiggly-error').waitFor();
      await page.getByLabel('Operation Editor').getByText('vershion', { exact: true }).hover();
      await page.getByRole('tooltip').getByText(why).waitFor();
      const { response, answer } = await answerTo(pressCtrlEnter);
      expect(response.status()).toBe(400);
      expect(answer.errors?.map(({ message }) => message)).toEqual([why]);
      expect(await result()).toContain(compact(JSON.stringify(why)));
      // Chromium itself logs each answer that is not a 200.
      await expect.poll(() => faults.splice(before), soon).toEqual([expect.stringMatching(/status of 400/)]);
    });

    it('tells in its documentation from which store each field comes', async () => {
      await page.getByLabel('Show Documentation Explorer').click();
      await page.getByRole('combobox').fill('ModelInfo');
      const found = page.getByRole('option').first();
      await expect.poll(() => found.innerText(), soon).toBe('ModelInfo');
      await found.click();
      const docs = () => page.locator('.graphiql-plugin').innerText();
      await expect.poll(docs, soon).toMatch(/^Everything known about one model.* Source: the name\.$/m);
      expect(await docs()).toMatch(/^serving: .*\n+.*Source: Redis\.$/m);
    });

    it('has asked no host but its own in all this, and logged no error', () => {
      expect(requested).toContain(url);
      expect(requested.some((each) => each.startsWith('blob:'))).toBe(true);
      const own = new RegExp(`^(data:|(blob:)?${new URL(url).origin}/)`);
      expect(requested.filter((each) => !own.test(each))).toEqual([]);
      expect(faults).toEqual([]);
    });
  });

  describe('a page of another origin', () => {
    const question = '{ models(first: 1) { totalCount } }';
    let foreign: HttpServer;
    let page: Page;

    beforeAll(async () => {
      const html = foreignPage(url, question);
      foreign = await serve((_, response) => response.end(html), 0, '127.0.0.1');
      page = await browser.newPage();
    });
    afterAll(() => foreign.drain(0));

    async function press(button: string): Promise<void> {
      await page.goto(`http://localhost:${foreign.port}/`);
      await page.getByRole('button', { name: button, exact: true }).click();
    }

    it.each(['a form', 'a form in plain text', 'a script', 'a script without a type', 'a script with GET'])(
      'is refused with 403 when it asks by %s, and no store is asked',
      async (button) => {
        const calls = await storeCallsOf(async () => {
          const [refusal] = await Promise.all([
            page.waitForResponse((response) => response.url().startsWith(url)),
            press(button),
          ]);
          expect(refusal.status()).toBe(403);
        });
        expect(calls).toEqual([]);
      },
    );

    it('is not even let ask in JSON', async () => {
      const calls = await storeCallsOf(async () => {
        await press('a script in JSON');
        await page.getByText('TypeError: Failed to fetch').waitFor();
      });
      expect(calls).toEqual([]);
    });

    it('would be answered if it could send the header that GraphiQL sends', async () => {
      const headers = { [csrfHeader]: 'graphiql' };
      const form = await fetch(url, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ query: question }),
      });
      expect(await form.json()).toMatchObject({ data: { models: { totalCount: expect.any(Number) } } });
      const link = await fetch(`${url}?${new URLSearchParams({ query: question })}`, { headers });
      expect(await link.json()).toMatchObject({ data: { models: { totalCount: expect.any(Number) } } });
    });
  });
});

const compact = (text: string) => text.replaceAll(/\s/g, '');

/** An answer as GraphiQL shows it: it sends queries in one line, and leaves out where their errors are. */
const asShown = (answer: GraphQLAnswer) =>
  compact(JSON.stringify(answer, (key, value) => (key === 'locations' ? undefined : value)));

/** A page with a button for each way of asking another origin; only the last needs that one's leave. */
const foreignPage = (url: string, query: string) => `<!doctype html>
  <form method="post" action="${url}">
    <input type="hidden" name="query" value="${query}"><button>a form</button>
  </form>
  <form method="post" action="${url}" enctype="text/plain">
    <input type="hidden" name='{"query":"${query}","' value='":0}'><button>a form in plain text</button>
  </form>
  <script>
    const body = JSON.stringify({ query: '${query}' });
    const simple = { method: 'POST', mode: 'no-cors' };
    const json = { 'content-type': 'application/json' };
    const ways = {
      'a script': ['${url}', { ...simple, body }],
      'a script without a type': ['${url}', { ...simple, body: new Blob([body]) }],
      'a script with GET': ['${url}?query=' + encodeURIComponent('${query}'), { mode: 'no-cors' }],
      'a script in JSON': ['${url}', { method: 'POST', headers: json, body }],
    };
    for (const [name, request] of Object.entries(ways)) {
      const button = document.body.appendChild(document.createElement('button'));
      button.textContent = name;
      button.onclick = () => fetch(...request).catch((error) => document.body.append(error));
    }
  </script>`;
