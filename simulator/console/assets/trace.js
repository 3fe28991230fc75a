// The run of a scenario: the chosen line of the script marks what happened while it ran. Imports
// nothing, because it is in the files of traces as well.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const lines = () => all('#src a.hit:not(.q)');
let picked; // the line that a person chose, and on which page: the server does not know it
const chosen = () => document.querySelector('#src [aria-current]');
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

function mark(scroll) {
	const line = chosen()?.dataset.line, about = chosen()?.dataset.about?.split(' ') ?? [], evs = all('#evs > li, .out');
	let n = 0, first;
	for (const e of evs) {
		const hot = line !== undefined && (e.dataset.line === line || about.includes(e.querySelector('[data-target]')?.dataset.target));
		e.classList.toggle('hot', hot);
		if (hot && e.matches('.ev')) { n++; first ??= e; }
	}
	const said = document.querySelector('#step-q');
	if (said) said.textContent = line === undefined ? '' : `${n} ${n === 1 ? 'event' : 'events'} of line ${line}`;
	if (scroll && first) first.scrollIntoView({ block: 'center', behavior: calm() ? 'auto' : 'smooth' });
}

function choose(a, focus) {
	if (!a) return;
	for (const other of all('#src [aria-current]')) other.removeAttribute('aria-current');
	a.setAttribute('aria-current', 'true');
	picked = { page: location.pathname, line: a.dataset.line };
	if (focus) a.focus({ preventScroll: true });
	a.scrollIntoView({ block: 'nearest' });
	mark(true);
}

function step(by) {
	const l = lines(), at = l.indexOf(chosen());
	choose(l[Math.max(0, Math.min(l.length - 1, at < 0 ? 0 : at + by))], true);
}

document.addEventListener('click', e => {
	const b = e.target.closest('[data-step]'), a = e.target.closest('a[data-line]');
	if (b) step(Number(b.dataset.step));
	if (a) { e.preventDefault(); choose(document.querySelector(`#src a[data-line="${CSS.escape(a.dataset.line)}"]`), true); }
	const to = e.target.closest('a[href^="#"]:not([data-line])'), target = to && document.getElementById(decodeURIComponent(to.hash.slice(1)));
	if (target?.matches('details')) target.open = true;
});
document.addEventListener('focusin', e => { if (e.target.matches('#src a.hit') && e.target !== chosen()) choose(e.target, false); });

if (document.documentElement.dataset.trace !== undefined) { // a file: without the modules of the console
	document.addEventListener('keydown', e => {
		if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, select')) return;
		if (e.key === 'j') step(1);
		if (e.key === 'k') step(-1);
	});
	document.addEventListener('click', async e => {
		const b = e.target.closest('[data-copy]');
		if (e.target.closest('.back')) document.querySelector('main').dataset.pane = 'list';
		if (e.target.closest('#src a') && matchMedia('(max-width: 719.98px)').matches) document.querySelector('main').dataset.pane = 'detail';
		if (!b) return;
		try { await navigator.clipboard.writeText(document.querySelector(b.dataset.copy).textContent); document.querySelector('#say').textContent = 'Copied'; } catch { document.querySelector('#say').textContent = 'select it and copy: a file may not'; }
	});
	mark(true);
}

// marked restores the choice after the page has taken over a newer one.
export function marked() {
	const a = picked?.page === location.pathname && document.querySelector(`#src a[data-line="${CSS.escape(picked.line)}"]`);
	if (a) {
		for (const other of all('#src [aria-current]')) if (other !== a) other.removeAttribute('aria-current');
		a.setAttribute('aria-current', 'true');
	}
	mark(false);
}
