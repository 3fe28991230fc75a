// Settings of this browser: the theme, the height of rows, how times are written, single keys, a sound.
import { $, $$ } from './dom.js';

const store = {
	get: name => { try { return localStorage.getItem(name); } catch { return null; } },
	set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* not allowed here */ } },
};

// set gives the document an attribute, or takes it away, and all fields of the setting its value.
function set(name, value, fields) {
	if (value) document.documentElement.dataset[name] = value;
	else delete document.documentElement.dataset[name];
	for (const field of $$(fields)) field.value = value;
	store.set(`twilsim.${name}`, value);
}

export const theme = name => set('theme', name, 'select.theme');
const density = name => set('density', name, '#density');

export const singleKeys = () => store.get('twilsim.keys') !== 'off';

// The server writes most times, so it has to know the setting.
export const twelve = () => /(?:^|; )twilsim_hours=12/.test(document.cookie);

let sounds;
// beep sounds once, if the setting says so.
export function beep() {
	if (store.get('twilsim.sound') !== 'on') return;
	sounds ??= new AudioContext();
	const tone = sounds.createOscillator(), volume = sounds.createGain();
	volume.gain.value = 0.1;
	tone.connect(volume).connect(sounds.destination);
	tone.start();
	tone.stop(sounds.currentTime + 0.15);
}

document.addEventListener('change', e => {
	if (e.target.matches('select.theme')) theme(e.target.value);
	if (e.target.id === 'density') { density(e.target.value); dispatchEvent(new Event('resize')); }
	if (e.target.id === 'hours') { document.cookie = `twilsim_hours=${e.target.value}; path=/console; max-age=31536000; samesite=strict`; location.reload(); }
	if (e.target.id === 'single') store.set('twilsim.keys', e.target.checked ? 'on' : 'off');
	if (e.target.id === 'sound') { store.set('twilsim.sound', e.target.checked ? 'on' : 'off'); beep(); }
});
theme(store.get('twilsim.theme') ?? '');
density(store.get('twilsim.density') ?? '');
if ($('#single')) {
	$('#single').checked = singleKeys();
	$('#sound').checked = store.get('twilsim.sound') === 'on';
	$('#hours').value = twelve() ? '12' : '24';
}
