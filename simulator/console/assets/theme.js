// Settings of this browser: the theme, and whether single keys work.
import { $, $$ } from './dom.js';

const store = {
	get: name => { try { return localStorage.getItem(name); } catch { return null; } },
	set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* not allowed here */ } },
};

export function theme(name) {
	if (name) document.documentElement.dataset.theme = name;
	else delete document.documentElement.dataset.theme;
	for (const select of $$('select.theme')) select.value = name;
	store.set('twilsim.theme', name);
}

export const singleKeys = () => store.get('twilsim.keys') !== 'off';

document.addEventListener('change', e => {
	if (e.target.matches('select.theme')) theme(e.target.value);
	if (e.target.id === 'single') store.set('twilsim.keys', e.target.checked ? 'on' : 'off');
});
theme(store.get('twilsim.theme') ?? '');
if ($('#single')) $('#single').checked = singleKeys();
