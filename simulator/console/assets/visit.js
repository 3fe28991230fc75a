// Links without new pages: the page of a URL is fetched, and the present one changed into it.
import { $, changed, narrow } from './dom.js';
import { morph } from './morph.js';

let landing = false; // the focus moves by itself
let latest = 0, busy = null, again = false, asked = 0; // how often a refresh was asked for

// Away says that the server does not answer.
export class Away extends Error {}

async function load(url) {
	let answer, text;
	try {
		answer = await fetch(url, { headers: { Accept: 'text/html' } });
		text = await answer.text();
	} catch (error) { throw new Away(error.message); }
	if (answer.status === 401) { location.reload(); return null; }
	return new DOMParser().parseFromString(text, 'text/html');
}

function apply(page, how) {
	const next = $('main', page);
	if (!next || !page.body.dataset.api) throw new Error('not a page of the console');
	document.title = page.title;
	document.body.toggleAttribute('data-readonly', page.body.hasAttribute('data-readonly'));
	for (const name of ['base', 'api', 'page', 'last', 'alarm']) document.body.dataset[name] = page.body.dataset[name] ?? '';
	const same = $('main').dataset.view === next.dataset.view;
	for (const part of ['header.frame', 'main', 'footer.foot']) {
		const from = $(part), to = $(part, page);
		if (part === 'main' && !same) from.replaceWith(document.importNode(to, true));
		else if (from && to) morph(from, to, how);
	}
	changed(how);
}

// samePlace is where a list stands that the page of a URL goes on with; undefined for another list.
function samePlace(url) {
	const view = path => path.pathname.slice(document.body.dataset.base.length).split('/')[1] + path.searchParams.get('q');
	return view(new URL(url)) === view(new URL(location)) ? $('#scroll')?.scrollTop : undefined;
}

// visit goes to a URL of the console. With push, the browser's back button comes back here.
export async function visit(url, { push = true, focus } = {}) {
	url = new URL(url, location).href;
	const turn = ++latest, before = asked;
	let page;
	try { page = await load(url); } catch { location.href = url; return; }
	if (!page || turn !== latest) return;
	if (!page.body.dataset.api) { location.href = url; return; } // an error in place of a page
	if (push && url !== location.href) {
		document.dispatchEvent(new Event('leaving'));
		history.pushState({ top: samePlace(url) }, '', url);
	}
	apply(page, { visit: true });
	const at = focus && $(focus);
	if (at?.matches('summary')) at.parentElement.open = true;
	landing = true;
	if (at) { at.focus({ preventScroll: true }); if (narrow.matches) scrollTo(0, 0); }
	landing = false;
	if (asked !== before) refresh(); // something has changed since the page was made, and nobody asks again
}

// refresh takes over the present state. One refresh is under way at a time; what happens meanwhile
// makes one more.
export async function refresh() {
	asked++;
	if (busy) { again = true; return busy; }
	busy = (async () => {
		try { do {
			again = false;
			const turn = latest, here = location.href, url = new URL(here), skip = $('#list')?.dataset.skip;
			if (skip > 0) url.searchParams.set('skip', skip); // the rows that are in the table
			const page = await load(url);
			if (page?.body.dataset.gone !== undefined) { location.reload(); return; } // what it shows is no more
			// not over the page of a link that was followed in the meantime
			if (page && turn === latest && here === location.href) apply(page, { visit: false });
		} while (again); } finally { busy = null; } // at once: who asks from now on needs another one
	})();
	return busy;
}

export function start() {
	document.addEventListener('click', e => {
		const a = e.target.closest('a[href]');
		if (!a || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || a.target || a.hasAttribute('download')) return;
		const url = new URL(a.href);
		if (url.origin !== location.origin || !url.pathname.startsWith('/console') || url.pathname.startsWith('/console/assets')) return;
		if (url.hash && url.pathname === location.pathname && url.search === location.search) return;
		e.preventDefault();
		const opens = a.matches('a.hit, a.bub, .hs a');
		visit(a.href, { focus: a.dataset.focus ?? (opens ? '#d-h' : 'h1') });
		$('#views')?.matches(':popover-open') && $('#views').hidePopover();
	});
	// what a person uses does not give way to something newer: the URL names it from then on
	document.addEventListener('focusin', e => {
		const pin = e.target.closest('[data-pin]')?.dataset.pin, url = new URL(location);
		if (!pin || landing) return;
		if (pin[0] === '?') { const [name, value] = pin.slice(1).split('='); if (!url.searchParams.has(name)) url.searchParams.set(name, value); } else if (!pin.startsWith(url.pathname + '/')) return;
		else url.pathname = pin;
		if (url.href !== location.href) history.replaceState(history.state, '', url);
	});
	addEventListener('popstate', () => visit(location.href, { push: false }));
	document.addEventListener('change', e => { if (e.target.matches('select[data-visit]')) visit(e.target.value); });
	document.addEventListener('submit', e => {
		if (!e.target.matches('form.find')) return;
		e.preventDefault();
		search(e.target);
	});
	let wait;
	document.addEventListener('input', e => {
		const form = e.target.closest('form.find');
		if (!form) return;
		clearTimeout(wait);
		wait = setTimeout(() => search(form), 30);
	});
}

// search puts the search into the URL: of the page's list into its q, or of the handsets into h of
// the page that is there. Typing on does not fill the history.
function search(form) {
	const field = form.querySelector('input'), here = new URL(location), url = field.name === 'q' ? new URL(form.action) : new URL(location);
	const text = field.value.trim();
	if (text) url.searchParams.set(field.name, text);
	else url.searchParams.delete(field.name);
	if (url.href === here.href) return;
	history[here.searchParams.has(field.name) ? 'replaceState' : 'pushState'](null, '', url);
	visit(url.href, { push: false });
}
