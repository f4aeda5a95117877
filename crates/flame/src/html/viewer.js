'use strict';
// Nodes stand in preorder: the subtree of node n is n..last[n], so leaving one out is one jump.
const ROW = 18;
const ORIGINS = ['program', 'standard library', 'Go runtime', 'kernel', 'not Go', 'state'];
const HUES = { busy: [[28, 88], [50, 82], [8, 72], [265, 40], [340, 45], [150, 45]], waiting: [[205, 72], [178, 50], [225, 42], [265, 40], [300, 32], [150, 45]] };
const $ = (id) => document.getElementById(id);
const canvas = $('graph');
const pen = canvas.getContext('2d');
let about, names, origins, calls, tree;
let zoom = 0, chosen = 0, hit = null, matching = null, flipped = false, inverted = false;

async function unpack() {
  const bytes = Uint8Array.from(atob($('table').textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  const data = new Uint8Array(await new Response(stream).arrayBuffer());
  const decoder = new TextDecoder();
  let at = 0;
  const number = () => {
    let value = 0, scale = 1, byte;
    do { byte = data[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte > 127);
    return value;
  };
  const text = () => { const end = number(); return decoder.decode(data.subarray(at, at += end)); };
  about = JSON.parse(text());
  const count = number();
  names = new Array(count); origins = new Uint8Array(count);
  for (let n = 0; n < count; n++) { origins[n] = number(); names[n] = text(); }
  names[0] = 'all';
  const nodes = blank(number());
  const open = [];
  let depth = -1;
  for (let n = 0; n < nodes.size; n++) {
    depth += 1 - number();
    nodes.depth[n] = depth;
    nodes.parent[n] = depth === 0 ? -1 : open[depth - 1];
    open[depth] = n;
    nodes.name[n] = number();
    nodes.own[n] = number();
    if (about.compared) nodes.before[n] = number();
  }
  return settle(nodes);
}

function blank(size) {
  return {
    size, depth: new Int32Array(size), parent: new Int32Array(size), name: new Int32Array(size), last: new Int32Array(size),
    own: new Float64Array(size), before: new Float64Array(size),
    now: new Float64Array(size), then: new Float64Array(size), width: new Float64Array(size), start: new Float64Array(size), height: 0,
  };
}

// Sums, places and subtrees, from parents, depths and own values.
function settle(t) {
  for (let n = t.size - 1; n >= 0; n--) {
    t.now[n] += t.own[n]; t.then[n] += t.before[n]; t.width[n] += Math.max(t.own[n], t.before[n]);
    t.last[n] = Math.max(t.last[n], n);
    t.height = Math.max(t.height, t.depth[n] + 1);
    const up = t.parent[n];
    if (up >= 0) { t.now[up] += t.now[n]; t.then[up] += t.then[n]; t.width[up] += t.width[n]; t.last[up] = Math.max(t.last[up], t.last[n]); }
  }
  const next = new Float64Array(t.size);
  for (let n = 1; n < t.size; n++) {
    const up = t.parent[n];
    t.start[n] = t.start[up] + next[up];
    next[up] += t.width[n];
  }
  return t;
}

// The same stacks from their ends: below each function, who called it.
function invert(t) {
  const kids = [new Map()], list = [{ name: 0, own: 0, before: 0 }];
  for (let n = 1; n < t.size; n++) {
    if (t.own[n] === 0 && t.before[n] === 0) continue;
    let at = 0;
    for (let up = n; up > 0; up = t.parent[up]) {
      let to = kids[at].get(t.name[up]);
      if (to === undefined) { to = list.length; kids[at].set(t.name[up], to); kids.push(new Map()); list.push({ name: t.name[up], own: 0, before: 0 }); }
      at = to;
    }
    list[at].own += t.own[n]; list[at].before += t.before[n];
  }
  list[0].own = t.own[0]; list[0].before = t.before[0];
  const out = blank(list.length);
  const open = [[0, -1, 0]];
  for (let n = 0; open.length > 0; n++) {
    const [id, parent, depth] = open.pop();
    out.parent[n] = parent; out.depth[n] = depth; out.name[n] = list[id].name; out.own[n] = list[id].own; out.before[n] = list[id].before;
    const sorted = [...kids[id]].sort((a, b) => (names[a[0]] < names[b[0]] ? 1 : -1));
    for (const [, child] of sorted) open.push([child, n, depth + 1]);
  }
  return settle(out);
}

const dark = () => document.documentElement.classList.contains('dark');

function fill(n) {
  const name = names[tree.name[n]], origin = origins[tree.name[n]];
  if (n === 0) return dark() ? '#3a3f47' : '#d9dce1';
  if (matching && matching[tree.name[n]]) return dark() ? '#8a3fd1' : '#d09cf7';
  if (about.compared) return difference(n);
  let hash = 0;
  for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) | 0;
  const spread = ((hash >>> 4) % 17) - 8;
  let [hue, full] = HUES[about.waiting ? 'waiting' : 'busy'][origin];
  if (ORIGINS[origin] === 'state') hue = (hash >>> 0) % 360;
  return `hsl(${hue + spread / 2} ${full}% ${(dark() ? 36 : 68) + spread / 2}%)`;
}

// Shares of the two sides, so that recordings of different length compare.
function difference(n) {
  const now = tree.now[n] / (tree.now[0] || 1), then = tree.then[n] / (tree.then[0] || 1);
  const part = now === then ? 0 : (now - then) / Math.max(now, then);
  const strength = Math.abs(part);
  return `hsl(${part > 0 ? 8 : 215} ${20 + 65 * strength}% ${dark() ? 28 + 14 * strength : 90 - 28 * strength}%)`;
}

function draw() {
  const wide = canvas.parentElement.clientWidth - 24, base = tree.depth[zoom];
  let deepest = 0;
  const scale = wide / (tree.width[zoom] || 1);
  const shown = [];
  const edges = new Float64Array(tree.height).fill(-1);
  // Callers of what is zoomed to, as whole rows.
  for (let up = tree.parent[zoom]; up >= 0; up = tree.parent[up]) shown.push([up, 0, wide]);
  for (let n = zoom; n <= tree.last[zoom]; n++) {
    const x = (tree.start[n] - tree.start[zoom]) * scale, w = tree.width[n] * scale, row = tree.depth[n];
    // Narrower than half a pixel: one of a run is drawn, its callees are not.
    if (w < 0.5) {
      if (x - edges[row] >= 0.5) { shown.push([n, x, 0.5]); edges[row] = x; deepest = Math.max(deepest, row); }
      n = tree.last[n];
      continue;
    }
    edges[row] = x + w;
    deepest = Math.max(deepest, row);
    shown.push([n, x, w]);
  }
  deepest = Math.max(deepest, base);
  const rows = deepest + 1, high = Math.min(rows * ROW, 32000), ratio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(wide * ratio)); canvas.height = Math.max(1, Math.round(high * ratio));
  canvas.style.width = wide + 'px'; canvas.style.height = high + 'px';
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.font = '12px ui-monospace, Menlo, Consolas, monospace';
  pen.textBaseline = 'middle';
  const letter = pen.measureText('m').width;
  const ink = dark() ? '#f2f3f5' : '#1c1e21';
  const top = (n) => (flipped ? rows - 1 - tree.depth[n] : tree.depth[n]) * ROW;
  for (const [n, x, w] of shown) {
    pen.globalAlpha = (matching && !matching[tree.name[n]]) || tree.depth[n] < base ? 0.45 : 1;
    pen.fillStyle = fill(n);
    pen.fillRect(x, top(n), Math.max(0.5, w - (w > 3 ? 1 : 0)), ROW - 1);
    pen.globalAlpha = 1;
    const room = Math.floor((w - 8) / letter);
    if (room >= 3) {
      pen.fillStyle = ink;
      pen.fillText(cut(names[tree.name[n]], room), x + 4, top(n) + ROW / 2);
    }
  }
  const mark = shown.find(([n]) => n === chosen);
  if (mark) {
    pen.strokeStyle = ink; pen.lineWidth = 2;
    pen.strokeRect(mark[1] + 1, top(chosen) + 1, Math.max(1, mark[2] - 3), ROW - 3);
  }
  hit = { wide, scale, rows };
}

// The end of a long Go name says more than its import path.
function cut(name, room) {
  if (name.length <= room) return name;
  const short = name.replace(/^.*\/(?=[^/]*$)/, '');
  return short.length <= room ? short : short.slice(0, room - 1) + '…';
}

function under(event) {
  const box = canvas.getBoundingClientRect();
  let row = Math.floor((event.clientY - box.top) / ROW);
  if (flipped) row = hit.rows - 1 - row;
  let up = zoom;
  if (row < tree.depth[zoom]) { while (up >= 0 && tree.depth[up] > row) up = tree.parent[up]; return up; }
  const value = tree.start[zoom] + (event.clientX - box.left) / hit.scale;
  for (let n = zoom; n <= tree.last[zoom]; n++) {
    if (value < tree.start[n] || value >= tree.start[n] + tree.width[n]) n = tree.last[n];
    else if (tree.depth[n] === row) return n;
  }
  return -1;
}

function amount(value) {
  const steps = { nanoseconds: [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [1, 'ns']], bytes: [[2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [1024, 'KiB'], [1, 'B']] }[about.unit];
  if (!steps) return `${value.toLocaleString('en')} ${about.unit}`;
  const [size, unit] = steps.find(([size]) => value >= size) || steps[steps.length - 1];
  return `${(value / size).toLocaleString('en', { maximumFractionDigits: 2 })} ${unit}`;
}

const share = (part, whole) => `${(whole ? (100 * part) / whole : 0).toFixed(2)} %`;

function tell(n) {
  const name = names[tree.name[n]];
  let text = `${name}: ${amount(tree.now[n])}, ${share(tree.now[n], tree.now[0])}`;
  if (about.compared) text += `; before ${amount(tree.then[n])}, ${share(tree.then[n], tree.then[0])}`;
  else if (n > 0 && !inverted) text += `; ${amount(tree.own[n])} in itself`;
  $('status').textContent = text;
}

function search() {
  const wanted = $('search').value.trim();
  matching = null;
  $('matched').textContent = '';
  if (wanted !== '') {
    let test = (name) => name.toLowerCase().includes(wanted.toLowerCase());
    const slashes = wanted.match(/^\/(.+)\/(i?)$/);
    if (slashes) {
      try { const expression = new RegExp(slashes[1], slashes[2]); test = (name) => expression.test(name); } catch (error) { $('matched').textContent = error.message; return draw(); }
    }
    matching = names.map((name, n) => n > 0 && test(name));
    // What is below a match is part of it already.
    let sum = 0;
    for (let n = 0; n < tree.size; n++) if (matching[tree.name[n]]) { sum += tree.now[n]; n = tree.last[n]; }
    $('matched').textContent = `matched ${share(sum, tree.now[0])}`;
  }
  draw();
}

function choose(n) { if (n >= 0) { chosen = n; tell(n); draw(); } }
function zoomTo(n) { if (n >= 0) { zoom = n; choose(n); } }
function child(n) { let best = -1; for (let c = n + 1; c <= tree.last[n]; c = tree.last[c] + 1) if (best < 0 || tree.width[c] > tree.width[best]) best = c; return best; }
function sibling(n, step) {
  const up = tree.parent[n];
  if (up < 0) return -1;
  if (step > 0) return tree.last[n] < tree.last[up] ? tree.last[n] + 1 : -1;
  let found = -1;
  for (let c = up + 1; c < n; c = tree.last[c] + 1) found = c;
  return found;
}
function press(id, on) { $(id).setAttribute('aria-pressed', String(on)); }
function flip() { flipped = !flipped; press('flip', flipped); draw(); $('stage').scrollTop = flipped ? canvas.clientHeight : 0; }
function turn() {
  inverted = !inverted; press('callers', inverted);
  if (inverted && !calls.inverted) calls.inverted = invert(calls);
  tree = inverted ? calls.inverted : calls;
  zoom = 0; search(); choose(0);
}
function theme(on) { document.documentElement.classList.toggle('dark', on); $('theme').textContent = on ? 'Light' : 'Dark'; if (tree) { legend(); draw(); } }
function help() { const hidden = !$('help').hidden; $('help').hidden = hidden; $('keys').setAttribute('aria-expanded', String(!hidden)); draw(); }
function reset() { $('search').value = ''; zoom = 0; search(); choose(0); }

function legend() {
  const part = (colour, text) => { const box = document.createElement('i'); box.style.background = colour; $('legend').append(box, text); };
  $('legend').textContent = '';
  if (about.compared) { part('hsl(8 80% 60%)', 'larger share than before'); part('hsl(215 80% 60%)', 'smaller share'); return; }
  const seen = new Set(origins.slice(1));
  for (const origin of [...seen].sort()) {
    const [hue, full] = HUES[about.waiting ? 'waiting' : 'busy'][origin];
    part(ORIGINS[origin] === 'state' ? 'linear-gradient(90deg, #e88, #8e8, #88e)' : `hsl(${hue} ${full}% ${dark() ? 36 : 68}%)`, ORIGINS[origin]);
  }
}

const KEYS = {
  ArrowUp: () => choose(flipped ? child(chosen) : tree.parent[chosen]), ArrowDown: () => choose(flipped ? tree.parent[chosen] : child(chosen)),
  ArrowLeft: () => choose(sibling(chosen, -1)), ArrowRight: () => choose(sibling(chosen, 1)),
  Enter: () => zoomTo(chosen), Backspace: () => zoomTo(tree.parent[zoom]), Escape: reset,
  '/': () => $('search').focus(), i: flip, c: turn, t: () => theme(!dark()), '?': help,
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target === $('search')) {
    if (event.key === 'Escape') reset();
    if (event.key === 'Escape' || event.key === 'Enter') canvas.focus();
    return;
  }
  // Buttons keep the keys that press them.
  if (event.target.tagName === 'BUTTON' && (event.key === 'Enter' || event.key === ' ')) return;
  const action = KEYS[event.key];
  if (action && tree) { event.preventDefault(); action(); }
});
canvas.addEventListener('mousemove', (event) => { const n = under(event); tell(n >= 0 ? n : chosen); canvas.style.cursor = n >= 0 ? 'pointer' : ''; });
canvas.addEventListener('mouseleave', () => tell(chosen));
canvas.addEventListener('click', (event) => zoomTo(under(event)));
$('search').addEventListener('input', search);
$('reset').addEventListener('click', reset);
$('flip').addEventListener('click', flip);
$('callers').addEventListener('click', turn);
$('theme').addEventListener('click', () => theme(!dark()));
$('keys').addEventListener('click', help);
window.addEventListener('resize', () => tree && draw());
theme(matchMedia('(prefers-color-scheme: dark)').matches);
unpack().then((nodes) => { tree = calls = nodes; legend(); tell(0); draw(); document.body.dataset.ready = 'yes'; }, (error) => { $('status').textContent = `This page is damaged: ${error.message}`; });
