// A page of contend in a real browser, light and dark.
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

// Opens the page in both schemes, one after the other, and has `look` look at it. What the page says
// on the console, throws or asks the network for is an error.
export async function inBothSchemes(file, viewport, look) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ colorScheme, viewport });
    const errors = [];
    page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text()); });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('request', (request) => { if (/^https?:/.test(request.url())) errors.push(`asked for ${request.url()}`); });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('body[data-ready]', { timeout: 60000 });
    assert.ok(await page.evaluate(showsHint), 'what the search field asks for is cut off');
    await look(page, colorScheme);
    assert.deepEqual(errors, [], colorScheme);
    await page.close();
  }
  await browser.close();
}

// Runs in the page: whether the words in the empty search field fit into it. A browser keeps room
// for the cross that empties the field.
function showsHint() {
  const field = document.getElementById('search');
  const style = getComputedStyle(field);
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = style.font;
  const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return pen.measureText(field.placeholder).width + parseFloat(style.fontSize) <= room;
}
