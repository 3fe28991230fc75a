// Webhooks and requests: two selected rows are compared. A row stays selected when it is scrolled out
// of the window of the list.
import { $, $$, onPage } from './dom.js';
import { visit } from './visit.js';

let picked = new Set(), list = '';

function state() {
	const b = $('#cmp');
	if (!b) return;
	if (list !== document.body.dataset.base) { picked.clear(); list = document.body.dataset.base; } // of another account
	for (const i of $$('#list input[type=checkbox]')) i.checked = picked.has(i.value);
	b.disabled = picked.size !== 2;
	b.textContent = picked.size ? `Compare (${picked.size})` : 'Compare';
}

export function start() {
	document.addEventListener('change', e => {
		if (!e.target.closest('#list') || !$('#cmp')) return;
		if (e.target.checked) picked.add(e.target.value);
		else picked.delete(e.target.value);
		state();
	});
	document.addEventListener('click', e => {
		if (!e.target.closest('#cmp')) return;
		const [a, b] = [...picked].sort((x, y) => x.slice(1) - y.slice(1)), url = new URL(location);
		url.pathname = `${document.body.dataset.base}/webhooks/${b}`;
		url.searchParams.set('compare', a);
		visit(url.href, { focus: '#h-dif' });
	});
	onPage(state);
}
