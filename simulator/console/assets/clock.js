// A clock that runs is shown running, and what is due counts down.
import { $, $$, onPage } from './dom.js';
import { twelve } from './theme.js';

let at = 0, rate = 0, read = 0;
const two = n => String(n).padStart(2, '0');
const stamp = ms => { const t = new Date(ms); const rest = `:${two(t.getMinutes())}:${two(t.getSeconds())}`; return twelve() ? `${t.getHours() % 12 || 12}${rest} ${t.getHours() < 12 ? 'AM' : 'PM'}` : two(t.getHours()) + rest; };

export function left(ms) {
	const s = Math.max(0, ms) / 1000;
	if (s < 60) return `${s < 10 ? s.toFixed(1) : Math.round(s)} s`;
	return s < 3600 ? `${Math.floor(s / 60)} m ${Math.round(s % 60)} s` : `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} m`;
}

function tick() {
	if (!rate || document.hidden) return;
	const now = at + (performance.now() - read) * rate;
	const text = stamp(now);
	for (const t of $$('.now')) if (t.textContent !== text) t.textContent = text;
	for (const d of $$('[data-due]')) { const t = `in ${left(Date.parse(d.dataset.due) - now)}`; if (d.textContent !== t) d.textContent = t; }
}

export function start() {
	onPage(() => {
		const c = $('#clock');
		if (!c) return;
		if (at !== Date.parse(c.dateTime) || rate !== Number(c.dataset.rate)) { at = Date.parse(c.dateTime); rate = Number(c.dataset.rate); read = performance.now(); }
		tick();
	});
	setInterval(tick, 250);
}
