import { type Browser, chromium, type Locator } from 'playwright-core';
import { findOnPath } from '../../src/embedded/on-path.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The Chromium of this machine; undefined: none is on PATH. */
export const chromiumPath = (await Promise.all(names.map((name) => findOnPath(name)))).find(Boolean);

/** A Chromium without a window, which knows of no host but localhost. */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(`None of ${names.join(', ')} is on PATH.`);
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      // Containers run tests as root, for whom Chromium's own sandbox does not start.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      // What needs another host fails, whether or not the machine has a network.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
    ],
  });
}

/** The text in a Monaco editor, as far as it is in view. */
export async function textInEditor(editor: Locator): Promise<string> {
  const lines = await editor
    .locator('.view-lines .view-line')
    .evaluateAll((all) => all.map(({ style, textContent }) => ({ top: style.top, text: textContent ?? '' })));
  return (
    lines
      // In the page they stand in the order in which they were drawn.
      .sort((a, b) => Number.parseInt(a.top, 10) - Number.parseInt(b.top, 10))
      .map(({ text }) => text.replaceAll('\u00a0', ' '))
      .join('\n')
  );
}
