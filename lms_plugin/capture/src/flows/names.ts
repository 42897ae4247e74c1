/** One person of the room by the first letters of the name: a combobox that asks the host while people type. */

import type { App } from '../app';
import type { Person } from '../host';
import { bdi, el, field } from '../ui';
import { fault, latin } from './controls';

const PAUSE = 150;

export interface NamesBox {
    node: HTMLElement;
    input: HTMLInputElement;
    /** Who is meant; null for nobody in particular, undefined where that is not clear and has been said. */
    resolve(): Promise<Person | null | undefined>;
    clear(): void;
}

/** `place` is room and group; `digit` is told of digits, since no name has one. */
export function namesBox({ host, t }: App, place: () => [string | null, string | null], digit: (n: number) => void): NamesBox {
    let found: Person[] = [];
    let active = -1;
    let chosen: Person | null = null;
    let turn = 0;
    let timer = 0;

    const list = el('ul', { id: 'nd-names', class: 'names', role: 'listbox', 'aria-label': t('names'), hidden: true });
    const input = el('input', {
        role: 'combobox', autocomplete: 'off', dir: 'auto', 'aria-autocomplete': 'list', 'aria-controls': list.id, 'aria-expanded': 'false',
        oninput: () => {
            // Read from the text, not from keys: a phone's keyboard does not name its keys.
            const number = /[1-9]/.exec(latin(input.value));
            if (number) {
                input.value = latin(input.value).replace(/\d/g, '');
                digit(Number(number[0]));
            }
            chosen = null;
            clearTimeout(timer);
            timer = window.setTimeout(() => void search().catch(() => undefined), PAUSE);
        },
        onkeydown: (event: KeyboardEvent) => {
            const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
            if (!found.length || event.isComposing) {
                return;
            }
            if (step) {
                active = (active + step + found.length) % found.length;
                draw();
            } else if (event.key === 'Enter' && found[active]) {
                choose(found[active]!);
            } else if (event.key === 'Escape') {
                show([]);
            } else {
                return;
            }
            event.preventDefault();
        },
    });

    function choose(person: Person): void {
        chosen = person;
        input.value = person.name;
        fault(input, '');
        show([]);
    }

    function show(people: Person[]): void {
        clearTimeout(timer);
        turn++;
        found = people;
        active = -1;
        draw();
    }

    function draw(): void {
        list.replaceChildren(...found.map((person, at) => el('li', {
            id: 'nd-name' + at, role: 'option', 'aria-selected': String(at === active),
            onpointerdown: (event: Event) => event.preventDefault(), // Focus stays where people type.
            onclick: () => choose(person),
        }, bdi(person.name))));
        list.hidden = !found.length;
        input.setAttribute('aria-expanded', String(!list.hidden));
        input.setAttribute('aria-activedescendant', found[active] ? 'nd-name' + active : '');
    }

    async function search(): Promise<Person[]> {
        const mine = ++turn;
        const prefix = input.value.trim();
        const people = prefix ? await host.people(...place(), prefix) : [];
        if (mine === turn) { // An older answer never replaces a newer one.
            show(people);
        }
        return people;
    }

    async function resolve(): Promise<Person | null | undefined> {
        fault(input, '');
        if (chosen || !input.value.trim()) {
            return chosen;
        }
        input.readOnly = true;
        const people = await search().catch(() => null);
        input.readOnly = false;
        const same = people?.filter(({ name }) => name === input.value.trim());
        const only = same?.length === 1 ? same : people;
        if (only?.length === 1) {
            return only[0];
        }
        fault(input, t(!people ? 'no_search' : people.length ? 'need_choice' : 'nobody'));
        return undefined;
    }

    return {
        input,
        node: el('div', { class: 'who' }, field(t('who'), input), list),
        resolve,
        clear: () => {
            chosen = null;
            input.value = '';
            show([]);
            if (matchMedia('(hover:hover)').matches) {
                input.focus();
            }
        },
    };
}
