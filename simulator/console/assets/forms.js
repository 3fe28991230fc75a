// Forms and buttons that call the API. data-api has the method and the path behind that of the API.
// A form's fields are the body: data-as says how a value becomes JSON, data-in the object that it goes
// into, data-many that it is one of a list. Empty fields are left out.
import { $, say } from './dom.js';
import { refresh, visit } from './visit.js';

const as = {
	number: v => Number(v), bool: v => v === 'true' || v === 'on', list: v => v.split(/[\s,]+/).filter(Boolean),
	lines: v => v.split('\n').map(s => s.trim()).filter(Boolean), text: v => v, time: v => new Date(v).toISOString(),
	params: v => Object.fromEntries(v.split('\n').filter(l => l.includes('=')).map(l => [l.slice(0, l.indexOf('=')).trim(), l.slice(l.indexOf('=') + 1)])),
};

export class Refused extends Error {}

// call makes a request of the API and returns its answer.
export async function call(method, path, body) {
	const answer = await fetch(document.body.dataset.api + path, { method, headers: body === undefined ? {} : { 'Content-Type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) });
	const type = answer.headers.get('Content-Type') ?? '', result = type.includes('json') ? await answer.json() : await answer.text();
	if (answer.ok) return result;
	throw new Refused(result.error ? result.error + (result.try ? `; try ${result.try}` : '') : String(result));
}

const file = f => new Promise((done, failed) => {
	const r = new FileReader();
	r.onload = () => done({ name: f.name, content_type: f.type || undefined, data: r.result.slice(r.result.indexOf(',') + 1) });
	r.onerror = () => failed(new Refused(`${f.name} cannot be read`));
	r.readAsDataURL(f);
});

// fields reads a form into an object.
export async function fields(form) {
	const body = {};
	for (const e of form.elements) {
		if (e.dataset.many !== undefined) body[e.name] ??= [];
		if (!e.name || e.disabled || e.dataset.path !== undefined || (e.type === 'radio' || e.type === 'checkbox') && !e.checked) continue;
		if (e.type === 'file') { if (e.files.length) body[e.name] = await Promise.all([...e.files].map(file)); continue; }
		if (e.value === '' && e.dataset.empty === undefined) continue;
		if (e.dataset.many !== undefined) { body[e.name].push(e.value); continue; }
		if (e.dataset.in) { (body[e.dataset.in] ??= {})[e.name] = e.value; continue; }
		body[e.name] = as[e.dataset.as ?? 'text'](e.value);
		if (e.dataset.names) { // parameters whose lines are gone are left out
			const gone = e.dataset.names.split(' ').filter(n => n && !(n in body[e.name]));
			if (gone.length) body.unset = gone;
		}
	}
	return body;
}

// path fills {name} in a path with the values of the form's fields.
const fill = (path, form) => path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(form?.elements[name]?.value ?? ''));

function tell(at, error) {
	const box = at.closest('form, section, dialog, .pane')?.querySelector('.err');
	const text = error instanceof Refused ? error.message : 'the simulator does not answer; is it running?';
	if (box) box.textContent = text; else say(text);
}

async function run(at, body) {
	const form = at.matches('form') ? at : at.form ?? at.closest('form'), [method, path] = at.dataset.api.split(' ');
	const box = at.closest('form, section, dialog, .pane')?.querySelector('.err');
	if (box) box.textContent = '';
	if (at.getAttribute('aria-busy')) return;
	at.setAttribute('aria-busy', 'true');
	try {
		const result = await call(method, fill(path, form), body);
		at.dispatchEvent(new CustomEvent('done', { bubbles: true, detail: result }));
		if (at.dataset.reset !== undefined) at.reset();
		if (at.dataset.say) say(at.dataset.say.replace(/\{([\w.]+)\}/g, (_, p) => p.split('.').reduce((v, k) => v?.[k], result) ?? ''));
		at.closest('dialog')?.close();
		if (at.dataset.goto) await visit(document.body.dataset.base + at.dataset.goto.replace(/\{([\w.]+)\}/g, (_, p) => encodeURIComponent(p.split('.').reduce((v, k) => v?.[k], result) ?? '')), { focus: '#d-h' });
		else await refresh();
	} catch (error) { tell(at, error); } finally { at.removeAttribute('aria-busy'); }
}

export function start() {
	document.addEventListener('submit', async e => {
		if (!e.target.dataset.api) return;
		e.preventDefault();
		try { await run(e.target, await fields(e.target)); } catch (error) { tell(e.target, error); }
	});
	document.addEventListener('click', e => {
		const b = e.target.closest('button');
		if (!b) return;
		if (b.dataset.api) run(b, b.dataset.body ? JSON.parse(b.dataset.body) : undefined);
		if (b.dataset.copyText) copy(b.dataset.copyText);
		if (b.dataset.copyLink) copy(new URL(b.dataset.copyLink, location).href);
		if (b.dataset.copy) copy($(b.dataset.copy).textContent);
		if (b.dataset.fetch) call('GET', b.dataset.fetch).then(copy, error => tell(b, error));
		if (b.dataset.open) { const d = $(b.dataset.open); d.showModal(); }
		if (b.dataset.close !== undefined) b.closest('dialog').close();
	});
	document.addEventListener('change', e => {
		const at = e.target.closest('[data-change]');
		if (at) { at.dataset.api = at.dataset.change; run(at, { [e.target.name]: as[e.target.dataset.as ?? 'text'](e.target.value) }); }
	});
	document.addEventListener('keydown', e => {
		if (e.key === 'Enter' && e.ctrlKey && e.target.form?.dataset.api) e.target.form.requestSubmit();
	});
}

async function copy(text) {
	try { await navigator.clipboard.writeText(text); } catch { // not a secure context: by selection
		const area = document.createElement('textarea');
		area.value = text;
		(document.querySelector('dialog[open]') ?? document.body).append(area);
		area.select();
		document.execCommand('copy');
		area.remove();
	}
	say('Copied');
}
