// Saving as a scenario: its text is read when the form is opened, and again when it says otherwise.
import { $ } from './dom.js';
import { call, fields } from './forms.js';

const turns = new WeakMap();

async function load(form) {
	const turn = (turns.get(form) ?? 0) + 1, said = await fields(form), query = new URLSearchParams();
	turns.set(form, turn);
	for (const name of ['since', 'until', 'answers']) if (said[name]) query.set(name, said[name]);
	const path = `${said.message ? `/messages/${said.message}` : ''}/scenario${query.size ? `?${query}` : ''}`;
	form.querySelector('a[download]').href = document.body.dataset.api + path;
	const err = form.querySelector('.err'), pre = form.querySelector('pre');
	err.textContent = '';
	let text = '';
	try { text = await call('GET', path); } catch (error) { if (turns.get(form) === turn) err.textContent = error.message; }
	if (turns.get(form) === turn) pre.textContent = text;
}

export function start() {
	document.addEventListener('toggle', e => {
		const form = e.target.matches?.('details[open]') && e.target.querySelector('form.save');
		if (form) load(form);
	}, true);
	document.addEventListener('change', e => {
		const form = e.target.closest('form.save');
		if (form && ['since', 'until', 'answers'].includes(e.target.name)) load(form);
	});
	document.addEventListener('click', e => {
		const b = e.target.closest('[data-open^="#save-"]'), form = b && $(`${b.dataset.open} form`);
		if (!form) return;
		if (b.dataset.since) form.elements.since.value = b.dataset.since;
		if (b.dataset.until) form.elements.until.value = b.dataset.until;
		load(form);
	});
}
