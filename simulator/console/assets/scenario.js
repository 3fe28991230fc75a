// The scenario of a conversation is read when it is asked for.
import { $ } from './dom.js';
import { call } from './forms.js';

async function load() {
	const box = $('#scenario'), answers = box.querySelector('[name=answers]').checked;
	const path = `${box.dataset.load}${answers ? '?answers=true' : ''}`;
	box.querySelector('a').href = document.body.dataset.api + path;
	box.querySelector('.err').textContent = '';
	try { $('#scn-text').textContent = await call('GET', path); } catch (error) { box.querySelector('.err').textContent = error.message; }
}

export function start() {
	document.addEventListener('toggle', e => { if (e.target.id === 'scenario' && e.target.open) load(); }, true);
	document.addEventListener('change', e => { if (e.target.closest('#scenario')) load(); });
}
