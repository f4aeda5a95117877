// What the reader does: look, zoom, choose, search.
const past = [];
let procs = true, threads = false;

const same = (a, b) => a && b && a.row === b.row && a.start === b.start && a.end === b.end;

function look(from, to, remember) {
  const least = 20, most = Math.max(about.length * 1.02, least);
  const wide = Math.min(Math.max(to - from, least), most);
  const begin = Math.max(-0.01 * about.length, Math.min((from + to - wide) / 2, about.length * 1.01 - wide));
  if (remember) past.push([view.from, view.to]);
  view.from = begin; view.to = begin + wide;
  redraw();
}
function zoom(factor, at) {
  const pivot = at ?? (chosen && chosen.end >= view.from && chosen.start <= view.to ? Math.min(Math.max((chosen.start + chosen.end) / 2, view.from), view.to) : (view.from + view.to) / 2);
  look(pivot - (pivot - view.from) * factor, pivot + (view.to - pivot) * factor);
}
function pan(share) { const step = (view.to - view.from) * share; look(view.from + step, view.to + step); }
function zoomTo(it) { if (it) { const margin = Math.max((it.end - it.start) * 0.25, 10); look(it.start - margin, it.end + margin, true); } }
function back() { const last = past.pop(); if (last) look(...last); }
function all() { look(0, about.length, true); }

const pixel = () => (view.to - view.from) / shape.room;
const blocksNow = () => loaded(blocksOf(levelFor(pixel()), view.from, view.to), redraw);

// The stretch of a row at a moment, or the nearest that can be seen there.
function pieceAt(row, moment) {
  let best = null, nearest = 3 * pixel();
  for (const block of blocksNow()) {
    within(block, row, moment - nearest, moment + nearest, (piece) => {
      const far = moment < block.start[piece] ? block.start[piece] - moment : Math.max(0, moment - block.end[piece]);
      if (far < nearest || (far === 0 && best && block.end[piece] - block.start[piece] < best.end - best.start)) { nearest = far; best = copy(block, piece, row); }
    });
  }
  return best;
}
function copy(block, piece, row) {
  return {
    row, owner: ownerOf(block, piece, row), start: block.start[piece], end: block.end[piece], activity: block.activity[piece], open: block.open[piece],
    thread: block.thread[piece], proc: block.proc[piece], by: block.by[piece], place: block.place[piece],
  };
}
// Whose waits ended while this one ran, as far as the window shows them.
function wokenBy(it) {
  const found = [];
  if (about.activities[it.activity].class !== 0 || it.end - it.start > (view.to - view.from) * 4) return found;
  for (const block of blocksNow()) {
    for (let at = 0; at < block.rows.length && found.length < 100; at++) {
      within(block, block.rows[at], it.start, it.end, (piece) => {
        const started = about.activities[block.activity[piece]].class === 1, moment = started ? block.start[piece] : block.end[piece];
        if (block.by[piece] === it.owner && moment >= it.start && moment <= it.end) found.push({ row: block.rows[at], moment });
      });
    }
  }
  return found.sort((a, b) => a.moment - b.moment);
}

function placeWords(place) {
  const file = place.file.replace(/^.*\//, '');
  return short(place.function) + (file ? ` (${file}:${place.line})` : '');
}
function activityWords(activity) { return activity.words + (activity.place ? ` in ${placeWords(activity.place)}` : ''); }

function tell(it) {
  const kind = CLASSES[about.activities[it.activity].class];
  let text = `${rowWords(it.row)}: `;
  if (it.owner !== it.row) text += `${rowWords(it.owner)} `;
  text += `${activityWords(about.activities[it.activity])}, ${time(it.end - it.start)} from ${time(it.start)}`;
  if (it.open) text += ', not ended';
  if (it.proc >= 0 && it.proc !== it.row) text += `; on ${rowName(it.proc)}`;
  if (it.thread >= 0 && it.thread !== it.row) text += `; ${rowName(it.thread)}`;
  const where = it.place >= 0 ? ` in ${placeWords(about.places[it.place])}` : '';
  if (it.by >= 0) text += `; ${kind === 'runnable' ? 'started' : 'ended'} by ${rowWords(it.by)}${where}`;
  else if (kind !== 'running' && kind !== 'runnable' && kind !== 'system call' && !it.open && KINDS[rows.kind[it.row]] === 'goroutine') text += '; ended by the runtime';
  if (it.woke && it.woke.length > 0) {
    const names = [...new Set(it.woke.map((other) => rowWords(other.row)))];
    text += `; woke or started ${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''}`;
  }
  $('status').textContent = text;
}
function tellRow(row) {
  let text = rowWords(row);
  if (KINDS[rows.kind[row]] === 'goroutine') {
    const sums = [['running', 'ran'], ['runnable', 'runnable'], ['syscall', 'in system calls'], ['lock', 'waiting for locks'], ['rest', 'other waits']];
    text += ': ' + sums.filter(([sum]) => rows[sum][row] > 0).map(([sum, words]) => `${words} ${time(rows[sum][row])}`).join(', ');
    if (rows.creator[row] >= 0) text += `; started by ${rowWords(rows.creator[row])}`;
  }
  $('status').textContent = text;
}
function tellAll() {
  const count = rows.kind.reduce((n, kind) => n + (KINDS[kind] === 'goroutine' ? 1 : 0), 0);
  $('status').textContent = `${count.toLocaleString('en')} goroutines, ${about.stretches.toLocaleString('en')} stretches in ${time(about.length)}; ${shown.length.toLocaleString('en')} rows shown`;
}

function choose(it, show) {
  chosen = it;
  if (it) {
    it.woke = wokenBy(it);
    tell(it);
    if (show) reveal(it.row);
  }
  redraw();
}
function reveal(row) {
  let at = shown.indexOf(row);
  if (at < 0) { $('search').value = ''; search(); at = shown.indexOf(row); }
  if (at >= 0 && (at < top_row || at >= top_row + shape.rows)) top_row = Math.max(0, at - (shape.rows >> 1));
}
function moveRow(step) {
  const at = chosen ? shown.indexOf(chosen.row) : top_row - 1;
  const row = shown[Math.max(0, Math.min(shown.length - 1, at + step))];
  if (row === undefined) return;
  const moment = chosen && chosen.end >= view.from && chosen.start <= view.to ? Math.max(chosen.start, view.from) : (view.from + view.to) / 2;
  const it = pieceAt(row, moment);
  if (it) return choose(it, true);
  chosen = { row, owner: row, start: view.from - 1, end: view.from - 1, by: -1, activity: 0 };
  reveal(row);
  tellRow(row);
  redraw();
}
// The stretch before or after; where none can be seen, time moves.
function moveTime(step) {
  if (!chosen) return pan(step * 0.1);
  let best = null;
  for (const block of blocksNow()) {
    within(block, chosen.row, view.from, view.to, (piece) => {
      const start = block.start[piece], end = block.end[piece];
      const fits = step > 0 ? start >= chosen.end && end > chosen.start && start > chosen.start : start < chosen.start;
      if (fits && (!best || (step > 0 ? start < best.start : start > best.start))) best = copy(block, piece, chosen.row);
    });
  }
  if (best) choose(best, true); else pan(step * 0.1);
}
// To whoever ended the wait, at that moment.
function follow() {
  if (!chosen || !(chosen.by >= 0)) return;
  const moment = links(chosen)[0][1], row = chosen.by;
  if (moment < view.from || moment > view.to) look(moment - (view.to - view.from) / 2, moment + (view.to - view.from) / 2, true);
  const it = pieceAt(row, moment);
  if (it) return choose(it, true);
  chosen = { row, owner: row, start: moment, end: moment, by: -1, activity: 0 };
  reveal(row);
  tellRow(row);
  redraw();
}

function arrange() {
  const wanted = $('search').value.trim().toLowerCase(), list = [];
  for (let row = 0; row < rows.size; row++) {
    const kind = KINDS[rows.kind[row]];
    if ((kind === 'proc' && !procs) || (kind === 'thread' && !threads) || (kind === 'goroutine' && rows.end[row] === 0 && rows.start[row] === 0 && rows.running[row] + rows.rest[row] === 0)) continue;
    list.push(row);
  }
  const named = wanted === '' ? list : list.filter((row) => `${rowWords(row)} ${about.names[rows.name[row]]}`.toLowerCase().includes(wanted));
  const order = $('order').value, by = rows[order];
  shown = Int32Array.from(named.length > 0 ? named : list);
  shown.sort((a, b) => rows.kind[a] - rows.kind[b] || (KINDS[rows.kind[a]] === 'goroutine' && by ? (order === 'start' ? by[a] - by[b] : by[b] - by[a]) : 0) || rows.id[a] - rows.id[b]);
  top_row = 0;
  return wanted === '' ? 0 : named.length;
}
function search() {
  const wanted = $('search').value.trim().toLowerCase(), box = $('found');
  const n_rows = arrange();
  matching = null;
  box.textContent = '';
  box.hidden = wanted === '';
  if (wanted !== '') {
    const hits = about.activities.map((activity, n) => ({ activity, n })).filter(({ activity }) => activity.count > 0 && `${activityWords(activity)} ${activity.place ? activity.place.function : ''}`.toLowerCase().includes(wanted));
    if (hits.length > 0) { matching = new Uint8Array(about.activities.length); for (const { n } of hits) matching[n] = 1; }
    hits.sort((a, b) => b.activity.units - a.activity.units);
    const head = document.createElement('div');
    head.textContent = `${n_rows.toLocaleString('en')} rows, ${hits.length.toLocaleString('en')} activities${hits.length > 0 ? '; Enter goes to the longest' : ''}`;
    box.append(head);
    for (const { activity } of hits.slice(0, 12)) {
      const button = document.createElement('button');
      button.textContent = `${activityWords(activity)}: ${activity.count.toLocaleString('en')} times, ${time(activity.units)}, longest ${time(activity.longest[0][0])}`;
      let next = 0;
      button.addEventListener('click', () => goTo(activity.longest[next++ % activity.longest.length]));
      box.append(button);
    }
  }
  redraw();
}
function goTo([long, start, row]) {
  const margin = Math.max(long * 0.5, 50);
  look(start - margin, start + long + margin, true);
  measure();
  reveal(row);
  whenThere(() => { const it = pieceAt(row, start + long / 2); if (it) choose(it, true); });
}
// After the blocks of the window have come.
function whenThere(then, tries = 200) {
  requestAnimationFrame(() => { if (document.body.dataset.settled === 'yes' || tries === 0) then(); else whenThere(then, tries - 1); });
}

function press(id, on) { $(id).setAttribute('aria-pressed', String(on)); }
function toggleProcs() { procs = !procs; press('procs', procs); search(); }
function toggleThreads() { threads = !threads; press('threads', threads); search(); }
function theme(on) { document.documentElement.classList.toggle('dark', on); $('theme').textContent = on ? 'Light' : 'Dark'; if (about) { legend(); redraw(); } }
function help() { const hidden = !$('help').hidden; $('help').hidden = hidden; $('keys').setAttribute('aria-expanded', String(!hidden)); redraw(); }
function reset() { $('search').value = ''; chosen = hover = null; search(); all(); tellAll(); }
function damage(error) { $('status').textContent = `This page is damaged: ${error.message}`; document.body.dataset.damaged = 'yes'; }

function legend() {
  const box = $('legend'), used = new Set(about.activities.filter((it) => it.count > 0).map((it) => it.class));
  box.textContent = '';
  CLASSES.forEach((words, n) => {
    if (!used.has(n)) return;
    const colour = document.createElement('i');
    colour.style.background = colours()[n];
    box.append(colour, words);
  });
}
function findings() {
  const box = $('findings'), list = box.querySelector('ul');
  if (about.headlines.length === 0) return;
  box.hidden = false;
  box.querySelector('summary').textContent = about.headlines[0].text + (about.headlines.length > 1 ? ` (and ${about.headlines.length - 1} more)` : '');
  for (const { text, details } of about.headlines) {
    const item = document.createElement('li'), inner = document.createElement('ul');
    item.append(text, inner);
    for (const detail of details) { const line = document.createElement('li'); line.textContent = detail; inner.append(line); }
    list.append(item);
  }
  box.addEventListener('toggle', redraw);
}

const KEYS = {
  ArrowUp: () => moveRow(-1), ArrowDown: () => moveRow(1), ArrowLeft: () => moveTime(-1), ArrowRight: () => moveTime(1),
  Enter: () => zoomTo(chosen), Backspace: back, Escape: reset, f: follow,
  w: () => zoom(0.5), '+': () => zoom(0.5), '=': () => zoom(0.5), s: () => zoom(2), '-': () => zoom(2), a: () => pan(-0.25), d: () => pan(0.25),
  Home: () => look(0, view.to - view.from), End: () => look(about.length - (view.to - view.from), about.length),
  PageUp: () => { top_row -= shape.rows; redraw(); }, PageDown: () => { top_row += shape.rows; redraw(); },
  '/': () => $('search').focus(), p: toggleProcs, m: toggleThreads, t: () => theme(!dark()), '?': help,
};
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !rows) return;
  if (event.target === $('search')) {
    if (event.key === 'Escape') { $('search').value = ''; search(); }
    if (event.key === 'Enter') { const first = $('found').querySelector('button'); if (first) first.click(); }
    if (event.key === 'Escape' || event.key === 'Enter') canvas.focus();
    return;
  }
  // Buttons and lists keep the keys that work them.
  if (event.target.tagName === 'SELECT' || ((event.target.tagName === 'BUTTON' || event.target.tagName === 'SUMMARY') && (event.key === 'Enter' || event.key === ' '))) return;
  const action = KEYS[event.key];
  if (action) { event.preventDefault(); action(); }
});

function under(event) {
  const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
  const row = y < HEAD ? undefined : shown[top_row + Math.floor((y - HEAD) / ROW)];
  return { row, x, moment: view.from + ((x - shape.left) / shape.room) * (view.to - view.from) };
}
let drag = null;
canvas.addEventListener('pointerdown', (event) => { drag = { x: event.clientX, y: event.clientY, from: view.from, to: view.to, top: top_row, moved: false }; canvas.setPointerCapture(event.pointerId); });
canvas.addEventListener('pointermove', (event) => {
  if (!rows) return;
  if (drag) {
    const moved = event.clientX - drag.x, down = event.clientY - drag.y;
    if (Math.abs(moved) + Math.abs(down) > 3) drag.moved = true;
    if (drag.moved) { const step = (moved / shape.room) * (drag.to - drag.from); top_row = Math.round(drag.top - down / ROW); look(drag.from - step, drag.to - step); }
    return;
  }
  const { row, x, moment } = under(event);
  const before = hover;
  hover = row === undefined || x < shape.left ? null : pieceAt(row, moment);
  if (hover) { hover.woke = wokenBy(hover); tell(hover); }
  else if (row !== undefined) tellRow(row);
  else if (chosen && before) tell(chosen);
  if (!same(before, hover)) redraw();
});
canvas.addEventListener('pointerup', (event) => {
  const clicked = drag && !drag.moved;
  drag = null;
  if (!clicked || !rows) return;
  const { row, x, moment } = under(event);
  if (row === undefined) return;
  const it = x < shape.left ? null : pieceAt(row, moment);
  if (it) choose(it); else { chosen = { row, owner: row, start: view.from - 1, end: view.from - 1, by: -1, activity: 0 }; tellRow(row); redraw(); }
});
canvas.addEventListener('pointerleave', () => { hover = null; if (rows) redraw(); });
canvas.addEventListener('dblclick', () => zoomTo(chosen));
canvas.addEventListener('wheel', (event) => {
  event.preventDefault();
  if (!rows) return;
  if (event.ctrlKey || event.metaKey) return zoom(Math.exp(event.deltaY * 0.002), under(event).moment);
  if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return pan((event.shiftKey ? event.deltaY : event.deltaX) / shape.room);
  top_row += Math.sign(event.deltaY) * Math.max(1, Math.round(Math.abs(event.deltaY) / ROW));
  redraw();
}, { passive: false });
$('search').addEventListener('input', search);
$('order').addEventListener('change', () => { search(); canvas.focus(); });
$('procs').addEventListener('click', toggleProcs);
$('threads').addEventListener('click', toggleThreads);
$('reset').addEventListener('click', reset);
$('theme').addEventListener('click', () => theme(!dark()));
$('keys').addEventListener('click', help);
window.addEventListener('resize', () => rows && redraw());
// Blocks that had not arrived when they were wanted.
document.addEventListener('readystatechange', () => rows && redraw());
theme(matchMedia('(prefers-color-scheme: dark)').matches);
unpack().then(() => {
  view.from = 0; view.to = Math.max(about.length, 20);
  legend(); findings(); arrange(); draw(); tellAll();
  document.body.dataset.ready = 'yes';
}, damage);
