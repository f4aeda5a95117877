// Opens a flame graph in a real browser: node flame.mjs PAGE SCREENSHOT-DIR
// Fails on the first thing that is not as the page promises.
import assert from 'node:assert/strict';
import { inBothSchemes } from './open.mjs';

const [page_file, shots] = process.argv.slice(2);
await inBothSchemes(page_file, { width: 1200, height: 700 }, async (page, colorScheme) => {
  const status = () => page.textContent('#status');
  assert.match(await status(), /^all: .*100\.00 %/);
  assert.equal(await page.evaluate(() => document.documentElement.classList.contains('dark')), colorScheme === 'dark');
  await page.screenshot({ path: `${shots}/${colorScheme}.png` });

  // Keys: into the widest callee, zoom, out again.
  await page.focus('#graph');
  await page.keyboard.press('ArrowDown');
  const first = await status();
  assert.doesNotMatch(first, /^all:/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.notEqual(await status(), first);
  await page.screenshot({ path: `${shots}/${colorScheme}-zoom.png` });
  await page.keyboard.press('Backspace');
  assert.equal(await status(), first);
  await page.keyboard.press('Escape');
  assert.match(await status(), /^all:/);

  // Search: every stack has the first callee's name or not; the share agrees with its own line.
  const name = first.slice(0, first.indexOf(': '));
  await page.keyboard.press('/');
  await page.keyboard.type(name);
  assert.match(await page.textContent('#matched'), /^matched \d+\.\d\d %$/);
  await page.screenshot({ path: `${shots}/${colorScheme}-search.png` });
  await page.fill('#search', '/[/');
  assert.match(await page.textContent('#matched'), /regular expression/i);
  await page.fill('#search', '/^$/');
  assert.equal(await page.textContent('#matched'), 'matched 0.00 %');
  await page.keyboard.press('Escape');
  assert.equal(await page.inputValue('#search'), '');

  // Both directions, upside down, help, and the other colours.
  for (const [key, id] of [['c', 'callers'], ['i', 'flip']]) {
    await page.keyboard.press(key);
    assert.equal(await page.getAttribute(`#${id}`, 'aria-pressed'), 'true');
    await page.screenshot({ path: `${shots}/${colorScheme}-${id}.png` });
    await page.keyboard.press(key);
    assert.equal(await page.getAttribute(`#${id}`, 'aria-pressed'), 'false');
  }
  await page.keyboard.press('?');
  assert.ok(await page.isVisible('#help'));
  await page.keyboard.press('t');
  assert.equal(await page.evaluate(() => document.documentElement.classList.contains('dark')), colorScheme !== 'dark');

  // The mouse: a click zooms, hovering tells.
  const box = await page.locator('#graph').boundingBox();
  await page.mouse.move(box.x + 5, box.y + 27);
  assert.doesNotMatch(await status(), /^all:/);
  await page.mouse.click(box.x + 5, box.y + 27);
});
console.log('browser: load, keys, zoom, search, directions, light and dark are in order');
