'use strict';
// What the file holds: the table of rows, and blocks that are unpacked when they are looked at.
const $ = (id) => document.getElementById(id);
const KINDS = ['world', 'collector', 'proc', 'thread', 'goroutine'];
const SOME = 0, ALL = 1, SUMS = 2;
const MOST_BLOCKS = 240, AT_ONCE = 4;
let about, rows;
// By level: places in time to the numbers of the blocks there.
const levels = [];
const cache = new Map();
const waiting = new Set();

async function inflate(text) {
  const letters = atob(text), bytes = new Uint8Array(letters.length);
  for (let n = 0; n < letters.length; n++) bytes[n] = letters.charCodeAt(n);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

class Numbers {
  constructor(data) { this.data = data; this.at = 0; }
  next() {
    const data = this.data;
    let byte = data[this.at++];
    if (byte < 128) return byte;
    let value = byte & 127, scale = 128;
    do { byte = data[this.at++]; value += (byte & 127) * scale; scale *= 128; } while (byte > 127);
    return value;
  }
  text() { const length = this.next(); return new TextDecoder().decode(this.data.subarray(this.at, this.at += length)); }
}

async function unpack() {
  const from = new Numbers(await inflate($('table').textContent));
  about = JSON.parse(from.text());
  const size = from.next();
  rows = {
    size, kind: new Uint8Array(size), id: new Float64Array(size), start: new Float64Array(size), end: new Float64Array(size),
    name: new Int32Array(size), creator: new Int32Array(size), running: new Float64Array(size), runnable: new Float64Array(size),
    syscall: new Float64Array(size), lock: new Float64Array(size), rest: new Float64Array(size),
  };
  for (let n = 0; n < size; n++) {
    rows.kind[n] = from.next(); rows.id[n] = from.next();
    rows.start[n] = from.next(); rows.end[n] = rows.start[n] + from.next();
    rows.name[n] = from.next(); rows.creator[n] = from.next() - 1;
    for (const sum of ['running', 'runnable', 'syscall', 'lock', 'rest']) rows[sum][n] = from.next();
  }
  const count = from.next();
  for (let element = 0; element < count; element++) {
    const level = from.next(), index = from.next(), holds = from.next();
    while (levels.length <= level) levels.push(new Map());
    const there = levels[level].get(index);
    if (there) there.push({ element, holds }); else levels[level].set(index, [{ element, holds }]);
  }
}

const grain = (level) => 4 ** (level + 1);
const length = (level) => about.grains * grain(level);

// Blocks of a window, the coarsest first. A stretch is in the block of its end.
function blocksOf(level, from, to) {
  const found = [];
  for (let at = levels.length - 1; at >= level; at--) {
    const long = length(at), last = Math.floor((to + grain(at + 1)) / long);
    for (let index = Math.floor(from / long); index <= last; index++) {
      for (const block of levels[at].get(index) ?? []) found.push({ level: at, index, ...block });
    }
  }
  return found;
}

// Those that are there; the others are asked for, and `then` is called as they come.
function loaded(wanted, then) {
  const there = [];
  for (const block of wanted) {
    const known = cache.get(block.element);
    if (known) { cache.delete(block.element); cache.set(block.element, known); there.push(known); }
  }
  for (const block of wanted) {
    if (waiting.size >= AT_ONCE) break;
    if (cache.has(block.element) || waiting.has(block.element)) continue;
    const element = $('b' + block.element);
    // The file may still be on its way; what stands last may be cut.
    if (!element || (document.readyState === 'loading' && !element.nextSibling)) continue;
    waiting.add(block.element);
    inflate(element.textContent).then((data) => decode(block, new Numbers(data)))
      .catch((error) => { damage(error); return { ...block, ...EMPTY }; })
      .then((ready) => {
        waiting.delete(block.element);
        cache.set(block.element, ready);
        for (const old of cache.keys()) { if (cache.size <= Math.max(MOST_BLOCKS, wanted.length + 8)) break; cache.delete(old); }
        then();
      });
  }
  return there;
}

const EMPTY = { rows: new Int32Array(0), first: new Int32Array(1), firstSum: new Int32Array(1), start: [], end: [], activity: [], open: [], thread: [], proc: [], by: [], place: [] };

function decode(block, from) {
  const n_rows = from.next(), n = from.next(), n_sums = from.next();
  const out = {
    ...block, rows: new Int32Array(n_rows), first: new Int32Array(n_rows + 1), firstSum: new Int32Array(n_rows + 1),
    start: new Float64Array(n), end: new Float64Array(n), activity: new Int32Array(n), open: new Uint8Array(n),
    thread: new Int32Array(n), proc: new Int32Array(n), by: new Int32Array(n), place: new Int32Array(n),
    sumGrain: new Float64Array(n_sums), shares: null, derived: null,
  };
  let row = 0;
  for (let at = 0; at < n_rows; at++) {
    row += from.next();
    out.rows[at] = row;
    out.first[at + 1] = out.first[at] + from.next();
    out.firstSum[at + 1] = out.firstSum[at] + from.next();
  }
  const start = block.index * length(block.level);
  const fold = new Float64Array(n);
  for (let at = 0; at < n; at++) { const value = from.next(); fold[at] = value % 2 ? -(value + 1) / 2 : value / 2; }
  for (let at = 0; at < n_rows; at++) {
    let last = start;
    for (let piece = out.first[at]; piece < out.first[at + 1]; piece++) {
      out.start[piece] = last + fold[piece];
      last = out.end[piece] = out.start[piece] + from.next();
    }
  }
  for (let at = 0; at < n; at++) { const value = from.next(); out.activity[at] = value >> 1; out.open[at] = value & 1; }
  for (const column of ['thread', 'proc', 'by', 'place']) for (let at = 0; at < n; at++) out[column][at] = from.next() - 1;
  for (let at = 0; at < n_rows; at++) {
    let last = block.index * about.grains;
    for (let sum = out.firstSum[at]; sum < out.firstSum[at + 1]; sum++) last = out.sumGrain[sum] = last + from.next();
  }
  out.shares = from.data.subarray(from.at, from.at + 2 * n_sums);
  return out;
}

// Where a row stands in a block, or -1.
function find(list, wanted) {
  let low = 0, high = list.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (list[middle] === wanted) return middle;
    if (list[middle] < wanted) low = middle + 1; else high = middle - 1;
  }
  return -1;
}

// Stretches of a row in a block, in order: a range, or for Ps and threads a list of numbers.
function piecesOf(block, row) {
  if (KINDS[rows.kind[row]] === 'proc' || KINDS[rows.kind[row]] === 'thread') {
    block.derived ??= derive(block);
    return block.derived.get(row) ?? null;
  }
  const at = find(block.rows, row);
  return at < 0 ? null : { from: block.first[at], to: block.first[at + 1] };
}

function derive(block) {
  const lists = new Map();
  const add = (row, piece) => { if (row >= 0) { const list = lists.get(row); if (list) list.push(piece); else lists.set(row, [piece]); } };
  block.owner = new Int32Array(block.start.length);
  for (let at = 0; at < block.rows.length; at++) {
    for (let piece = block.first[at]; piece < block.first[at + 1]; piece++) {
      block.owner[piece] = block.rows[at];
      add(block.thread[piece], piece);
      add(block.proc[piece], piece);
    }
  }
  for (const list of lists.values()) list.sort((a, b) => block.start[a] - block.start[b]);
  return lists;
}

// Calls `each` with the number of every stretch between two moments.
function within(block, row, from, to, each) {
  const list = piecesOf(block, row);
  if (!list) return;
  const direct = !Array.isArray(list), number = direct ? (n) => n : (n) => list[n];
  let low = direct ? list.from : 0, high = direct ? list.to : list.length;
  const last = high;
  while (low < high) { const middle = (low + high) >> 1; if (block.end[number(middle)] < from) low = middle + 1; else high = middle; }
  for (let n = low; n < last && block.start[number(n)] <= to; n++) each(number(n));
}

function ownerOf(block, piece, row) { return KINDS[rows.kind[row]] === 'goroutine' || !block.owner ? row : block.owner[piece]; }
