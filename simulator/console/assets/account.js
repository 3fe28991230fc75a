// Bins: a document is checked while it is typed.
import { call } from './forms.js';

let wait;

async function check(area) {
	const box = area.parentElement.querySelector('.check'), body = area.value;
	if (!body.trim()) { box.replaceChildren(); return; }
	const found = await call('POST', '/twiml', { body });
	if (area.value !== body) return;
	const lines = found.problems.map(p => {
		const line = document.createElement('p'), st = document.createElement('span');
		st.className = `st ${found.runs ? 'warn' : 'bad'}`;
		st.textContent = p.code;
		line.append(st, ` line ${p.line}, column ${p.column}: ${p.text}`);
		return line;
	});
	if (!lines.length) {
		const good = document.createElement('p');
		good.className = 'st ok';
		good.textContent = found.verbs === 1 ? 'reads well: 1 verb' : `reads well: ${found.verbs} verbs`;
		lines.push(good);
	}
	box.replaceChildren(...lines);
}

export function start() {
	document.addEventListener('input', e => {
		if (!e.target.matches('.bin textarea')) return;
		clearTimeout(wait);
		wait = setTimeout(() => check(e.target), 80);
	});
	document.addEventListener('focusin', e => { if (e.target.matches('.bin textarea')) check(e.target); });
	document.addEventListener('done', e => {
		const show = e.target.dataset.reveal;
		if (!show) return;
		const [selector, text] = [show.slice(0, show.indexOf(':')), show.slice(show.indexOf(':') + 1)];
		document.querySelector(selector).textContent = text.replace(/\{(\w+)\}/g, (_, k) => e.detail[k]);
	});
}
