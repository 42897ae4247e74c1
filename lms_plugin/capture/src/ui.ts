/** Elements without markup: whatever people wrote arrives as text nodes. */

import type { Words } from './words';

type Child = Node | string | number | null | undefined | false | Child[];
type Attributes = Record<string, unknown>;

/**
 * An element. Attributes that start with `on` are listeners, `true` is an empty attribute, null and false are left out,
 * and `value`, `checked` and `disabled` are set as properties.
 */
export function el<Tag extends keyof HTMLElementTagNameMap>(
    tag: Tag, attributes?: Attributes | null, ...children: Child[]
): HTMLElementTagNameMap[Tag] {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (name.startsWith('on')) {
            made.addEventListener(name.slice(2), value as EventListener);
        } else if (name === 'value' || name === 'checked' || name === 'disabled') {
            (made as unknown as Attributes)[name] = value;
        } else if (value !== null && value !== undefined && value !== false) {
            made.setAttribute(name, value === true ? '' : String(value));
        }
    }
    made.append(...nodes(children));
    return made;
}

function nodes(children: Child[]): (Node | string)[] {
    return (children.flat(9) as Child[])
        .filter((child) => child !== null && child !== undefined && child !== false && child !== '')
        .map((child) => (child instanceof Node ? child : String(child)));
}

/** Text from people: isolated, so that a Latin name does not turn its Arabic neighbours round. */
export const bdi = (text: string): HTMLElement => el('bdi', { dir: 'auto' }, text);

/** References, numbers and times: always left to right. */
export const code = (text: string): HTMLElement => el('bdi', { dir: 'ltr', class: 'code' }, text);

/** An icon beside a word: hidden from readers, since the word says it. `shape` is a path, `flip` for what points somewhere. */
export function icon(shape: string, flip = false): SVGElement {
    const make = (tag: string, attributes: Record<string, string>): SVGElement => {
        const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
        Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
        return made;
    };
    const svg = make('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true', class: flip ? 'i flip' : 'i' });
    svg.append(make('path', { d: shape }));
    return svg;
}

/** A labelled control with room for what is wrong with it. `hint` says what is expected. */
export function field(label: string, control: HTMLElement, hint?: string): HTMLElement {
    const id = (control.id ||= 'f' + ++count);
    const about = hint ? el('small', { id: id + 'h' }, hint) : null;
    if (about) {
        control.setAttribute('aria-describedby', about.id);
    }
    return el('div', { class: 'field' }, el('label', { for: id }, label), about, control);
}

let count = 0;

/** How many minutes something has gone on, as a sentence says it. */
export const ago = (t: Words, iso: string, now = Date.now()): string => t('minutes', Math.max(1, Math.floor((now - Date.parse(iso)) / 60e3)));
