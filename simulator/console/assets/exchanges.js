// Webhooks and requests: two selected rows are compared.
import { $, $$, onPage } from './dom.js';
import { visit } from './visit.js';

const picked = () => $$('#list input:checked').map(i => i.value);

function state() {
	const b = $('#cmp');
	if (b) b.disabled = picked().length !== 2;
}

export function start() {
	document.addEventListener('change', e => { if (e.target.closest('#list')) state(); });
	document.addEventListener('click', e => {
		if (!e.target.closest('#cmp')) return;
		const [b, a] = picked(); // the list has the newest first
		const url = new URL(location);
		url.pathname = `${document.body.dataset.base}/webhooks/${b}`;
		url.searchParams.set('compare', a);
		visit(url.href, { focus: '#h-dif' });
	});
	onPage(state);
}
