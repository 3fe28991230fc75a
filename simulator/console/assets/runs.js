// Runs: the page waits for changes of the runs, which are not events of the account's stream.
import { $, onPage } from './dom.js';
import { call } from './forms.js';
import { pausing } from './live.js';
import { refresh } from './visit.js';
import { marked } from './trace.js';

let waiting = false;
const here = () => $('main')?.dataset.view === 'runs';
const pause = ms => new Promise(done => setTimeout(done, ms));

async function wait() {
	if (waiting) return;
	waiting = true;
	try {
		while (here() && $('main').dataset.version !== undefined) {
			const version = Number($('main').dataset.version);
			try {
				const runs = await call('GET', `/runs?after=${version}`);
				if (!here() || runs.version <= version) continue;
				await pausing();
				await refresh();
			} catch { await pause(1000); }
		}
	} finally { waiting = false; }
}

export function start() {
	onPage(() => { if (here()) { marked(); wait(); } });
}
