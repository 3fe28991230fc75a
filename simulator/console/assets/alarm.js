// A new error is read out at once, but not more than once in five seconds: those that come meanwhile
// are counted.
import { $, onPage } from './dom.js';
import { beep } from './theme.js';

const pause = 5000;
let seen = '', last = -pause, missed = 0, timer = 0;

function say(text) {
	last = performance.now();
	$('#alarm').textContent = text;
	beep();
}

const number = alarm => Number(/^A(\d+) /.exec(alarm)?.[1] ?? 0);

export function start() {
	let base;
	onPage(() => {
		const alarm = document.body.dataset.alarm ?? '', before = seen, other = base !== document.body.dataset.base;
		base = document.body.dataset.base;
		seen = alarm;
		if (other || number(alarm) <= number(before)) return; // those that were there are no news
		if (!timer && performance.now() - last >= pause) { say(`alert ${alarm}`); return; }
		missed += number(alarm) - number(before);
		timer ||= setTimeout(() => { timer = 0; say(`${missed} new ${missed === 1 ? 'alert' : 'alerts'}`); missed = 0; }, pause - (performance.now() - last));
	});
}
