// The stream of events: one for each page. An event only says that something has changed; refresh
// takes over the whole state, so nothing is lost or doubled when the connection breaks.
import { $, onPage, say } from './dom.js';
import { Away, refresh } from './visit.js';

let source, api, paused = false, held = 0, last = 0, timer = 0, broken = false, wasLast = '';
let gap = 0; // milliseconds from the end of a refresh to the next: refreshing takes two thirds of the time at most

function state() {
	const s = $('#live'), b = $('#pause');
	if (!s) return;
	s.textContent = broken ? 'disconnected' : paused ? `paused${held ? `, ${held} new` : ''}` : 'live';
	s.className = broken ? 'st bad' : paused ? 'st halt' : 'st ok on';
	b.textContent = paused ? 'Resume' : 'Pause';
	b.setAttribute('aria-pressed', paused);
	$('#lost').hidden = !broken;
}

async function now() {
	timer = 0;
	const began = performance.now();
	try { await refresh(); } catch (error) { if (!(error instanceof Away)) console.error(error); } // the stream says when it is back
	last = performance.now();
	gap = Math.min(500, (last - began) / 2);
}

// due asks for a refresh: at once, or a moment after the one before.
function due() {
	if (timer || paused) return;
	timer = setTimeout(now, Math.max(0, last + gap - performance.now()));
}

function event(e) {
	if (e.lastEventId) wasLast = e.lastEventId;
	if (!paused) { due(); return; }
	held++;
	state();
}

const first = 250;
let delay = first, again = 0; // milliseconds to the next try, and its timer

function connect() {
	clearTimeout(again);
	source?.close();
	api = document.body.dataset.api;
	source = new EventSource(`${api}/events?after=${wasLast || document.body.dataset.last}`);
	for (const type of document.body.dataset.types.split(' ')) source.addEventListener(type, event);
	const mine = source;
	mine.onopen = () => { delay = first; if (broken) { broken = false; state(); say('Connected again'); due(); } };
	mine.onerror = () => { // by ourselves: a browser waits for seconds, and gives up after some answers
		mine.close();
		if (!broken) { broken = true; state(); }
		if (mine === source) again = setTimeout(() => { connect(); refresh().catch(() => { /* not yet */ }); }, delay); // the stream of an account that is gone never comes
		delay = Math.min(3000, delay * 1.5);
	};
}

export function pause() {
	paused = !paused;
	if (!paused) { held = 0; due(); resumed?.(); }
	state();
}

let resumed;
// pausing ends when the page is not paused.
export const pausing = () => paused ? new Promise(done => { resumed = done; }) : Promise.resolve();

export function start() {
	onPage(() => {
		if (document.body.dataset.api !== api) { wasLast = ''; connect(); }
		state();
	});
	document.addEventListener('click', e => { if (e.target.closest('#pause')) pause(); });
	addEventListener('pagehide', () => source?.close());
	addEventListener('pageshow', e => { if (e.persisted) { connect(); due(); } });
}
