// Small helpers for the document.
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

let quiet;
// say shows a short message, which screen readers read out.
export function say(text) {
	const box = $('#say');
	box.textContent = text;
	clearTimeout(quiet);
	quiet = setTimeout(() => { box.textContent = ''; }, 5000);
}

export const narrow = matchMedia('(max-width: 719.98px)');

const hooks = [];
// onPage calls f now and after each change of the page.
export function onPage(f) { hooks.push(f); f({ visit: true }); }
export function changed(how) { for (const f of hooks) f(how); }
