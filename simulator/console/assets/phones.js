// The phones: the thread stays at its end, and the text has its segments counted.
import { $, onPage } from './dom.js';
import { call } from './forms.js';
import { panes } from './keys.js';

let counted = '';
async function count() {
	const text = $('#text'), out = $('#segs');
	if (!text || counted === text.value) return;
	counted = text.value;
	const n = await call('POST', '/segments', { body: counted });
	if (text.value === counted) out.textContent = n.segments === 1 ? `${n.units}/${n.capacity} ${n.encoding}` : `${n.units}/${n.capacity} ${n.encoding}, ${n.segments} segments`;
}

let thread = '', length = 0, burst = [];
// end scrolls to the end of the thread, unless the reader has scrolled up.
function end() {
	const log = $('#log');
	if (!log) { thread = ''; return; }
	const pane = log.closest('.pane'), near = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 400;
	const now = log.dataset.thread, n = log.querySelectorAll('.msg').length;
	if (now !== thread || n !== length && near) pane.scrollTop = pane.scrollHeight;
	// over one message a second, a screen reader gets a summary, not each of them
	if (now === thread && n > length) burst = [...burst.filter(t => t > Date.now() - 3000), Date.now()];
	const many = burst.length > 3;
	log.setAttribute('aria-live', many ? 'off' : 'polite');
	if (many) $('#burst').textContent = `${n} messages`;
	thread = now;
	length = n;
}

// grown keeps the end of the thread in sight when the form under it grows, as by an error.
const grown = new ResizeObserver(([{ target }]) => {
	const pane = target.closest('.pane');
	if (pane && pane.scrollHeight - pane.scrollTop - pane.clientHeight < 400) pane.scrollTop = pane.scrollHeight;
});
let form;
function watch() {
	if (form === $('#compose')) return;
	grown.disconnect();
	form = $('#compose');
	if (form) grown.observe(form);
}

// read tells the server that somebody looks at the thread.
function read() {
	const log = $('#log');
	if (!log?.dataset.unread || document.hidden || document.body.hasAttribute('data-readonly')) return;
	delete log.dataset.unread;
	call('POST', `/threads/${encodeURIComponent(log.dataset.thread)}/read`).catch(() => { /* it is counted on */ });
}

export function start() {
	document.addEventListener('input', e => { if (e.target.id === 'text') count(); });
	document.addEventListener('keydown', e => {
		if (e.target.id === 'text' && e.key === 'Enter' && !e.shiftKey && !e.ctrlKey && !e.isComposing) { e.preventDefault(); e.target.form.requestSubmit(); }
	});
	document.addEventListener('click', e => {
		const b = e.target.closest('[data-text]');
		if (b) { $('#text').value = b.dataset.text; $('#text').form.requestSubmit(); }
	});
	document.addEventListener('done', e => { if (e.target.id === 'compose') { counted = ' '; count(); } });
	document.addEventListener('change', e => {
		if (e.target.closest('#next')) {
			const f = $('#next'), times = f.elements.times.value;
			$('#rule-cli').textContent = `twilsim rule add --first to=${f.dataset.to} then=${f.elements.then.value}${times ? ' times=1' : ''}`;
		}
		if (e.target.type === 'file') $('#files').textContent = [...e.target.files].map(f => f.name).join(', ');
	});
	document.addEventListener('visibilitychange', read);
	onPage(() => { end(); watch(); panes(); read(); });
}
