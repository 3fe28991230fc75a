// The carrier: a script is previewed while it is typed.
import { $ } from './dom.js';
import { morph } from './morph.js';

let latest = 0, wait;

// ask renders the preview of the page with these parameters, and takes over that part of it.
async function ask(params) {
	const turn = ++latest, url = new URL(location);
	for (const [k, v] of Object.entries(params)) if (v) url.searchParams.set(k, v); else url.searchParams.delete(k);
	const page = new DOMParser().parseFromString(await (await fetch(url)).text(), 'text/html'), next = $('#preview', page);
	if (turn === latest && next && $('#preview')) morph($('#preview'), next);
}

function words(form) {
	return [...form.elements].filter(e => e.name && e.value && (e.type !== 'checkbox' || e.checked)).map(e => e.type === 'checkbox' ? e.name : `${e.name}=${/[^\w+.,:@%/-]/.test(e.value) ? `'${e.value.replaceAll("'", "'\\''")}'` : e.value}`).join(' ');
}

export function start() {
	document.addEventListener('input', e => {
		const form = e.target.closest('#rule');
		if (!form) return;
		$('#r-cli').textContent = `twilsim rule ${form.dataset.api.startsWith('PUT') ? `set ${form.dataset.api.split('/').pop()}` : 'add'} ${words(form)}`;
		clearTimeout(wait);
		wait = setTimeout(() => ask({ then: form.elements.then?.value, to: '' }), 60);
	});
	document.addEventListener('submit', e => {
		if (e.target.id !== 'ask') return;
		e.preventDefault();
		ask({ to: e.target.elements.to.value, then: '' });
	});
	document.addEventListener('keydown', e => {
		if (!e.altKey || e.key !== 'ArrowUp' && e.key !== 'ArrowDown') return;
		const row = document.activeElement.closest('#list tr'), button = row?.querySelector(`[aria-label$="${e.key === 'ArrowUp' ? 'up' : 'down'}"]`);
		if (button && !button.disabled) { e.preventDefault(); button.click(); }
	});
}
