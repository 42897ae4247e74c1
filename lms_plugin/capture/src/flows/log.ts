/** The room manager's quick log: a digit, a name or nothing, Enter; and the form is ready for the next one. */

import type { Flow } from '../app';
import type { Draft, Person, Symptom } from '../host';
import { newId } from '../reference';
import { bdi, el, field } from '../ui';
import { outcome } from './outcome';
import { namesBox } from './names';
import ar from './words.ar';
import en from './words.en';
import { fault, latin, options } from './controls';

/** The digit is the place in this list: never reordered, hands remember it. */
const SYMPTOMS: Symptom[] = [
    'no_mic', 'no_sound', 'no_video', 'cannot_join', 'no_screen_share', 'slow', 'trainer_absent', 'no_captions', 'other',
];
const SHOWN = 6;
const HALF_A_DAY = 43200000;

/** The last ones, with what became of them: they outlive the closing of the panel. */
const recent: HTMLElement[] = [];

export const log: Flow = (app) => {
    const { t, context, queue } = app;
    t.learn({ ar, en });
    const rooms = context.rooms.filter((room) => room.manages);
    const here = rooms.find((room) => room.id === context.room) ?? (rooms.length === 1 ? rooms[0] : null);
    let symptom: Symptom | null = null;
    let busy = false;

    const buttons = SYMPTOMS.map((one, at) => el('button', {
        type: 'button', 'aria-pressed': 'false', onclick: () => pick(at),
    }, el('kbd', null, t.digits(at + 1)), t(one)));
    const symptoms = el('div', { class: 'digits', role: 'group', 'aria-label': t('symptom'), id: 'nd-symptoms', tabindex: -1 }, buttons);
    const room = el('select', { onchange: () => regroup() },
        options([...(here ? [] : [['', t('choose_room')] as [string, string]]),
            ...rooms.map(({ id, name }): [string, string] => [id, name])], here?.id));
    const group = el('select');
    const groups = field(t('group'), group);
    const names = namesBox(app, () => [room.value || null, group.value || null], (digit) => pick(digit - 1));
    const affected = el('input', { inputmode: 'numeric', autocomplete: 'off', maxlength: 6, dir: 'ltr' });
    const action = el('input', { autocomplete: 'off', maxlength: 1000, dir: 'auto' });
    const ended = el('input', { type: 'checkbox', onchange: () => { when.hidden = !ended.checked; } });
    const at = el('input', { type: 'time' });
    const when = field(t('ended_at'), at);
    when.hidden = true;
    const how = el('p', { class: 'fine keys', role: 'status' });
    const list = el('ul', { class: 'logged', 'aria-live': 'polite', 'aria-label': t('logged') }, recent);
    const board = context.links.board;

    const form = el('form', {
        novalidate: true,
        onkeydown: (event: KeyboardEvent) => {
            const place = Number(latin(event.key)) - 1;
            const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
            if (SYMPTOMS[place] && plain && !/INPUT|SELECT/.test((event.target as Element).tagName)) {
                pick(place);
            }
        },
        onsubmit: (event: Event) => {
            event.preventDefault();
            if (!busy) {
                busy = true;
                void record().finally(() => { busy = false; });
            }
        },
    },
    how, rooms.length > 1 && field(t('room'), room), symptoms,
    el('div', { class: 'cols' }, names.node, groups),
    el('div', { class: 'cols' }, field(t('affected'), affected), field(t('action'), action),
        el('label', { class: 'tick' }, ended, t('ended')), when),
    el('button', { class: 'main' }, t('send_log')),
    list,
    board && el('a', { class: 'link', href: board, target: '_blank', rel: 'noopener' }, t('board')));

    function pick(place: number): void {
        symptom = SYMPTOMS[place] ?? null;
        how.replaceChildren(...(symptom ? [t(symptom)] : [t('log_how'), ' ', el('kbd', null, 'Enter')]));
        buttons.forEach((button, index) => button.setAttribute('aria-pressed', String(index === place)));
        fault(symptoms, '');
    }

    function regroup(): void {
        const choice = rooms.find(({ id }) => id === room.value)?.groups ?? [];
        group.replaceChildren(...options([['', t('all_groups')], ...choice.map(({ id, name }): [string, string] => [id, name])]));
        groups.hidden = !choice.length;
    }

    async function record(): Promise<void> {
        const count = latin(affected.value.trim());
        const end = ended.checked ? moment(at.value) : null;
        [room, symptoms, affected, at].forEach((control) => fault(control, ''));
        if (rooms.length > 1 && !room.value) {
            return fault(room, t('need_choice'));
        }
        if (!symptom) {
            return fault(symptoms, t('need_symptom'));
        }
        if (!/^\d*$/.test(count)) {
            return fault(affected, t('bad_number'));
        }
        if (end && end > new Date()) {
            return fault(at, t('future'));
        }
        const person = await names.resolve();
        if (person === undefined) {
            return;
        }
        const draft: Draft = {
            id: newId(), kind: 'room_log', symptom, occurred_at: new Date().toISOString(),
            room: room.value || null, group: group.value || null,
            about: person && { id: person.id, role: 'trainee' },
            affected: count ? Number(count) : null,
            action_taken: action.value.trim(), ended_at: end?.toISOString() ?? null, locale: t.language,
        };
        note(draft, person);
        // Emptied before it is saved: whoever logs in quick succession is already typing the next one.
        pick(-1);
        [affected, action, at].forEach((control) => { control.value = ''; });
        ended.checked = false;
        when.hidden = true;
        names.clear();
    }

    function note(draft: Draft, person: Person | null): void {
        const line = el('li', null, el('b', null, t(draft.symptom!)), ' · ', person ? bdi(person.name) : t('whole'),
            draft.action_taken && [' · ', bdi(draft.action_taken)], ' · ', outcome(app, draft.id));
        recent.unshift(line);
        recent.splice(SHOWN);
        list.replaceChildren(...recent);
        queue.add(draft).catch(() => line.append(' ', el('span', { class: 'fault' }, t('lost'))));
    }

    regroup();
    pick(-1);
    // On a phone the keyboard would cover the symptoms.
    return { title: t('log'), node: form, wide: true, ...(matchMedia('(hover:hover)').matches ? { focus: names.input } : {}) };
};

/** Today at that time; shortly after midnight, the evening before. Nothing typed is now. */
function moment(time: string): Date {
    const now = new Date();
    const [hours, minutes] = time.split(':').map(Number);
    if (!time) {
        return now;
    }
    const then = new Date(new Date().setHours(hours!, minutes!, 0, 0));
    return then.getTime() - now.getTime() > HALF_A_DAY ? new Date(then.setDate(then.getDate() - 1)) : then;
}
