// The keyboard. Single keys can be switched off, and do nothing in fields.
import { $, $$ } from './dom.js';
import { pause } from './live.js';
import { singleKeys } from './theme.js';
import { visit } from './visit.js';

const rows = () => $$('a.hit, a.bub').filter(a => a.checkVisibility());
const current = () => rows().find(a => a.hasAttribute('aria-current'));

function move(by) {
	const all = rows(), at = all.indexOf(document.activeElement), from = at < 0 ? all.indexOf(current()) - (by > 0 ? 1 : -1) : at;
	const to = all[Math.max(0, Math.min(all.length - 1, from + by))];
	to?.focus();
	to?.scrollIntoView({ block: 'nearest' });
}

// back closes what is open, and goes to its row.
function back() {
	const main = $('main');
	if (main.dataset.pane) main.dataset.pane = main.dataset.first;
	(current() ?? rows()[0])?.focus();
}

const views = { p: '', m: '/messages', w: '/webhooks', r: '/requests', a: '/alerts', c: '/carrier', s: '/runs' };
const press = selector => { const b = $(selector); if (b && !b.disabled) b.click(); };
const keys = {
	'/': () => $('#q')?.select(), j: () => move(1), k: () => move(-1), p: pause, n: () => $('#text')?.focus(),
	x: () => document.activeElement.closest('tr')?.querySelector('input[type=checkbox]')?.click(),
	d: () => press('#cmp'), r: () => press('#replay'), c: () => press('#curl'), '?': () => $('#keys').showModal(),
};

export function start() {
	let g = 0;
	document.addEventListener('keydown', e => {
		const field = e.target.closest('input:not([type=checkbox], [type=radio]), textarea, select'), dialog = $('dialog[open]');
		if (e.key === 'Escape' && !dialog) { if (field) field.blur(); else back(); return; }
		if (field || dialog || e.ctrlKey || e.metaKey || e.altKey || !singleKeys()) return;
		if (e.key === 'g') { g = Date.now(); return; }
		if (Date.now() - g < 1500 && e.key in views) { g = 0; e.preventDefault(); visit(document.body.dataset.base + views[e.key], { focus: 'h1' }); return; }
		g = 0;
		if (Object.hasOwn(keys, e.key)) { e.preventDefault(); keys[e.key](); }
	});
	document.addEventListener('click', e => {
		if (e.target.closest('#help')) $('#keys').showModal();
		if (e.target.closest('.back')) back();
		const b = e.target.closest('[data-show]');
		if (b) $('main').dataset.pane = b.dataset.show;
		if (b || e.target.closest('.back')) panes();
	});
	panes();
}

// panes marks the button of the pane that is shown.
export function panes() {
	for (const b of $$('[data-show]')) b.setAttribute('aria-pressed', b.dataset.show === $('main').dataset.pane);
}
