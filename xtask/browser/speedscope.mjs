// Opens files in speedscope, as its own command does: node speedscope.mjs HOME FILE...
// Each must be read without an error, and show the function below with its share.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [home, ...files] = process.argv.slice(2);
const index = pathToFileURL(join(home, 'node_modules/speedscope/dist/release/index.html')).href;
const args = ['--no-sandbox', '--enable-unsafe-swiftshader', '--allow-file-access-from-files'];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
for (const file of files) {
  const name = basename(file);
  // What the command of speedscope writes for files given to it.
  const script = `${file}.js`;
  const data = readFileSync(file).toString('base64');
  writeFileSync(script, `speedscope.loadFileFromBase64(${JSON.stringify(name)}, ${JSON.stringify(data)})`);
  const page = await browser.newPage({ viewport: { width: 1200, height: 700 } });
  const errors = [];
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`${index}#localProfilePath=${encodeURIComponent(script)}`);
  await page.waitForFunction(() => document.title !== 'speedscope', null, { timeout: 30000 })
    .catch(async () => { throw new Error(`${name}: ${errors.join('; ') || await page.textContent('body')}`); });
  // The table of functions has the leaf with its own weight.
  await page.keyboard.press('3');
  await page.waitForFunction(() => document.body.textContent.includes('runtime.mallocgc'), null, { timeout: 30000 });
  const text = await page.textContent('body');
  await page.screenshot({ path: `${file}.png` });
  assert.deepEqual(errors, [], name);
  // 30 of 40: itself and in all.
  assert.match(text, /30\S* ?\S* \(75%\)30\S* ?\S* \(75%\)runtime\.mallocgc/, `${name}: ${text}`);
  console.log(`${name}: ${await page.title()}`);
  await page.close();
}
await browser.close();
