// Long lists: the table has a window of the rows, and the height of the rest is padding. The server
// renders the window that begins at skip.
import { $, onPage } from './dom.js';
import { morph } from './morph.js';

let total = 0, row = 30, loading = false, key = '';
const box = () => $('#scroll'), body = () => $('#list');

function pad() {
	const b = body(), skip = Number(b.dataset.skip), shown = b.children.length;
	const r = b.firstElementChild?.getBoundingClientRect().height;
	if (r) row = r;
	const table = $('#list').closest('table').parentElement;
	table.style.setProperty('--above', `${skip * row}px`);
	table.style.setProperty('--below', `${Math.max(0, Number(b.dataset.matched) - skip - shown) * row}px`);
}

// need returns where the window should begin, or -1 if the rows that are seen are there.
function need() {
	const b = body(), s = box();
	if (!b || !s) return -1;
	const skip = Number(b.dataset.skip), shown = b.children.length, matched = Number(b.dataset.matched);
	const first = Math.floor(s.scrollTop / row), last = first + Math.ceil(s.clientHeight / row);
	if (first >= skip && Math.min(last, matched) <= skip + shown) return -1;
	return Math.max(0, Math.min(matched - 80, first - Math.floor((80 - (last - first)) / 2)));
}

async function load() {
	if (loading) return;
	loading = true;
	try {
		for (let skip = need(); skip >= 0; skip = need()) {
			const url = new URL(location);
			url.searchParams.set('skip', skip);
			const page = new DOMParser().parseFromString(await (await fetch(url)).text(), 'text/html'), next = $('#list', page);
			if (!next || !body()) return;
			const top = box().scrollTop;
			morph(body(), next, { visit: true });
			total = Number(body().dataset.matched); // of a search, the number is only known so far
			pad();
			box().scrollTop = top;
		}
	} catch { /* the banner says that the connection is lost */ } finally { loading = false; }
}

let saving = 0;
// save keeps the place in the entry of the history, for back and for a reload.
function save() {
	clearTimeout(saving);
	if (box() && (history.state?.top ?? 0) !== box().scrollTop) history.replaceState({ ...history.state, top: box().scrollTop }, '');
}

export function start() {
	onPage(() => {
		if (!body() || !box()) { key = ''; return; }
		const matched = Number(body().dataset.matched), here = document.body.dataset.base + new URL(location).searchParams.get('q') + $('main').dataset.view;
		const other = here !== key;
		if (other) { total = matched; key = here; }
		const grown = matched - total;
		total = matched;
		const top = other ? history.state?.top ?? 0 : box().scrollTop; // where it was when it was left
		pad();
		box().scrollTop = top;
		if (grown > 0 && box().scrollTop > row) box().scrollTop += grown * row; // what is read does not move
		load();
	});
	document.addEventListener('scroll', e => {
		if (e.target !== box()) return;
		load();
		clearTimeout(saving);
		saving = setTimeout(save, 150); // browsers limit how often it may be done
	}, { capture: true, passive: true });
	document.addEventListener('leaving', save);
	addEventListener('resize', () => { if (body() && box()) pad(); });
}
