// The canvas: names on the left, time on top, a row for each goroutine, P or thread.
const ROW = 17, HEAD = 22, BAR = 13;
const CLASSES = ['running', 'runnable', 'system call', 'lock', 'group, condition', 'channel, select', 'network', 'sleep', 'waits for the collector', 'other wait', 'collector marks', 'world stopped'];
const COLOURS = {
  light: ['#2e9d4e', '#f0b429', '#8757c9', '#d64545', '#d9822b', '#7fa3c7', '#3ba7a0', '#d3d8de', '#e08bb5', '#b4bac2', '#e08bb5', '#b3261e'],
  dark: ['#4cc06d', '#d9a21b', '#9f78dd', '#e25c5c', '#d08a45', '#55779c', '#36918b', '#3a4048', '#b0648b', '#5a616b', '#b0648b', '#ef6a62'],
};
const canvas = $('graph');
const pen = canvas.getContext('2d');
const view = { from: 0, to: 1 };
let shown = new Int32Array(0), top_row = 0, chosen = null, hover = null, matching = null, asked = false, shape = null;

const dark = () => document.documentElement.classList.contains('dark');
const colours = () => COLOURS[dark() ? 'dark' : 'light'];
const levelFor = (pixel) => { let level = 0; while (level + 1 < levels.length && grain(level + 1) <= pixel) level++; return level; };

function measure() {
  const box = canvas.parentElement;
  const wide = box.clientWidth - 24, high = box.clientHeight, ratio = window.devicePixelRatio || 1;
  const left = Math.min(260, wide / 3);
  if (!shape || shape.wide !== wide || shape.high !== high || shape.ratio !== ratio) {
    canvas.width = Math.max(1, Math.round(wide * ratio)); canvas.height = Math.max(1, Math.round(high * ratio));
  }
  shape = { wide, high, ratio, left, room: Math.max(1, wide - left), rows: Math.max(1, Math.floor((high - HEAD) / ROW)) };
}

function redraw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; draw(); });
}

function draw() {
  measure();
  const { wide, high, ratio, left, room } = shape;
  top_row = Math.max(0, Math.min(top_row, shown.length - shape.rows));
  const pixel = (view.to - view.from) / room;
  const level = levelFor(pixel);
  const wanted = blocksOf(level, view.from, view.to);
  const blocks = loaded(wanted, redraw);
  document.body.dataset.settled = blocks.length === wanted.length ? 'yes' : 'no';
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = paint('--page');
  pen.fillRect(0, 0, wide, high);
  pen.font = '12px ui-monospace, Menlo, Consolas, monospace';
  pen.textBaseline = 'middle';
  axis(pixel);
  const last = Math.min(shown.length, top_row + shape.rows + 1);
  const sums = sumsOf(blocks, level);
  for (let at = top_row; at < last; at++) drawRow(shown[at], HEAD + (at - top_row) * ROW, blocks, sums);
  pen.clearRect(0, 0, 0, 0);
  names(last);
  if (chosen) arrow(chosen, pixel);
  if (hover && !same(hover, chosen)) arrow(hover, pixel);
  $('window').textContent = `${time(view.from)} to ${time(view.to)} (${time(view.to - view.from)})${blocks.length < wanted.length ? ', loading' : ''}`;
}

const paint = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
const place_x = (moment) => shape.left + ((moment - view.from) / (view.to - view.from)) * shape.room;

// Which block tells for a part of the window how much the short stretches took: the finest there.
function sumsOf(blocks, level) {
  const by_place = new Map();
  for (const block of blocks) if (block.holds !== SOME) by_place.set(`${block.level} ${block.index}`, block);
  const parts = [], long = length(level);
  for (let index = Math.floor(view.from / long); index * long <= view.to; index++) {
    for (let up = level; up < levels.length; up++) {
      const block = by_place.get(`${up} ${Math.floor(index / 4 ** (up - level))}`);
      if (!block) continue;
      if (block.holds === SUMS) {
        const before = parts[parts.length - 1];
        if (before && before.block === block) before.to = (index + 1) * long;
        else parts.push({ block, from: index * long, to: (index + 1) * long });
      }
      break;
    }
  }
  return parts;
}

// A colour is set only when it is another one, which takes the browser long.
function fill(colour, x, y, wide, high) {
  if (fill.last !== colour) { pen.fillStyle = colour; fill.last = colour; }
  pen.fillRect(x, y, wide, high);
}

function drawRow(row, y, blocks, sums) {
  const { left, wide } = shape, colour = colours(), high = BAR;
  const edge = { at: -1 };
  fill.last = null;
  for (const block of blocks) {
    edge.at = -1;
    within(block, row, view.from, view.to, (piece) => {
      const from = Math.max(left, place_x(block.start[piece])), to = Math.min(wide, place_x(block.end[piece]));
      // Of those within one pixel the first is seen.
      if (to <= edge.at) return;
      const begin = Math.max(from, edge.at);
      edge.at = Math.max(to, begin + 1);
      const activity = block.activity[piece];
      if (matching) pen.globalAlpha = matching[activity] ? 1 : 0.2;
      fill(colour[about.activities[activity].class], begin, y + 2, Math.max(1, to - begin - (to - begin > 3 ? 0.5 : 0)), high);
    });
  }
  pen.globalAlpha = matching ? 0.3 : 1;
  drawSums(row, y, sums, colour);
  pen.globalAlpha = 1;
}

// Short stretches, a column for each pixel: below the share of time that ran, above it the rest.
const column = { ran: new Float32Array(0), rest: new Float32Array(0), most: new Float32Array(0), chief: new Uint8Array(0) };
function drawSums(row, y, sums, colour) {
  const { left, room } = shape, width = Math.ceil(room), high = BAR, scale = room / (view.to - view.from);
  if (column.ran.length !== width) {
    column.ran = new Float32Array(width); column.rest = new Float32Array(width);
    column.most = new Float32Array(width); column.chief = new Uint8Array(width);
  }
  const { ran, rest, most, chief } = column;
  for (const list of [ran, rest, most]) list.fill(0);
  for (const part of sums) {
    const at = find(part.block.rows, row);
    if (at < 0) continue;
    const step = grain(part.block.level), { sumGrain: grains, shares } = part.block, wide = step * scale;
    let low = part.block.firstSum[at], last = part.block.firstSum[at + 1];
    const stop = last, from = Math.max(part.from, view.from), to = Math.min(part.to, view.to);
    while (low < last) { const middle = (low + last) >> 1; if ((grains[middle] + 1) * step <= from) low = middle + 1; else last = middle; }
    for (let sum = low; sum < stop && grains[sum] * step < to; sum++) {
      const x = Math.max(0, (grains[sum] * step - view.from) * scale), x_end = Math.min(width, (grains[sum] * step - view.from) * scale + wide);
      const running = (shares[2 * sum] >> 4) / 15, other = (shares[2 * sum] & 15) / 15;
      for (let pixel = Math.floor(x); pixel < x_end; pixel++) {
        const part_of = Math.min(x_end, pixel + 1) - Math.max(x, pixel);
        ran[pixel] += running * part_of;
        rest[pixel] += other * part_of;
        if (other * part_of > most[pixel]) { most[pixel] = other * part_of; chief[pixel] = shares[2 * sum + 1]; }
      }
    }
  }
  // Equal columns side by side are one.
  const tall = (share) => (share ? Math.max(2, Math.round(share * high)) : 0);
  for (let from = 0; from < width;) {
    const green = tall(ran[from]), more = tall(rest[from]);
    let to = from + 1;
    while (to < width && tall(ran[to]) === green && tall(rest[to]) === more && (!more || chief[to] === chief[from])) to++;
    if (more) fill(colour[chief[from]], left + from, y + 2 + Math.max(0, high - green - more), to - from, Math.min(more, high));
    if (green) fill(colour[0], left + from, y + 2 + Math.max(0, high - green), to - from, Math.min(green, high));
    from = to;
  }
}

function names(last) {
  const { left, high } = shape;
  pen.fillStyle = paint('--page');
  pen.fillRect(0, HEAD, left - 4, high - HEAD);
  const ink = paint('--ink'), letter = pen.measureText('m').width, fits = Math.floor((left - 12) / letter);
  for (let at = top_row; at < last; at++) {
    const y = HEAD + (at - top_row) * ROW;
    if (chosen && chosen.row === shown[at]) { pen.fillStyle = paint('--field'); pen.fillRect(0, y, left - 4, ROW); }
    pen.fillStyle = ink;
    pen.fillText(cut(rowName(shown[at]), fits), 2, y + ROW / 2);
  }
  if (shown.length > shape.rows) {
    const tall = Math.max(12, ((high - HEAD) * shape.rows) / shown.length);
    pen.fillStyle = paint('--line');
    pen.fillRect(left - 6, HEAD + ((high - HEAD - tall) * top_row) / (shown.length - shape.rows), 3, tall);
  }
}

const cut = (text, room) => (text.length <= room ? text : text.slice(0, Math.max(1, room - 1)) + '…');
const short = (name) => name.replace(/^.*\/(?=[^/]*$)/, '');
function rowName(row) {
  const kind = KINDS[rows.kind[row]];
  if (kind === 'world') return 'world stopped';
  if (kind === 'collector') return 'collector';
  if (kind === 'proc') return `P ${rows.id[row]}`;
  if (kind === 'thread') return `thread ${rows.id[row]}`;
  return `${rows.id[row]} ${short(about.names[rows.name[row]]) || 'unknown'}`;
}
function rowWords(row) { return KINDS[rows.kind[row]] === 'goroutine' ? `goroutine ${rowName(row)}` : rowName(row); }

function axis(pixel) {
  let step = 1000 / about.unit_nanos;
  const least = pixel * 110;
  while (step > least * 10) step /= 10;
  for (let n = 0; step < least; n++) step *= n % 3 === 1 ? 2.5 : 2;
  pen.fillStyle = paint('--soft'); pen.strokeStyle = paint('--line'); pen.lineWidth = 1;
  for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) {
    const x = Math.round(place_x(at)) + 0.5;
    pen.beginPath(); pen.moveTo(x, HEAD - 5); pen.lineTo(x, shape.high); pen.stroke();
    pen.fillText(time(at), x + 3, HEAD / 2 - 1);
  }
}

// From whoever ended a wait to whoever waited, and a frame around the stretch.
function arrow(it, pixel) {
  const y = rowTop(it.row), ink = paint('--ink');
  if (y === null) return;
  const from = place_x(it.start), to = place_x(it.end);
  if (to >= shape.left && from <= shape.wide) {
    pen.strokeStyle = ink; pen.lineWidth = it === chosen ? 2 : 1;
    const x = Math.max(shape.left, from);
    pen.strokeRect(x, y + 1.5, Math.max(2, Math.min(shape.wide, to) - x), BAR + 1);
  }
  for (const [row, moment, up] of links(it, pixel)) {
    const other = rowTop(row), x = place_x(moment);
    if (other === null || x < shape.left || x > shape.wide) continue;
    const [a, b] = up ? [other, y] : [y, other];
    const tip = b + ROW / 2 + (b > a ? -BAR / 2 : BAR / 2);
    pen.strokeStyle = pen.fillStyle = paint('--accent'); pen.lineWidth = 1.5;
    pen.beginPath(); pen.moveTo(x, a + ROW / 2); pen.lineTo(x, tip); pen.stroke();
    pen.beginPath(); pen.moveTo(x, tip); pen.lineTo(x - 3, tip + (b > a ? -5 : 5)); pen.lineTo(x + 3, tip + (b > a ? -5 : 5)); pen.fill();
  }
}

// Who ended this wait, and whose waits ended by this.
function links(it) {
  const found = [];
  if (it.by >= 0) found.push([it.by, CLASSES[about.activities[it.activity].class] === 'runnable' ? it.start : it.end, true]);
  for (const other of it.woke ?? []) found.push([other.row, other.moment, false]);
  return found;
}

function rowTop(row) {
  for (let at = top_row; at < Math.min(shown.length, top_row + shape.rows + 1); at++) if (shown[at] === row) return HEAD + (at - top_row) * ROW;
  return null;
}

function time(units) {
  const nanos = units * about.unit_nanos, size = Math.abs(nanos);
  const [scale, unit] = size >= 1e9 ? [1e9, 's'] : size >= 1e6 ? [1e6, 'ms'] : size >= 1e3 ? [1e3, 'µs'] : [1, 'ns'];
  // As many digits as tell two pixels apart.
  const pixel = ((view.to - view.from) * about.unit_nanos) / (shape ? shape.room : 1000);
  const digits = Math.max(0, Math.min(6, Math.ceil(Math.log10(scale / Math.max(pixel, 1)))));
  return `${(nanos / scale).toLocaleString('en', { maximumFractionDigits: Math.max(digits, 2) })} ${unit}`;
}
