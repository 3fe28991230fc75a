// morph changes a part of the document into another one, and keeps what is the same: elements with
// the same id or data-key stay the same elements, so that focus, scroll positions, selections and
// what a person typed survive. Where data-of differs, the elements are used again for another thing,
// and nothing of a person survives.

const key = n => n.nodeType === 1 ? n.id || n.dataset.key : '';

// What belongs to the person at the page, not to the server.
const own = new Set(['open', 'data-pane', 'popover', 'style']);

function attributes(from, to, visit) {
	for (const { name } of [...from.attributes]) {
		if (!to.hasAttribute(name) && !(own.has(name) && !visit) && name !== 'style') {
			from.removeAttribute(name);
			if (name === 'checked' || name === 'selected') from[name] = false;
		}
	}
	for (const { name, value } of to.attributes) {
		if (from.getAttribute(name) === value || own.has(name) && !visit) continue;
		from.setAttribute(name, value);
		if (name === 'checked' || name === 'selected') from[name] = true;
		if (name === 'value' && document.activeElement !== from) from.value = value;
	}
}

export function morph(from, to, how = {}) {
	if (from.isEqualNode(to) && !from.querySelector?.('input, select, textarea')) return;
	const other = from.dataset?.of !== to.dataset?.of; // the same shape, about something else
	if (other) how = { ...how, visit: true };
	attributes(from, to, how.visit);
	if (from.hasAttribute('data-keep') && !how.visit) return;
	children(from, to, how);
	if (other) for (const form of from.querySelectorAll('form')) form.reset();
}

// move puts an element in front of another one. A moved element keeps the focus.
function move(parent, e, before) {
	if (parent.moveBefore) { parent.moveBefore(e, before); return; }
	const had = e.contains(document.activeElement) ? document.activeElement : null;
	parent.insertBefore(e, before);
	had?.focus({ preventScroll: true });
}

function children(from, to, how) {
	const keyed = new Map();
	for (const n of from.childNodes) if (key(n)) keyed.set(key(n), n);
	let at = from.firstChild;
	for (const next of [...to.childNodes]) {
		const k = key(next);
		let same = k ? keyed.get(k) : at;
		// a text only takes the place of a text, so that it never skips elements
		if (!k && next.nodeType !== 1 && same?.nodeType !== next.nodeType) same = null;
		if (!k) while (same && (key(same) || same.nodeName !== next.nodeName)) same = same.nextSibling;
		if (!same || same.nodeName !== next.nodeName) {
			const made = document.importNode(next, true);
			if (k && !how.visit && from.hasAttribute('data-live')) made.classList.add('fresh');
			from.insertBefore(made, at);
			continue;
		}
		if (same === at) at = at.nextSibling;
		else if (k) move(from, same, at);
		else { // an element without a key never moves: what lies before it goes
			while (at !== same) { const gone = at; at = at.nextSibling; if (!key(gone) || !to.querySelector(`[id="${CSS.escape(key(gone))}"], [data-key="${CSS.escape(key(gone))}"]`)) gone.remove(); else from.insertBefore(gone, null); }
			at = at.nextSibling;
		}
		if (same.nodeType === 1) morph(same, next, how);
		else if (same.data !== next.data) same.data = next.data;
	}
	while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
}
