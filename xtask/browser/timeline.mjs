// Opens a time line in a real browser: node timeline.mjs PAGE SCREENSHOT-DIR
// Fails on the first thing that is not as the page promises.
import assert from 'node:assert/strict';
import { inBothSchemes } from './open.mjs';

const [page_file, shots] = process.argv.slice(2);
await inBothSchemes(page_file, { width: 1300, height: 750 }, async (page, colorScheme) => {
  const settled = async () => {
    await page.evaluate(() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then))));
    await page.waitForSelector('body[data-settled=yes]', { timeout: 60000 });
  };
  const status = () => page.textContent('#status');
  const shot = async (name) => { await settled(); await page.screenshot({ path: `${shots}/${colorScheme}-${name}.png` }); };
  const wide = () => page.evaluate(() => view.to - view.from);
  await settled();
  assert.match(await status(), /^[\d,]+ goroutines, [\d,]+ stretches in /);
  assert.equal(await page.evaluate(() => document.documentElement.classList.contains('dark')), colorScheme === 'dark');
  await shot('all');

  // Every stretch that the head counts is in a block, and no two of a goroutine overlap.
  const counted = await page.evaluate(async () => {
    let stretches = 0, overlaps = 0;
    const ends = new Map();
    const pieces = [];
    for (const level of levels) for (const [index, blocks] of level) for (const { element, holds } of blocks) {
      const block = decode({ element, holds, level: levels.indexOf(level), index }, new Numbers(await inflate($('b' + element).textContent)));
      stretches += block.start.length;
      block.rows.forEach((row, at) => { for (let n = block.first[at]; n < block.first[at + 1]; n++) if (KINDS[rows.kind[row]] === 'goroutine') pieces.push([row, block.start[n], block.end[n]]); });
    }
    pieces.sort((a, b) => a[1] - b[1] || a[2] - b[2]);
    for (const [row, start, end] of pieces) { if (start < (ends.get(row) ?? 0)) overlaps++; ends.set(row, end); }
    return { stretches, overlaps, wanted: about.stretches };
  });
  assert.equal(counted.stretches, counted.wanted);
  assert.equal(counted.overlaps, 0);

  // Search: rows by name; Enter goes to the longest stretch of what matches.
  await page.keyboard.press('/');
  await page.keyboard.type('channel');
  await settled();
  assert.match(await page.textContent('#found'), /rows, [1-9]\d* activities/);
  const before = await wide();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => chosen !== null, null, { timeout: 20000 });
  await settled();
  assert.match(await status(), /^goroutine \d+ .*: channel .*, .* from /);
  assert.ok(await wide() < before);
  await shot('search');
  await page.keyboard.press('/');
  await page.fill('#search', 'no such thing');
  assert.match(await page.textContent('#found'), /^0 rows, 0 activities/);
  await page.fill('#search', 'main.');
  await settled();
  assert.ok(await page.evaluate(() => shown.length > 0 && shown.every((row) => about.names[rows.name[row]].includes('main.'))));
  await page.keyboard.press('Escape');
  assert.equal(await page.inputValue('#search'), '');

  // Keys: rows, stretches, zoom and back, to whoever ended a wait.
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => view.from), 0);
  const all = await wide();
  await page.keyboard.press('w');
  assert.ok(Math.abs(await wide() - all / 2) < 2);
  await page.keyboard.press('s');
  assert.ok(await wide() > all * 0.99);
  await page.keyboard.press('w');
  const start = await page.evaluate(() => view.from);
  await page.keyboard.press('d');
  assert.ok(await page.evaluate(() => view.from) > start);
  await page.keyboard.press('Home');
  assert.ok(await page.evaluate(() => view.from) <= 0);
  await page.keyboard.press('Escape');
  await settled();
  // A wait that somebody ended, wherever it is; then the way there by hand.
  const wait = await page.evaluate(async () => {
    for (const level of levels) for (const [index, blocks] of level) for (const { element, holds } of blocks) {
      const block = decode({ element, holds, level: levels.indexOf(level), index }, new Numbers(await inflate($('b' + element).textContent)));
      for (let at = 0; at < block.rows.length; at++) for (let n = block.first[at]; n < block.first[at + 1]; n++) {
        const kind = about.activities[block.activity[n]].class;
        if (block.by[n] >= 0 && kind !== 1 && block.end[n] > block.start[n] + 20) return [block.end[n] - block.start[n], block.start[n], block.rows[at]];
      }
    }
    return null;
  });
  assert.ok(wait !== null);
  await page.evaluate((wait) => goTo(wait), wait);
  await page.waitForFunction((wait) => chosen !== null && chosen.row === wait[2], wait, { timeout: 20000 });
  assert.match(await status(), /; ended by goroutine \d+/);
  await shot('wait');
  await page.keyboard.press('f');
  await settled();
  assert.equal(await page.evaluate((wait) => chosen.row !== wait[2], wait), true);
  await shot('waker');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await settled();
  await page.keyboard.press('Backspace');

  // Mouse: the stretch under it is told, the wheel zooms, a drag pans.
  await page.keyboard.press('Escape');
  await settled();
  await page.mouse.move(800, 400);
  await settled();
  assert.match(await status(), / from | ran |: /);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -400);
  await page.keyboard.up('Control');
  await settled();
  assert.ok(await wide() < all * 0.7);
  const left = await page.evaluate(() => view.from);
  await page.mouse.down();
  await page.mouse.move(700, 400);
  await page.mouse.up();
  assert.ok(await page.evaluate(() => view.from) > left);
  await shot('zoom');

  // Rows of threads, orders, help, and the other colours.
  await page.focus('#graph');
  const n_rows = await page.evaluate(() => shown.length);
  await page.keyboard.press('m');
  assert.ok(await page.evaluate(() => shown.length) > n_rows);
  await shot('threads');
  await page.keyboard.press('m');
  await page.selectOption('#order', 'running');
  assert.ok(await page.evaluate(() => { const sums = [...shown].filter((row) => KINDS[rows.kind[row]] === 'goroutine').map((row) => rows.running[row]); return sums.every((sum, n) => n === 0 || sums[n - 1] >= sum); }));
  await page.keyboard.press('?');
  assert.ok(await page.isVisible('#help'));
  await page.keyboard.press('t');
  assert.equal(await page.evaluate(() => document.documentElement.classList.contains('dark')), colorScheme !== 'dark');
  await settled();

  // A frame, with all blocks of the window there.
  const frame = await page.evaluate(() => {
    const times = [];
    for (let n = 0; n < 15; n++) { const start = performance.now(); draw(); times.push(performance.now() - start); }
    return times.sort((a, b) => a - b)[7];
  });
  console.log(`${colorScheme}: ${counted.stretches} stretches, ${frame.toFixed(1)} ms a frame`);
});
console.log('browser: load, every stretch, search, keys, mouse, wakers, threads, light and dark are in order');
